import Events

/// A generator whose numbers are the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

extension JSONValue {
    /// A value with all kinds of strings, numbers and nesting.
    static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2, 3: .number(randomNumber(using: &generator))
        case 4, 5: .string(randomText(using: &generator))
        case 6:
            .array(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
                    random(depth: depth - 1, using: &generator)
                })
        default:
            .object(randomObject(depth: depth, using: &generator))
        }
    }

    /// Small ones of anything, and sometimes large ones without much inside.
    private static func randomObject(depth: Int, using generator: inout SeededGenerator) -> JSONObject {
        let isLarge = Int.random(in: 0..<8, using: &generator) == 0
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0..<(isLarge ? 60 : 6), using: &generator) {
            object[randomText(using: &generator)] = random(depth: isLarge ? 0 : depth - 1, using: &generator)
        }
        return object
    }

    static func randomNumber(using generator: inout SeededGenerator) -> Double {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: Double(Int.random(in: -1000...1000, using: &generator))
        case 1: Double(Int.random(in: -100_000...100_000, using: &generator)) / 100
        case 2: Double(Int64.random(in: -(1 << 53)...(1 << 53), using: &generator))
        default:
            {
                let number = Double(bitPattern: generator.next())
                return number.isFinite ? number : 0
            }()
        }
    }

    static func randomText(using generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "b", "id", "name", "recordedtime", "z", "\"", "\\", "\n", "\u{0}", "\u{1f}", "\u{7f}", "/",
            "é",
            "ÿ", "€", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FB33}", "\u{10000}", "\u{1F600}", "\u{10FFFF}",
        ]
        return (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &generator)]
        }.joined()
    }

    /// A text of the value in which members stand in random order, with spaces, and strings are escaped at
    /// random.
    func sloppyText(using generator: inout SeededGenerator) -> String {
        let space = ["", " ", "\n", "\t "][Int.random(in: 0..<4, using: &generator)]
        switch self {
        case .null, .bool: return space + canonicalText + space
        case .number: return space + canonicalText.replacing("e+", with: "E") + space
        case .string(let text): return space + JSONValue.sloppy(text, using: &generator) + space
        case .array(let elements):
            var texts: [String] = []
            for element in elements { texts.append(element.sloppyText(using: &generator)) }
            return space + "[" + texts.joined(separator: ",") + space + "]"
        case .object(let object):
            var texts: [String] = []
            for member in object.shuffled(using: &generator) {
                let name = JSONValue.sloppy(member.name, using: &generator)
                texts.append(space + name + space + ":" + member.value.sloppyText(using: &generator))
            }
            return "{" + texts.joined(separator: ",") + space + "}"
        }
    }

    private static func sloppy(_ text: String, using generator: inout SeededGenerator) -> String {
        var result = "\""
        for unit in text.unicodeScalars {
            let mustEscape = unit.value < 0x20 || unit == "\"" || unit == "\\"
            if mustEscape || Int.random(in: 0..<4, using: &generator) == 0 {
                for code in String(unit).utf16 {
                    let digits = String(code, radix: 16, uppercase: Bool.random(using: &generator))
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(unit)
            }
        }
        return result + "\""
    }
}
