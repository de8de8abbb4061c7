import Events

/// Gives dense numbers to byte strings, in the order in which they first come.
///
/// An open-addressing table over one arena of bytes: a Swift dictionary of strings takes three times as long
/// for each event and four times the memory.
struct NameTable: Sendable {
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    /// The stable hashes of the names, by number.
    private(set) var hashes: [UInt64] = []
    /// In the low half number + 1, or 0 where free; in the high half that of the hash, so that a slot of another
    /// name costs no look elsewhere. The length is a power of two.
    private var slots: [UInt64] = [UInt64](repeating: 0, count: 64)

    var count: Int { ends.count }

    /// The number of a name, a new one where it is not known.
    mutating func number(of name: Span<UInt8>) -> UInt32 {
        number(of: name, hash: StableHash.hash(name))
    }

    /// The number of a name whose stable hash is known.
    mutating func number(of name: Span<UInt8>, hash: UInt64) -> UInt32 {
        let (found, slot) = place(of: name, hash: hash)
        if let found { return found }
        let number = UInt32(ends.count)
        slots[slot] = Self.slot(number, hash)
        for index in name.indices {
            arena.append(name[index])
        }
        ends.append(arena.count)
        hashes.append(hash)
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    /// Has the memory at hand that looking up some names needs, so that the lookups wait for it together instead of one
    /// after the other. What it gives is of no meaning, but makes sure that the memory is read.
    func touch(_ hashes: ArraySlice<UInt64>) -> UInt64 {
        var seen: UInt64 = 0
        for hash in hashes { seen ^= slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)] }
        for hash in hashes {
            let held = slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)]
            guard held != 0, (held ^ hash) >> 32 == 0 else { continue }
            let end = ends[Int(UInt32(truncatingIfNeeded: held) - 1)]
            if end > 0 { seen ^= UInt64(arena[end - 1]) }
        }
        return seen
    }

    /// The number of a name, or nil.
    func find(_ name: Span<UInt8>) -> UInt32? {
        place(of: name, hash: StableHash.hash(name)).number
    }

    /// The number of a name, and the slot where it is or would be.
    private func place(of name: Span<UInt8>, hash: UInt64) -> (number: UInt32?, slot: Int) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while true {
            let held = slots[slot]
            if held == 0 { return (nil, slot) }
            if (held ^ hash) >> 32 == 0 {
                let number = UInt32(truncatingIfNeeded: held) - 1
                if equals(Int(number), name) { return (number, slot) }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private static func slot(_ number: UInt32, _ hash: UInt64) -> UInt64 {
        (hash & ~0xFFFF_FFFF) | UInt64(number + 1)
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
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 {
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = Self.slot(UInt32(number), hash)
        }
    }
}
