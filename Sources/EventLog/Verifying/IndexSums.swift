/// A sum over all pairs of key and position of each index, whatever their order: the same for the lines and for
/// the sorted runs if the runs hold exactly what the lines say.
///
/// Each pair is mixed with a random seed before it is added, so that a pair that is left out cannot be made
/// up for by another one.
struct IndexSums: Sendable, Equatable {
    let seed: UInt64
    private var kinds: InlineArray<6, Sum> = .init(repeating: Sum())

    /// The sum over one index, and how many pairs were added to it.
    struct Sum: Sendable, Equatable {
        var sum: UInt64 = 0
        var count: UInt64 = 0
    }

    init(seed: UInt64) { self.seed = seed }

    subscript(kind: IndexKind) -> Sum {
        get { kinds[kind.rawValue] }
        set { kinds[kind.rawValue] = newValue }
    }

    /// Adds the keys of an event to the indexes that cover it.
    mutating func add(_ keys: IndexKeys, at position: UInt64, in coverage: IndexCoverage) {
        for number in kinds.indices where keys[number] != 0 && position < coverage[number] {
            kinds[number].add(keys[number], position, seed: seed)
        }
    }

    mutating func add(_ kind: IndexKind, key: UInt64, _ position: UInt64) {
        kinds[kind.rawValue].add(key, position, seed: seed)
    }

    mutating func add(_ other: IndexSums) {
        for number in kinds.indices {
            kinds[number].sum &+= other.kinds[number].sum
            kinds[number].count += other.kinds[number].count
        }
    }

    static func == (left: IndexSums, right: IndexSums) -> Bool {
        left.seed == right.seed && IndexKind.allCases.allSatisfy { left[$0] == right[$0] }
    }
}

extension IndexSums.Sum {
    @inline(__always)
    mutating func add(_ key: UInt64, _ position: UInt64, seed: UInt64) {
        sum &+= Self.mixed(Self.mixed(key ^ seed) &+ position &* 0x9E37_79B9_7F4A_7C15 ^ seed)
        count += 1
    }

    /// SplitMix64's finisher.
    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// Up to where each index, and the columns, cover the events: what lies behind is looked for in the lines.
struct IndexCoverage: Sendable, Equatable {
    private var ends: InlineArray<6, UInt64> = .init(repeating: 0)
    /// The events below this position are in columns.
    var columns: UInt64 = 0

    subscript(kind: IndexKind) -> UInt64 {
        get { ends[kind.rawValue] }
        set { ends[kind.rawValue] = newValue }
    }

    subscript(number: Int) -> UInt64 { ends[number] }

    /// The largest of all ends.
    var last: UInt64 { IndexKind.allCases.reduce(columns) { max($0, self[$1]) } }

    static func == (left: IndexCoverage, right: IndexCoverage) -> Bool {
        left.columns == right.columns && IndexKind.allCases.allSatisfy { left[$0] == right[$0] }
    }
}
