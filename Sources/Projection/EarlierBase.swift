public import Events
import Synchronization

/// The customers of a base as they stood at the end of an earlier day, by what is known at the base's point.
///
/// Folded when the first row asks for it, and kept: most answers never look back.
public final class EarlierBase: Sendable {
    private struct Key: Hashable {
        let day: Int32
        let view: String
    }

    private let fold: @Sendable (LocalDay, String) throws -> Base?
    private let kept = Mutex<[Key: Base?]>([:])

    /// Earlier bases that are folded by `fold`: of a view and all that it reads, nil where nobody was there yet.
    public init(fold: @escaping @Sendable (LocalDay, String) throws -> Base?) {
        self.fold = fold
    }

    /// The base at the end of a day, for a view and all that it reads; nil where nobody was there yet.
    public func base(atEndOf day: LocalDay, for view: String) throws -> Base? {
        try kept.withLock { kept in
            let key = Key(day: day.number, view: view)
            if let base = kept[key] { return base }
            let base = try fold(day, view)
            kept[key] = .some(base)
            return base
        }
    }
}
