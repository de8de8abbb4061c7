/// An expression as a tree.
indirect enum PatternTree: Sendable {
    case empty
    case start
    case end
    case set(ScalarSet)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repetition(PatternTree, Int, Int?)
}

/// Reads the subset of ECMA-262 expressions that `SchemaPattern` documents.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    /// The most characters an expression may have.
    static let lengthLimit = 1000
    /// The most often that something may be said to repeat.
    static let repetitionLimit = 1000

    init(_ source: String) {
        scalars = Array(source.unicodeScalars)
    }

    mutating func parse() throws(PatternError) -> PatternTree {
        guard scalars.count <= Self.lengthLimit else {
            throw PatternError(reason: "is longer than \(Self.lengthLimit) characters")
        }
        let tree = try choice()
        guard index == scalars.count else { throw PatternError(reason: "has a ) without a (") }
        return tree
    }

    private mutating func choice() throws(PatternError) -> PatternTree {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while index < scalars.count, scalars[index] != "|", scalars[index] != ")" {
            parts.append(try repeated(try atom()))
        }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repeated(_ atom: PatternTree) throws(PatternError) -> PatternTree {
        let low: Int
        let high: Int?
        if take("*") {
            (low, high) = (0, nil)
        } else if take("+") {
            (low, high) = (1, nil)
        } else if take("?") {
            (low, high) = (0, 1)
        } else if take("{") {
            (low, high) = try bounds()
        } else {
            return atom
        }
        switch atom {
        case .start, .end: throw PatternError(reason: "repeats an anchor")
        default: break
        }
        if let next = peek, next == "*" || next == "+" || next == "?" || next == "{" {
            throw PatternError(
                reason: "repeats a repetition; lazy and possessive repetition are not supported")
        }
        return .repetition(atom, low, high)
    }

    private mutating func bounds() throws(PatternError) -> (Int, Int?) {
        let malformed = PatternError(
            reason: "has a { that is not {m}, {m,} or {m,n}; write \\{ for the character")
        guard let low = number() else { throw malformed }
        var high: Int? = low
        if take(",") {
            high = number()
        }
        guard take("}") else { throw malformed }
        guard low <= Self.repetitionLimit, high ?? 0 <= Self.repetitionLimit else {
            throw PatternError(reason: "repeats something more than \(Self.repetitionLimit) times")
        }
        if let high, high < low {
            throw PatternError(reason: "has a repetition whose bounds are the wrong way round")
        }
        return (low, high)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek, digit >= "0", digit <= "9" {
            value = min((value ?? 0) * 10 + Int(digit.value - 0x30), 1_000_000)
            index += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternTree {
        let character = scalars[index]
        index += 1
        switch character {
        case "^": return .start
        case "$": return .end
        case ".": return .set(ScalarSet.lineEnds.complement)
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return .set(try escape())
        case "*", "+", "?": throw PatternError(reason: "has a \(character) with nothing before it to repeat")
        case "{", "}", "]":
            throw PatternError(
                reason: "has a \(character) that closes or opens nothing; write \\\(character) for it")
        default: return .set(ScalarSet([character.value...character.value]))
        }
    }

    private mutating func group() throws(PatternError) -> PatternTree {
        if take("?") {
            guard take(":") else {
                throw PatternError(reason: "uses (?…, which is not supported except as (?:…)")
            }
        }
        depth += 1
        guard depth <= 50 else { throw PatternError(reason: "nests more than 50 groups") }
        let tree = try choice()
        guard take(")") else { throw PatternError(reason: "has a ( without a )") }
        depth -= 1
        return tree
    }

    private mutating func characterClass() throws(PatternError) -> ScalarSet {
        let negated = take("^")
        var set = ScalarSet([])
        while true {
            guard index < scalars.count else { throw PatternError(reason: "has a [ without a ]") }
            if take("]") { break }
            let low = try classMember()
            if peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                index += 1
                let high = try classMember()
                guard let first = low.single, let last = high.single, first <= last else {
                    throw PatternError(
                        reason: "has a range in [ ] that does not go from a character up to another")
                }
                set = set.union(ScalarSet([first...last]))
            } else {
                set = set.union(low)
            }
        }
        return negated ? set.complement : set
    }

    private mutating func classMember() throws(PatternError) -> ScalarSet {
        let character = scalars[index]
        index += 1
        return character == "\\" ? try escape() : ScalarSet([character.value...character.value])
    }

    private mutating func escape() throws(PatternError) -> ScalarSet {
        guard index < scalars.count else { throw PatternError(reason: "ends with a \\") }
        let character = scalars[index]
        index += 1
        switch character {
        case "d": return .digits
        case "D": return ScalarSet.digits.complement
        case "w": return .words
        case "W": return ScalarSet.words.complement
        case "s": return .spaces
        case "S": return ScalarSet.spaces.complement
        case "t": return ScalarSet([9...9])
        case "n": return ScalarSet([10...10])
        case "v": return ScalarSet([11...11])
        case "f": return ScalarSet([12...12])
        case "r": return ScalarSet([13...13])
        case "x": return try hexadecimal(2)
        case "u": return try hexadecimal(4)
        default:
            let isLetterOrDigit = character.properties.isAlphabetic || character.properties.numericType != nil
            guard character.isASCII, !isLetterOrDigit else {
                throw PatternError(reason: "uses \\\(character), which is not supported")
            }
            return ScalarSet([character.value...character.value])
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(PatternError) -> ScalarSet {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek, let nibble = UInt32(String(digit), radix: 16) else {
                throw PatternError(reason: "has an escape that wants \(count) hexadecimal digits")
            }
            value = value << 4 | nibble
            index += 1
        }
        guard Unicode.Scalar(value) != nil else {
            throw PatternError(reason: "names half of a surrogate pair; write the character itself")
        }
        return ScalarSet([value...value])
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }
}

extension ScalarSet {
    /// The only character of the set, or nil where it has none or more.
    fileprivate var single: UInt32? {
        guard ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
