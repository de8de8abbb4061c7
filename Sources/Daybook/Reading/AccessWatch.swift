import Synchronization

/// Remembers whose personal values were opened for the answers of one handle of a ledger, event by event: what an
/// answer shows of persons is known when it is made, and written down before it is given.
final class AccessWatch: Sendable {
    private struct Content {
        var isOn = false
        var positions: Set<UInt64> = []
        var counts: [String: Int] = [:]
    }

    private let content = Mutex(Content())

    /// Forgets everybody, and notes whose values are opened from now on. Before, nothing is noted: it costs room.
    func begin() { content.withLock { $0 = Content(isOn: true) } }

    /// Notes that personal values of the event at a position, which is about a customer, were opened.
    func note(_ customer: String, at position: UInt64) {
        content.withLock { content in
            if content.isOn, content.positions.insert(position).inserted {
                content.counts[customer, default: 0] += 1
            }
        }
    }

    /// Everybody of whom anything was opened.
    func read(known: UInt64) -> PersonalRead {
        content.withLock { content in
            var read = PersonalRead(known: known)
            for (customer, events) in content.counts { read.add(customer, events: events) }
            return read
        }
    }
}
