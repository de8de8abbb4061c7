import Events
import Testing

@Suite struct HostileTextTests {
    /// Texts that nearly are JSON, by small damage to such as are.
    private func damaged(_ text: String, using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        let pieces: [[UInt8]] =
            [
                "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud83d", "\\udE00", "0", "1", "9", "-",
                "+", ".", "e",
                "E", "e400", "true", "nul", "\n", "\u{c}", "\u{1a}", "\u{0}", "/", "é",
            ].map { Array($0.utf8) } + [
                [0xC3], [0xED, 0xA0, 0x80], [0xFF], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            ]
        for _ in 0..<Int.random(in: 0..<4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 2))
            default:
                let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                bytes.insert(contentsOf: piece, at: place)
            }
        }
        return bytes
    }

    @Test func damagedTextsAreTakenAndRefusedAsByASlowReader() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let reader = JSONReader()
        var taken = 0
        for round in 0..<6000 {
            let value = JSONValue.random(depth: 2, using: &generator)
            let bytes = damaged(value.sloppyText(using: &generator), using: &generator)
            let expected = SlowJSON.read(bytes)
            var found: JSONValue?
            do {
                try reader.parse(bytes)
                found = reader.value(0)
                taken += 1
            } catch {
                #expect(error.byteOffset <= bytes.count, "seed \(seed), round \(round)")
            }
            #expect(
                found == expected, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(taken > 1000 && taken < 5000)
    }

    @Test func numbersNearTheEdgeOfDoublesAreTakenAndRefusedAsByASlowReader() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let reader = JSONReader()
        var taken = 0
        for _ in 0..<5000 {
            // Mostly what doubles print, with a digit changed or added, or a point or exponent moved.
            var digits = Double(bitPattern: generator.next() & ~(1 << 62)).description
            if Bool.random(using: &generator) {
                digits = Double.random(in: 0..<1e17, using: &generator).description
            }
            if Bool.random(using: &generator) {
                digits = digits.replacing("e", with: "\(generator.next() % 10)e", maxReplacements: 1)
            }
            if Bool.random(using: &generator) { digits += String(generator.next() % 100) }
            let expected = SlowJSON.read(Array(digits.utf8))
            var found: JSONValue?
            if (try? reader.parse(digits)) != nil {
                found = reader.value(0)
                taken += 1
            }
            #expect(found == expected, "seed \(seed): \(digits)")
        }
        #expect(taken > 200 && taken < 4800)
    }

    @Test func nestingIsLimited() throws {
        let reader = JSONReader()
        try reader.parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
        #expect(reader.level(63) == 63)
        let deep = String(repeating: "{\"a\":", count: 64) + "[]" + String(repeating: "}", count: 64)
        let error = try #require(throws: JSONError.self) { try reader.parse(deep) }
        #expect(error.code == .tooDeep && error.pointer == String(repeating: "/a", count: 64))
    }

    @Test func duplicateNamesAreFoundInObjectsOfEverySize() throws {
        let reader = JSONReader()
        for count in [2, 3, 24, 25, 26, 100, 3000] {
            var members = (0..<count).map { "\"member number \($0)\":\($0)" }
            try reader.parse("{" + members.joined(separator: ",") + "}")
            #expect(reader.count(0) == count)
            members[count - 1] = "\"member number 0\":0"
            let error = try #require(throws: JSONError.self) {
                try reader.parse("{\"x\":{" + members.joined(separator: ",") + "}}")
            }
            #expect(error.code == .duplicateName && error.pointer == "/x/member number 0", "\(error)")
        }
    }

    @Test func longTextsAreReadAndAShortOneAfterThem() throws {
        let reader = JSONReader()
        let long =
            "["
            + Array(repeating: "\"" + String(repeating: "ü", count: 500) + "\"", count: 5000).joined(
                separator: ",")
        try reader.parse(long + "]")
        #expect(reader.count(0) == 5000 && reader.textLength(1) == 1000)
        let error = try #require(throws: JSONError.self) { try reader.parse(long) }
        #expect(error.code == .truncated && error.byteOffset == long.utf8.count && error.pointer == "/4999")
        // What earlier texts left behind the end does not count.
        #expect(throws: JSONError.self) { try reader.parse("[\"") }
        try reader.parse("7")
        #expect(reader.number(0) == 7 && reader.nodeCount == 1)
    }

    @Test(
        arguments: [
            ([0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xFF, 0x22, 0x7D], JSONError.Code.invalidUTF8, 6),
            ([0x22, 0xC3], .invalidUTF8, 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8, 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .invalidUTF8, 1),
            ([0x22, 0xC0, 0x80, 0x22], .invalidUTF8, 1),
            ([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], .utf16, 0),
            ([0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D], .utf16, 0),
            ([0x7B, 0x00, 0x7D, 0x00], .utf16, 0), ([0x00, 0x7B, 0x00, 0x7D], .utf16, 0),
            ([0xEF, 0xBB, 0xBF, 0x7B, 0x7D], .byteOrderMark, 0), ([0x0D, 0x0A], .empty, 0),
        ] as [([UInt8], JSONError.Code, Int)])
    func otherEncodingsAreNamed(bytes: [UInt8], code: JSONError.Code, offset: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSONReader().parse(bytes) }
        #expect(error.code == code && error.byteOffset == offset, "\(error)")
    }
}
