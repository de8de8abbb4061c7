import Dispatch
import LMDB
import SortedRuns
import Synchronization

/// Group commit. Whoever finds nobody writing writes for all that wait, on its own thread, and then calls one who came
/// meanwhile to do the same: a lone appender pays for no change of threads, and many share a commit.
final class AppendQueue: Sendable {
    typealias Answer = AppendTicket.Answer

    private struct Line {
        var waiting: [AppendTicket] = []
        /// Somebody writes, on a thread.
        var isLed = false
        /// How many shared the last commit.
        var lastCount = 0
    }

    private let line = Mutex(Line())
    private let writer: Mutex<LogWriter>
    private let storage: LogStorage
    private let options: LogOptions
    private let isClosing = Atomic(false)
    /// Where sorted runs are merged, a step at a time, between commits.
    private let maintenance = DispatchQueue(label: "daybook.log.merge", qos: .utility)
    /// How many events there were when the log was opened.
    private let firstHead: UInt64
    /// After how many events columns of values are made.
    private let valuesStep: UInt64

    init(_ writer: consuming sending LogWriter, _ storage: LogStorage, _ options: LogOptions) {
        self.storage = storage
        self.options = options
        firstHead = writer.head.count
        valuesStep = options.valueCount * Self.stretchesPerStep
        self.writer = Mutex(writer)
        merge()
    }

    /// Waits on this thread until the batch is durable, or refused.
    func append(_ request: AppendRequest) -> Answer {
        let ticket = AppendTicket(request, isBlocking: true)
        line.withLock { $0.waiting.append(ticket) }
        while true {
            lead()
            if let answer = ticket.answer { return answer }
            ticket.wait()
        }
    }

    /// Waits without a thread, but for the commit itself where it is this one's turn to write.
    func append(_ request: AppendRequest) async -> Answer {
        let ticket = AppendTicket(request, isBlocking: false)
        let (isFirst, lastCount) = line.withLock { line in
            line.waiting.append(ticket)
            return (line.waiting.count == 1 && !line.isLed, line.lastCount)
        }
        if isFirst {
            // Those who shared the last commit are about to come again: one who lets them go first writes once for
            // all, instead of alone while they wait for the next commit.
            if lastCount > 1 { await Task.yield() }
            lead()
        }
        while true {
            if let answer = ticket.answer { return answer }
            await ticket.wait()
            if ticket.answer == nil { lead() }
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

    /// Writes for the first who wait, unless somebody writes already, then calls the next.
    private func lead() {
        guard let (tickets, taken) = claim() else { return }
        var requests = taken
        let (answers, hasFlushed, hasGrown) = writer.withLock { writer in
            let (base, step) = (writer.tail.base, writer.head.count / valuesStep)
            let answers = writer.commit(&requests)
            return (answers, writer.tail.base != base, writer.head.count / valuesStep != step)
        }
        for (ticket, answer) in zip(tickets, answers) { ticket.call(with: answer) }
        if hasFlushed { merge() } else if hasGrown { makeValues() }
        let next = line.withLock { line in
            line.isLed = false
            line.lastCount = tickets.count
            // One who waits on a thread is sure to go on. Who waits without one may have to wait for the threads on
            // which others wait for the log.
            return line.waiting.first(where: \.isBlocking) ?? line.waiting.first
        }
        next?.call(with: nil)
    }

    /// The group to be written by the caller, who leads from now on; nil where somebody else does, or nobody waits.
    private func claim() -> ([AppendTicket], [AppendRequest])? {
        line.withLock { line in
            guard !line.isLed, !line.waiting.isEmpty else { return nil }
            line.isLed = true
            var requests: [AppendRequest] = []
            var (count, byteCount) = (0, 0)
            for ticket in line.waiting {
                if count >= options.commitCount || byteCount >= options.commitByteCount { break }
                let request = ticket.take()
                count += request.batch.count
                byteCount += request.batch.byteCount
                requests.append(request)
            }
            let tickets = Array(line.waiting.prefix(requests.count))
            line.waiting.removeFirst(requests.count)
            return (tickets, requests)
        }
    }

    private func merge() {
        maintenance.async { [self] in
            // As with merges: what fails costs speed, and is tried again.
            try? storage.makeUpForDetails { !isClosing.load(ordering: .relaxed) }
            makeUpForValues(atLeast: 1) { !isClosing.load(ordering: .relaxed) }
            for runs in storage.indexes.all {
                // A merge that fails costs speed, not answers; the next one tries again, and what is wrong with
                // the disk shows in the next append.
                try? runs.mergeIfNeeded(storage.environment) { !isClosing.load(ordering: .relaxed) }
            }
        }
    }

    /// Stretches of values are made by so many, so that commits of an import are not held up by those of columns.
    private static let stretchesPerStep: UInt64 = 4

    private func makeValues() {
        maintenance.async { [self] in
            makeUpForValues(atLeast: Self.stretchesPerStep) { !isClosing.load(ordering: .relaxed) }
        }
    }

    /// As with merges: what fails costs speed, and is tried again.
    private func makeUpForValues(atLeast least: UInt64, while goOn: () -> Bool) {
        try? storage.makeUpForValues(stretches: options.valueCount, atLeast: least, while: goOn)
    }

    /// Makes what is missing of the values of events that were appended here, but not of those that were there.
    private func finishValues() {
        let covered = try? storage.environment.read { try storage.indexes.values.coveredEnd(in: $0) }
        guard let covered, covered + options.valueCount > firstHead else { return }
        makeUpForValues(atLeast: 1) { true }
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
        finishValues()
    }
}
