import Dispatch
import LMDB
import SortedRuns
import Synchronization

/// Group commit. Whoever finds nobody writing writes for all that wait, on its own thread, and then makes the
/// first who came meanwhile do the same: a lone appender pays for no change of threads, and many share a commit.
final class AppendQueue: Sendable {
    typealias Answer = Result<AppendResult, LogError>

    /// A place in the queue.
    private final class Ticket: Sendable {
        enum State {
            case waiting(AppendRequest)
            case taken
            case answered(Answer)
        }

        let state: Mutex<State>
        /// Who waits without a thread, if so.
        let continuation: CheckedContinuation<Answer, Never>?
        /// Signalled when there is an answer, or when it is this one's turn to write.
        let signal = DispatchSemaphore(value: 0)

        init(_ request: AppendRequest, _ continuation: CheckedContinuation<Answer, Never>? = nil) {
            state = Mutex(.waiting(request))
            self.continuation = continuation
        }

        var answer: Answer? {
            state.withLock { state in
                if case .answered(let answer) = state { answer } else { nil }
            }
        }

        func take() -> AppendRequest? {
            state.withLock { state in
                guard case .waiting(let request) = state else { return nil }
                state = .taken
                return request
            }
        }

        func settle(_ answer: Answer) {
            state.withLock { $0 = .answered(answer) }
            if let continuation { continuation.resume(returning: answer) } else { signal.signal() }
        }
    }

    private struct Line {
        var waiting: [Ticket] = []
        var isLed = false
    }

    private let line = Mutex(Line())
    private let writer: Mutex<LogWriter>
    private let storage: LogStorage
    private let options: LogOptions
    private let isClosing = Atomic(false)
    /// Where those write who wait without a thread.
    private let threads = DispatchQueue(label: "daybook.log.writer")
    /// Where sorted runs are merged, a step at a time, between commits.
    private let maintenance = DispatchQueue(label: "daybook.log.merge", qos: .utility)

    init(_ writer: consuming sending LogWriter, _ storage: LogStorage, _ options: LogOptions) {
        self.storage = storage
        self.options = options
        self.writer = Mutex(writer)
        merge()
    }

    /// Waits on this thread until the batch is durable, or refused.
    func append(_ request: AppendRequest) -> Answer {
        let ticket = Ticket(request)
        if !enqueue(ticket) {
            ticket.signal.wait()
            if let answer = ticket.answer { return answer }
        }
        lead()
        guard let answer = ticket.answer else { preconditionFailure("who writes for all writes for itself") }
        return answer
    }

    /// Waits without a thread.
    func append(_ request: AppendRequest) async -> Answer {
        await withCheckedContinuation { continuation in
            if enqueue(Ticket(request, continuation)) { threads.async { self.lead() } }
        }
    }

    /// What would be stored of a batch of one event.
    func rehearse(_ request: AppendRequest) throws(LogError) -> [UInt8] {
        let result: Result<[UInt8], LogError> = writer.withLock { writer in
            do throws(LogError) { return .success(try writer.rehearse(request)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Joins the queue; whether it is this one's turn to write.
    private func enqueue(_ ticket: Ticket) -> Bool {
        line.withLock { line in
            line.waiting.append(ticket)
            defer { line.isLed = true }
            return !line.isLed
        }
    }

    /// Writes for the first who wait, then passes the turn on.
    private func lead() {
        let (tickets, taken) = nextGroup()
        var requests = taken
        let (answers, hasFlushed) = writer.withLock { writer in
            let base = writer.tail.base
            let answers = writer.commit(&requests)
            return (answers, writer.tail.base != base)
        }
        for (ticket, answer) in zip(tickets, answers) { ticket.settle(answer) }
        if hasFlushed { merge() }
        let next = line.withLock { line in
            line.isLed = !line.waiting.isEmpty
            return line.waiting.first
        }
        guard let next else { return }
        if next.continuation == nil { next.signal.signal() } else { threads.async { self.lead() } }
    }

    private func nextGroup() -> ([Ticket], [AppendRequest]) {
        line.withLock { line in
            var tickets: [Ticket] = []
            var requests: [AppendRequest] = []
            var (count, byteCount) = (0, 0)
            for ticket in line.waiting {
                if count >= options.commitCount || byteCount >= options.commitByteCount { break }
                guard let request = ticket.take() else { continue }
                count += request.batch.count
                byteCount += request.batch.byteCount
                tickets.append(ticket)
                requests.append(request)
            }
            line.waiting.removeFirst(tickets.count)
            return (tickets, requests)
        }
    }

    private func merge() {
        maintenance.async { [self] in
            // As with merges: what fails costs speed, and is tried again.
            try? storage.makeUpForDetails { !isClosing.load(ordering: .relaxed) }
            for runs in storage.indexes.all {
                // A merge that fails costs speed, not answers; the next one tries again, and what is wrong with
                // the disk shows in the next append.
                try? runs.mergeIfNeeded(storage.environment) { !isClosing.load(ordering: .relaxed) }
            }
        }
    }

    /// Takes no batch from now on, once those that are being written are.
    func close() {
        isClosing.store(true, ordering: .relaxed)
        maintenance.sync {}
        let atLeast = options.flushCountAtClose
        writer.withLock { writer in
            // Runs that cannot be written, as on a full disk, lose nothing: the next opening scans the lines.
            do throws(LogError) { try writer.flush(atLeast: atLeast) } catch {}
            writer.close()
        }
    }
}
