import LMDB

/// What is known of a condition for one value: whether it may hold, and whether it may fail.
struct ValueOutcome: OptionSet, BitwiseCopyable {
    let rawValue: UInt8

    static let mayHold = ValueOutcome(rawValue: 1)
    static let mayFail = ValueOutcome(rawValue: 2)
    static let holds: ValueOutcome = .mayHold
    static let fails: ValueOutcome = .mayFail
    static let unknown: ValueOutcome = [.mayHold, .mayFail]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ holds: Bool) { self = holds ? .holds : .fails }
}

/// What is known of a condition for each event of a stretch: a bit an event for each of the two.
struct ValueMask {
    private var holds: [UInt64]
    private var fails: [UInt64]
    let count: Int

    /// The same outcome for all events.
    init(_ outcome: ValueOutcome, count: Int) {
        self.count = count
        let words = (count + 63) / 64
        holds = [UInt64](repeating: outcome.contains(.mayHold) ? .max : 0, count: words)
        fails = [UInt64](repeating: outcome.contains(.mayFail) ? .max : 0, count: words)
    }

    /// Whether it may hold for the event at a place.
    func mayHold(at place: Int) -> Bool { holds[place / 64] >> UInt64(place % 64) & 1 != 0 }

    /// The places within a range for which it may hold, ascending.
    func places(within range: Range<Int>) -> [Int] {
        var places: [Int] = []
        guard !range.isEmpty else { return places }
        for word in range.lowerBound / 64...(range.upperBound - 1) / 64 {
            var bits = holds[word]
            while bits != 0 {
                let place = word * 64 + bits.trailingZeroBitCount
                bits &= bits - 1
                if range.contains(place) { places.append(place) }
            }
        }
        return places
    }

    /// Whether it holds for none of the events, for sure.
    var holdsNowhere: Bool { holds.allSatisfy { $0 == 0 } }

    mutating func formIntersection(_ other: ValueMask) {
        for word in holds.indices {
            holds[word] &= other.holds[word]
            fails[word] |= other.fails[word]
        }
    }

    mutating func formUnion(_ other: ValueMask) {
        for word in holds.indices {
            holds[word] |= other.holds[word]
            fails[word] &= other.fails[word]
        }
    }

    mutating func negate() { swap(&holds, &fails) }

    // MARK: Columns

    /// Sets the outcome of the events that a column has values of, all to the same.
    mutating func set(_ column: ValueStretch.Column, _ bytes: Span<UInt8>, to outcome: ValueOutcome) throws {
        try set(column, bytes) { _ in outcome }
    }

    /// Sets the outcome of the events that a column has values of, each by the number of its value.
    @inline(__always)
    mutating func set(
        _ column: ValueStretch.Column, _ bytes: Span<UInt8>, to outcome: (Int) -> ValueOutcome
    ) throws {
        switch column.form {
        case .all:
            for word in holds.indices {
                set(word, among: min(64, count - word * 64) == 64 ? .max : (1 << UInt64(count % 64)) - 1) {
                    outcome(word * 64 + $0)
                }
            }
        case .bits:
            var number = 0
            for word in holds.indices {
                let bits = bytes.bigEndianUInt64(at: column.places + word * 8)
                guard number + bits.nonzeroBitCount <= column.count else { throw ValueStretch.damaged }
                set(word, among: bits) { _ in
                    number += 1
                    return outcome(number - 1)
                }
            }
        case .list:
            for number in 0..<column.count {
                let place = Int(bytes.bigEndianUInt16(at: column.places + number * 2))
                guard place < count else { throw ValueStretch.damaged }
                let bit: UInt64 = 1 << UInt64(place % 64)
                let outcome = outcome(number)
                holds[place / 64] = holds[place / 64] & ~bit | (outcome.contains(.mayHold) ? bit : 0)
                fails[place / 64] = fails[place / 64] & ~bit | (outcome.contains(.mayFail) ? bit : 0)
            }
        }
    }

    /// Sets the outcomes of those of 64 events that are marked; they are asked for in their order.
    @inline(__always)
    private mutating func set(_ word: Int, among marked: UInt64, to outcome: (Int) -> ValueOutcome) {
        var (hold, fail): (UInt64, UInt64) = (0, 0)
        var rest = marked
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest - 1
            let outcome = UInt64(outcome(place).rawValue)
            hold |= (outcome & 1) << UInt64(place)
            fail |= (outcome >> 1) << UInt64(place)
        }
        holds[word] = holds[word] & ~marked | hold
        fails[word] = fails[word] & ~marked | fail
    }
}
