import Events
import Testing

/// A reader that remembers shapes reads every text as one that does not.
@Suite struct AlikeTextTests {
    private static let shapes = [
        #"{"a":1,"data":{"currency":"EUR","lines":[{"net":"1.00"},{"net":"2"}],"total":"12.50"},"id":"e1"}"#,
        #"{"a":1,"data":{"currency":"EUR","lines":[{"net":"1.00"}],"total":"12.50"},"id":"e1"}"#,
        #"{"a":1,"data":{"bulk":true,"score":4},"id":"e1","type":"survey.answered"}"#,
        #"{"a":1,"data":{"bulk":false,"score":4.5e0},"id":"e1","type":"survey.answered"}"#,
        #"{"a":1,"data":{"score":"4","note":null},"id":"e1"}"#, #"{"data":{},"b":[],"c":[[]]}"#,
        #"{"b": 1, "a": 2}"#, #"["x",-1,0.5]"#, "\"alone\"", "17", #"{"é":1,"ü":"ö"}"#, #"{"a\"b":1}"#,
    ]
    private static let texts = [
        "", "a", "quite a long text with spaces, 0123456789", "ü", "谢谢 👍", "\u{7F}", #"with \"quotes\""#,
        #"\u0041"#,
        #"\\"#, "{\"a\":1}", "\u{10FFFF}", "1.00", "]", ",\\n",
    ]
    private static let numbers = [
        "0", "-0", "17", "-3", "1.5", "1e3", "1.0", "00", "1.", "-", "123456789012345678901",
    ]

    /// One of the shapes with other strings and numbers, and now and then with a byte changed.
    private static func text(_ generator: inout SeededGenerator) -> [UInt8] {
        let shape = shapes.randomElement(using: &generator)!
        var text = ""
        var isInside = false
        for piece in shape.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if piece.offset > 0 { text += "\"" }
            isInside = piece.offset % 2 == 1
            let change = Int.random(in: 0..<4, using: &generator)
            if isInside, change == 0 {
                text += texts.randomElement(using: &generator)!
            } else if !isInside, change == 0, let digit = piece.element.firstIndex(where: \.isNumber) {
                text += piece.element[..<digit] + numbers.randomElement(using: &generator)!
                text += piece.element[digit...].drop { $0.isNumber || ".e".contains($0) }
            } else {
                text += piece.element
            }
        }
        var bytes = Array(text.utf8)
        if Int.random(in: 0..<3, using: &generator) == 0, !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    @Test(arguments: [[], ["id", "type", "a", "é"]] as [[StaticString]])
    func textsAreReadAsIfNothingWereRemembered(_ few: [StaticString]) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let alike = JSONReader(expectsAlike: true, few: few)
        let plain = JSONReader()
        var canonical = 0
        for _ in 0..<30_000 {
            let bytes = Self.text(&generator)
            var errors: [JSONError?] = []
            for reader in [plain, alike] {
                do throws(JSONError) {
                    try reader.parse(bytes)
                    errors.append(nil)
                } catch {
                    errors.append(error)
                }
            }
            #expect(errors[0] == errors[1], "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            guard errors[0] == nil, errors[1] == nil else { continue }
            guard isSame(plain, alike) else {
                Issue.record("seed \(seed): another tape of \(String(decoding: bytes, as: UTF8.self))")
                return
            }
            guard alike.isKnownCanonical else { continue }
            canonical += 1
            var written: [UInt8] = []
            plain.writeCanonical(0, to: &written)
            #expect(
                written == bytes, "seed \(seed): \(String(decoding: bytes, as: UTF8.self)) is not canonical")
        }
        #expect(canonical > 1_000)
    }

    /// Arbitrary texts, which hardly ever have a shape in common, and the same once more, which then have.
    @Test func arbitraryTextsAreReadAsIfNothingWereRemembered() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let alike = JSONReader(expectsAlike: true)
        let plain = JSONReader()
        for _ in 0..<3_000 {
            let value = JSONValue.random(depth: 3, using: &generator)
            let text =
                Bool.random(using: &generator) ? value.canonicalText : value.sloppyText(using: &generator)
            for _ in 0..<2 {
                try alike.parse(text)
                try plain.parse(text)
                #expect(isSame(plain, alike), "seed \(seed): \(text)")
                if alike.isKnownCanonical { #expect(text == value.canonicalText, "seed \(seed)") }
            }
        }
    }

    private func isSame(_ left: JSONReader, _ right: JSONReader) -> Bool {
        guard left.nodeCount == right.nodeCount, left.byteCount == right.byteCount else { return false }
        return (0..<left.nodeCount).allSatisfy { node in
            guard left.kind(node) == right.kind(node), left.next(node) == right.next(node),
                left.level(node) == right.level(node), left.count(node) == right.count(node),
                left.byteOffset(node) == right.byteOffset(node)
            else { return false }
            switch left.kind(node) {
            case .number: return left.number(node) == right.number(node)
            case .string, .name:
                // What is not known to be ordinary may be so all the same.
                let isOrdinary = left.string(node).utf8.allSatisfy { (0x20...0x7E).contains($0) }
                return left.string(node) == right.string(node)
                    && left.isPlainText(node) == right.isPlainText(node)
                    && (isOrdinary || !right.isOrdinaryText(node))
            case .null, .false, .true, .array, .object: return true
            }
        }
    }
}
