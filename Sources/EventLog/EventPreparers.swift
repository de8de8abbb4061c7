import Synchronization

/// The preparers that nobody uses: what they know of the shapes of events is kept from batch to batch.
final class EventPreparers: Sendable {
    private struct Idle: Sendable {
        /// The edition of the schemas that they check by.
        var edition = 0
        /// How many were made for the edition.
        var madeCount = 0
        var preparers: [EventPreparer] = []
    }

    /// More are not kept: so many threads prepare at once only for a moment.
    private static let mostIdle = 16

    private let idle = Mutex(Idle())

    /// A preparer for one thread; `make` makes one where none is idle, or types were added since. The first of an
    /// edition may share its schemas with whoever has them.
    func take(
        edition: Int, make: (_ isFirst: Bool) throws(LogError) -> EventPreparer
    ) throws(LogError) -> EventPreparer {
        let (known, madeCount) = idle.withLock { idle in
            if idle.edition != edition { idle = Idle(edition: edition) }
            let known = idle.preparers.popLast()
            if known == nil { idle.madeCount += 1 }
            return (known, idle.madeCount)
        }
        if let known { return known }
        return try make(madeCount == 1)
    }

    /// Takes a preparer back.
    func give(_ preparer: EventPreparer, edition: Int) {
        idle.withLock { idle in
            if idle.edition == edition, idle.preparers.count < Self.mostIdle {
                idle.preparers.append(preparer)
            }
        }
    }
}
