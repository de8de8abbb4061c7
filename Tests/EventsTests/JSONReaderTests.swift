import Events
import Testing

@Suite struct JSONReaderTests {
    @Test func anEventIsReadIntoNodesThatCanBeWalked() throws {
        let reader = JSONReader()
        try reader.parse(#" {"a": [1, 2.5, "x\n\u00e9\ud83d\ude00"], "b": {"c": null, "d": true}, "e": ""} "#)
        #expect(reader.kind(0) == .object && reader.count(0) == 3)
        let a = try #require(reader.member(0, "a"))
        #expect(reader.kind(a) == .array && reader.count(a) == 3)
        #expect(reader.number(a + 1) == 1 && reader.number(a + 2) == 2.5)
        #expect(reader.string(a + 3) == "x\n\u{e9}\u{1F600}")
        let b = try #require(reader.member(0, "b"))
        #expect(reader.bool(try #require(reader.member(b, "d"))) == true)
        #expect(reader.pointer(to: try #require(reader.member(b, "c"))) == "/b/c")
        #expect(reader.pointer(to: a + 2) == "/a/1")
        #expect(reader.member(0, "missing") == nil)
    }

    @Test(arguments: [
        ("", JSONError.Code.empty, 0, ""),
        (" \n\t", .empty, 0, ""),
        ("\u{FEFF}{}", .byteOrderMark, 0, ""),
        ("{\u{0}}\u{0}", .utf16, 0, ""),
        ("{} {}", .trailingText, 3, ""),
        ("1 2", .trailingText, 2, ""),
        ("{\"a\":1", .truncated, 6, "/a"),
        ("[1,", .truncated, 3, "/0"),
        ("{\"a\": \"x", .unclosedString, 6, ""),
        ("[\"a\u{1}\"]", .controlCharacter, 3, ""),
        ("[1 2]", .expectedComma, 3, "/0"),
        ("[1,]", .expectedValue, 3, "/0"),
        ("{\"a\" 1}", .expectedColon, 5, "/a"),
        ("{a:1}", .expectedName, 1, ""),
        ("{\"a\":1,}", .expectedName, 7, "/a"),
        ("[tru]", .badLiteral, 1, "/0"),
        ("[truex]", .badLiteral, 1, "/0"),
        ("[NaN]", .badLiteral, 1, ""),
        ("[nul", .badLiteral, 1, "/0"),
        ("[Infinity]", .badLiteral, 1, ""),
        ("[01]", .badNumber, 1, "/0"),
        ("[1.]", .badNumber, 1, "/0"),
        ("[.5]", .badLiteral, 1, ""),
        ("[+1]", .badLiteral, 1, ""),
        ("[1e]", .badNumber, 1, "/0"),
        ("[-]", .badNumber, 1, "/0"),
        ("[1x]", .badNumber, 1, "/0"),
        ("[1\"a\"]", .badNumber, 1, "/0"),
        ("[1\u{c}]", .badNumber, 1, "/0"),
        ("[0x10]", .badNumber, 1, "/0"),
        ("[1e400]", .numberRange, 1, "/0"),
        ("[1e-400]", .numberRange, 1, "/0"),
        ("{\"n\":9007199254740993}", .numberPrecision, 5, "/n"),
        ("[0.1000000000000000055511]", .numberPrecision, 1, "/0"),
        ("[\"\\x\"]", .badEscape, 2, "/0"),
        ("[\"\\u12g4\"]", .badEscape, 2, "/0"),
        ("[\"\\ud800\"]", .loneSurrogate, 2, "/0"),
        ("[\"\\udc00\\ud800\"]", .loneSurrogate, 2, "/0"),
        ("[\"\\ud800\\u0041\"]", .loneSurrogate, 2, "/0"),
        ("{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", .duplicateName, 18, "/a/b"),
        ("{\"a\":1,\"\\u0061\":2}", .duplicateName, 7, "/a"),
        ("[\"a\"b]", .expectedComma, 4, "/0"),
        ("\"a\"b", .trailingText, 3, ""),
        ("[\\\"a\"]", .badLiteral, 1, ""),
        ("}", .expectedValue, 0, ""),
        ("[1}", .expectedComma, 2, "/0"),
    ])
    func wrongTextsAreRefusedWithPlaceAndReason(
        text: String, code: JSONError.Code, offset: Int, pointer: String
    ) throws {
        let error = try #require(throws: JSONError.self) { try JSONReader().parse(text) }
        #expect(error.code == code, "\(text): \(error)")
        #expect(error.byteOffset == offset, "\(text): \(error)")
        #expect(error.pointer == pointer, "\(text): \(error)")
    }
}
