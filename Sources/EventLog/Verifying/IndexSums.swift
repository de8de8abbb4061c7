/// A sum over all pairs of key and position of each index, whatever their order: the same for the lines and for
/// the sorted runs if the runs hold exactly what the lines say.
///
/// Each pair is mixed with a random seed before it is added, so that a pair that is left out cannot be made
/// up for by another one.
struct IndexSums: Sendable, Equatable {
    let seed: UInt64
    private(set) var sums: [UInt64]
    private(set) var counts: [UInt64]

    init(seed: UInt64) {
        self.init(
            seed: seed, sums: Array(repeating: 0, count: IndexKind.allCases.count),
            counts: Array(repeating: 0, count: IndexKind.allCases.count))
    }

    init(seed: UInt64, sums: [UInt64], counts: [UInt64]) {
        self.seed = seed
        self.sums = sums
        self.counts = counts
    }

    mutating func add(_ keys: IndexKeys, at position: UInt64) {
        for number in sums.indices where keys[number] != 0 { add(number, key: keys[number], position) }
    }

    mutating func add(_ number: Int, key: UInt64, _ position: UInt64) {
        sums[number] &+= Self.mixed(Self.mixed(key ^ seed) &+ position &* 0x9E37_79B9_7F4A_7C15 ^ seed)
        counts[number] += 1
    }

    mutating func add(_ other: IndexSums) {
        for number in sums.indices {
            sums[number] &+= other.sums[number]
            counts[number] += other.counts[number]
        }
    }

    /// SplitMix64's finisher.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
