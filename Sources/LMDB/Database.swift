import Synchronization

/// A named database of an environment: a handle, opened once and kept as long as the environment.
///
/// Keys are compared as bytes; there are no custom orders and no duplicate keys. A handle can be used in
/// every transaction that begins after it was opened. Using it with another environment traps.
public final class Database: Sendable {
    /// The name by which it is found.
    public let name: String
    /// LMDB's number for it in this process.
    let slot: UInt32
    /// Tells environments apart; never reused within a process.
    let environmentNumber: UInt64
    private let deleted = Atomic(false)

    init(name: String, slot: UInt32, environmentNumber: UInt64) {
        self.name = name
        self.slot = slot
        self.environmentNumber = environmentNumber
    }

    /// Whether its database was deleted through `LMDBEnvironment.delete`.
    public var isDeleted: Bool { deleted.load(ordering: .relaxed) }

    func markDeleted() { deleted.store(true, ordering: .relaxed) }

    /// The slot, after checking that the handle belongs here: a mix-up would silently read other data.
    func slot(in environment: LMDBEnvironment) -> UInt32 {
        precondition(
            environment.number == environmentNumber,
            "the database \(name) belongs to another environment than the transaction")
        precondition(!isDeleted, "the database \(name) was deleted")
        return slot
    }
}
