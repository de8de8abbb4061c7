import Events

/// Gives dense numbers to byte strings, in the order in which they first come.
///
/// An open-addressing table over one arena of bytes: a Swift dictionary of strings takes three times as long
/// for each event and four times the memory.
struct NameTable: Sendable {
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    /// Number + 1, or 0 where free. The length is a power of two.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 64)

    var count: Int { ends.count }

    /// The number of a name, a new one where it is not known.
    mutating func number(of name: Span<UInt8>) -> UInt32 {
        number(of: name, hash: StableHash.hash(name))
    }

    /// The number of a name whose stable hash is known.
    mutating func number(of name: Span<UInt8>, hash: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if hashes[Int(number)] == hash, equals(Int(number), name) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = UInt32(ends.count)
        slots[slot] = number + 1
        for index in name.indices {
            arena.append(name[index])
        }
        ends.append(arena.count)
        hashes.append(hash)
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    /// The number of a name, or nil.
    func find(_ name: Span<UInt8>) -> UInt32? {
        let hash = StableHash.hash(name)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if hashes[Int(number)] == hash, equals(Int(number), name) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The bytes of a name.
    func name(_ number: Int) -> ArraySlice<UInt8> {
        arena[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }

    /// The stable hash of a name.
    func hash(_ number: Int) -> UInt64 {
        hashes[number]
    }

    /// The name as text.
    func text(_ number: Int) -> String {
        String(decoding: name(number), as: UTF8.self)
    }

    private func equals(_ number: Int, _ name: Span<UInt8>) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == name.count else { return false }
        for index in name.indices where arena[start + index] != name[index] {
            return false
        }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 {
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = UInt32(number) + 1
        }
    }
}
