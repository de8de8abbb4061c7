/// A regular expression of a documented subset, compiled to a table that is stepped once a character.
///
/// The subset: literals, `.`, classes such as `[a-z_]` and `[^0-9]`, `\d \w \s` and their complements (ASCII
/// digits and words, as in ECMA-262), groups, alternation, `* + ? {m} {m,} {m,n}`, `^` and `$`. What needs
/// memory of what was matched (back references) or looks around is refused. As in JSON Schema, a pattern
/// that is not anchored matches anywhere in the text. Time is linear in the text, whatever the pattern.
///
/// A class, so that checking a text counts one reference and not one for each of the tables.
final class SchemaPattern: Sendable {
    /// The expression as written.
    let source: String

    /// What is known once a state is reached.
    enum Verdict: UInt8 {
        /// The text goes on; if it ends here it does not match.
        case open
        /// If the text ends here it matches.
        case matchesAtEnd
        /// It matches, whatever follows.
        case matches
        /// It does not match, whatever follows.
        case fails
    }

    private let alphabet: PatternAlphabet
    /// By state and class of character: where the row of the next state begins, and `matchesFlag` or
    /// `failsFlag` where nothing that follows can change the verdict.
    private let transitions: [UInt32]
    /// By state: whether a text that ends there matches.
    private let matchesAtEnd: [Bool]
    private let first: UInt32

    private static let matchesFlag: UInt32 = 1 << 31
    private static let failsFlag: UInt32 = 1 << 30

    /// Compiles an expression.
    init(_ source: String) throws(PatternError) {
        self.source = source
        var parser = PatternParser(source)
        let tree = try parser.parse()
        let automaton = try PatternAutomaton(tree)
        let (alphabet, table, verdicts) = try automaton.table()
        func entry(_ state: Int) -> UInt32 {
            switch verdicts[state] {
            case .matches: Self.matchesFlag
            case .fails: Self.failsFlag
            case .open, .matchesAtEnd: UInt32(state * alphabet.classCount)
            }
        }
        self.alphabet = alphabet
        transitions = table.map { entry(Int($0)) }
        matchesAtEnd = verdicts.map { $0 == .matchesAtEnd }
        first = entry(0)
    }

    /// Whether the expression matches somewhere in a text, which is valid UTF-8.
    func matches(_ text: Span<UInt8>) -> Bool {
        var row = first
        var index = 0
        while row < Self.failsFlag, index < text.count {
            let byte = text[index]
            let characterClass: Int
            if byte < 0x80 {
                characterClass = Int(alphabet.ascii[Int(byte)])
                index += 1
            } else {
                characterClass = alphabet.classOf(Self.scalar(in: text, at: &index))
            }
            row = transitions[Int(row) + characterClass]
        }
        if row >= Self.failsFlag { return row == Self.matchesFlag }
        return matchesAtEnd[Int(row) / alphabet.classCount]
    }

    private static func scalar(in text: Span<UInt8>, at index: inout Int) -> UInt32 {
        let lead = text[index]
        let count = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var value = UInt32(lead) & (0x7F >> UInt32(count))
        for offset in 1..<count {
            value = value << 6 | UInt32(text[index + offset] & 0x3F)
        }
        index += count
        return value
    }
}

/// Why an expression is refused.
struct PatternError: Error, Equatable {
    /// What is wrong with it.
    let reason: String
}

/// A set of characters: ranges of Unicode scalar values, ascending and apart.
struct ScalarSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let everything = ScalarSet([0...0x10FFFF])
    static let digits = ScalarSet([0x30...0x39])
    static let words = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let lineEnds = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
    static let spaces = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])

    init(_ ranges: [ClosedRange<UInt32>]) {
        var joined: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound &+ 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        self.ranges = joined
    }

    var complement: ScalarSet {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return ScalarSet(result)
    }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } }
}

/// The characters, put into classes that no expression here tells apart.
struct PatternAlphabet: Sendable {
    /// The class of each ASCII character.
    let ascii: [UInt8]
    /// Where a new class begins, ascending; the first is 0.
    let starts: [UInt32]
    /// The class that begins there.
    let classes: [UInt8]
    let classCount: Int

    /// The classes that tell `sets` apart.
    init(_ sets: [ScalarSet]) throws(PatternError) {
        var bounds: Set<UInt32> = [0]
        for range in sets.flatMap(\.ranges) {
            bounds.insert(range.lowerBound)
            if range.upperBound < 0x10FFFF { bounds.insert(range.upperBound + 1) }
        }
        let starts = bounds.sorted()
        var numbers: [[Bool]: UInt8] = [:]
        var classes: [UInt8] = []
        for start in starts {
            let membership = sets.map { $0.contains(start) }
            if let number = numbers[membership] {
                classes.append(number)
            } else {
                guard numbers.count < 255 else {
                    throw PatternError(reason: "tells too many kinds of characters apart")
                }
                classes.append(UInt8(numbers.count))
                numbers[membership] = UInt8(numbers.count)
            }
        }
        self.starts = starts
        self.classes = classes
        classCount = numbers.count
        var ascii: [UInt8] = []
        var index = 0
        for scalar in UInt32(0)..<128 {
            while index + 1 < starts.count, starts[index + 1] <= scalar { index += 1 }
            ascii.append(classes[index])
        }
        self.ascii = ascii
    }

    /// The class of any character.
    func classOf(_ scalar: UInt32) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= scalar { low = middle } else { high = middle }
        }
        return Int(classes[low])
    }
}
