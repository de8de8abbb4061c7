/// A hash table from keys that are hashes already to small numbers, emptied in no time for the next customer.
struct KeyIndex: Sendable {
    private struct Slot {
        var key: UInt64
        /// The slot is taken if this is the table's round.
        var round: UInt32
        var value: UInt32
    }

    private var slots: [Slot] = Array(repeating: Slot(key: 0, round: 0, value: 0), count: 64)
    private var round: UInt32 = 1
    private(set) var count = 0

    /// Forgets all keys.
    mutating func removeAll() {
        count = 0
        if round == .max {
            slots = Array(repeating: Slot(key: 0, round: 0, value: 0), count: slots.count)
            round = 0
        }
        round += 1
    }

    /// The value of a key, or nil.
    func value(of key: UInt64) -> Int? {
        var place = Int(truncatingIfNeeded: key) & (slots.count - 1)
        while slots[place].round == round {
            if slots[place].key == key { return Int(slots[place].value) }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The value of a key; where it has none, it gets `new`, and the answer is nil.
    mutating func value(of key: UInt64, orInsert new: Int) -> Int? {
        if count * 2 >= slots.count { grow() }
        var place = Int(truncatingIfNeeded: key) & (slots.count - 1)
        while slots[place].round == round {
            if slots[place].key == key { return Int(slots[place].value) }
            place = (place + 1) & (slots.count - 1)
        }
        slots[place] = Slot(key: key, round: round, value: UInt32(truncatingIfNeeded: new))
        count += 1
        return nil
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(key: 0, round: 0, value: 0), count: old.count * 2)
        for slot in old where slot.round == round {
            var place = Int(truncatingIfNeeded: slot.key) & (slots.count - 1)
            while slots[place].round == round {
                place = (place + 1) & (slots.count - 1)
            }
            slots[place] = slot
        }
    }
}
