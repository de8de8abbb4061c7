import Dispatch
import Synchronization
import Views

/// Brings the views up to what was written, behind whoever writes: an append is answered when the log is durable,
/// and does not wait for what can be derived again. Readers fold in memory what the views do not have yet.
///
/// Appends that come within a few milliseconds are followed in one step.
final class ViewFollower: Sendable {
    private static let delay = DispatchTimeInterval.milliseconds(20)

    private let views: Views
    private let queue = DispatchQueue(label: "daybook.views.follow", qos: .utility)
    private let isExpected = Atomic(false)

    init(_ views: Views) {
        self.views = views
    }

    /// Asks for the views to follow soon.
    func follow() {
        guard !isExpected.exchange(true, ordering: .relaxed) else { return }
        queue.asyncAfter(deadline: .now() + Self.delay) { [weak self] in self?.catchUp(.proportionate) }
    }

    /// Asks for the views to follow an import, in large steps: small ones would merge the same facts again and again.
    func followImport() throws {
        let head = try views.head()
        guard head - min(head, try views.covered()) >= UInt64(views.eventsPerSegment),
            !isExpected.exchange(true, ordering: .relaxed)
        else { return }
        queue.async { [weak self] in self?.catchUp(.later) }
    }

    /// Follows now, and returns when that is done.
    func finish(_ merging: Views.Merging = .proportionate) {
        queue.sync { catchUp(merging) }
    }

    /// Returns when nothing is going on; nothing begins of itself afterwards.
    func stop() {
        isExpected.store(true, ordering: .relaxed)
        queue.sync {}
    }

    /// What was written is durable and acknowledged: views that cannot follow, on a full disk for example, are caught
    /// up with later.
    private func catchUp(_ merging: Views.Merging) {
        isExpected.store(false, ordering: .relaxed)
        do {
            try views.catchUp(merging: merging)
        } catch {
            views.note("the views could not follow: \(LedgerError.wrapping(error).message)")
        }
    }
}
