/// A hash table from keys that are hashes already to small numbers, emptied in no time for the next customer.
///
/// Each customer begins with a small part of the table, so that it stays in the nearest cache however large the
/// largest customer was.
struct KeyIndex: Sendable {
    private struct Slot: BitwiseCopyable {
        var key: UInt64
        /// The slot is taken if this is the table's round.
        var round: UInt32
        var value: UInt32

        static let free = Slot(key: 0, round: 0, value: 0)
    }

    private static let firstSize = 256

    private var slots: [Slot] = Array(repeating: .free, count: firstSize)
    private var mask = firstSize - 1
    private var round: UInt32 = 1
    private(set) var count = 0

    /// Forgets all keys.
    @inline(__always)
    mutating func removeAll() {
        guard count > 0 else { return }
        count = 0
        mask = Self.firstSize - 1
        nextRound()
    }

    /// The value of a key, or nil.
    @inline(__always)
    func value(of key: UInt64) -> Int? {
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place].round == round {
            if slots[place].key == key { return Int(slots[place].value) }
            place = (place + 1) & mask
        }
        return nil
    }

    /// The value of a key; where it has none, it gets `new`, and the answer is nil.
    @inline(__always)
    mutating func value(of key: UInt64, orInsert new: Int) -> Int? {
        if count * 2 > mask { grow() }
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place].round == round {
            if slots[place].key == key { return Int(slots[place].value) }
            place = (place + 1) & mask
        }
        slots[place] = Slot(key: key, round: round, value: UInt32(truncatingIfNeeded: new))
        count += 1
        return nil
    }

    private mutating func nextRound() {
        if round == .max {
            slots = Array(repeating: .free, count: slots.count)
            round = 0
        }
        round += 1
    }

    private mutating func grow() {
        let taken = slots[...mask].filter { $0.round == round }
        mask = mask * 2 + 1
        if slots.count <= mask {
            slots = Array(repeating: .free, count: mask + 1)
        }
        nextRound()
        for slot in taken {
            var place = Int(truncatingIfNeeded: slot.key) & mask
            while slots[place].round == round {
                place = (place + 1) & mask
            }
            slots[place] = Slot(key: slot.key, round: round, value: slot.value)
        }
    }
}
