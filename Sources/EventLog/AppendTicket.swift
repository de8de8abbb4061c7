import Dispatch
import Synchronization

/// A place in the queue of those who append.
final class AppendTicket: Sendable {
    typealias Answer = Result<AppendResult, LogError>

    private struct State {
        /// The batch, until it is taken to be written.
        var request: AppendRequest?
        var answer: Answer?
        /// Who waits without a thread, while waiting.
        var continuation: CheckedContinuation<Void, Never>?
        /// Called before it waited.
        var isCalled = false
    }

    private let state: Mutex<State>
    /// For who waits on a thread; nil for who waits without one.
    private let signal: DispatchSemaphore?

    init(_ request: AppendRequest, isBlocking: Bool) {
        state = Mutex(State(request: request))
        signal = isBlocking ? DispatchSemaphore(value: 0) : nil
    }

    /// Whether a thread waits.
    var isBlocking: Bool { signal != nil }

    /// What became of the batch, once that is known.
    var answer: Answer? { state.withLock { $0.answer } }

    /// Takes the batch, once.
    func take() -> AppendRequest {
        state.withLock { state in
            guard let request = state.request.take() else { preconditionFailure("a batch is written once") }
            return request
        }
    }

    /// Waits on this thread until called.
    func wait() { signal?.wait() }

    /// Waits without a thread until called.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isCalled = state.withLock { state in
                guard state.isCalled else {
                    state.continuation = continuation
                    return false
                }
                state.isCalled = false
                return true
            }
            if isCalled { continuation.resume() }
        }
    }

    /// Calls who waits: with an answer, or to write for all.
    func call(with answer: Answer?) {
        let continuation = state.withLock { state in
            if let answer { state.answer = answer }
            defer { state.continuation = nil }
            state.isCalled = signal == nil && state.continuation == nil
            return state.continuation
        }
        if let signal { signal.signal() } else { continuation?.resume() }
    }
}
