import Dispatch
import Synchronization

/// Hands values from one thread to another, at most a few at a time.
final class BatchQueue<Value: Sendable>: Sendable {
    private enum Slot {
        case value(Value)
        case end
        case failure(any Error)
    }
    private struct State {
        var slots: [Slot] = []
        var isCancelled = false
    }
    private let state = Mutex(State())
    private let free: DispatchSemaphore
    private let filled = DispatchSemaphore(value: 0)

    init(depth: Int) {
        // A semaphore must not be freed below the value it was made with, and an import that is stopped leaves
        // places taken: so it is made with none, and the places are given to it.
        free = DispatchSemaphore(value: 0)
        for _ in 0..<depth {
            free.signal()
        }
    }

    /// Waits for room; answers false when the other side has given up.
    func put(_ value: Value) -> Bool {
        free.wait()
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.slots.append(.value(value)) }
            return state.isCancelled
        }
        filled.signal()
        return !isCancelled
    }

    /// Says that nothing follows, or that it went wrong.
    func finish(_ error: (any Error)?) {
        state.withLock { $0.slots.append(error.map { .failure($0) } ?? .end) }
        filled.signal()
    }

    /// The next value; nil at the end.
    func take() throws -> Value? {
        filled.wait()
        let slot = state.withLock { $0.slots.removeFirst() }
        switch slot {
        case .value(let value):
            free.signal()
            return value
        case .end: return nil
        case .failure(let error): throw error
        }
    }

    /// Gives up: whoever puts values is told to stop.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.slots.removeAll()
        }
        free.signal()
    }
}
