import Events
import Testing

struct EventTextTests {
    private func pieces(_ text: String) throws -> [String] {
        try EventText(Array(text.utf8)).pieces.map { String(decoding: $0.json, as: UTF8.self) }
    }

    private func lines(_ text: String) throws -> [Int?] {
        try EventText(Array(text.utf8)).pieces.map(\.line)
    }

    @Test func nothingHoldsNoEvent() throws {
        #expect(try pieces("").isEmpty)
        #expect(try pieces(" \r\n\t\n").isEmpty)
        #expect(try pieces("[]").isEmpty)
    }

    @Test func oneObjectIsOneEventOnHoweverManyLines() throws {
        #expect(try pieces(#"{"a":1}"#) == [#"{"a":1}"#])
        #expect(try pieces("\n{\n  \"a\": 1\n}\n") == ["\n{\n  \"a\": 1\n}\n"])
        #expect(try lines("\n{\n  \"a\": 1\n}\n") == [2])
    }

    @Test func anArrayHoldsOneEventAnElement() throws {
        #expect(try pieces(#" [ {"a": 1}, {"b": [2]} ] "#) == [#"{"a":1}"#, #"{"b":[2]}"#])
    }

    @Test func jsonLinesHoldOneEventALine() throws {
        let text = "{\"a\":1}\r\n\n{\"b\":2}\n{broken\n"
        #expect(try pieces(text) == ["{\"a\":1}\r", #"{"b":2}"#, "{broken"])
        #expect(try lines(text) == [1, 3, 4])
    }

    @Test func aBrokenFirstLineIsStillALine() throws {
        #expect(try lines("{\"a\":01}\n{\"b\":2}\n") == [1, 2])
    }

    @Test func packedBytesAreCalledThat() {
        for (bytes, name) in [([0x1F, 0x8B, 8, 0], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd")]
            as [([UInt8], String)]
        {
            let refusal = #expect(throws: EventProblem.self) { try EventText(bytes) }
            #expect(refusal?.found.contains(name) == true)
        }
    }

    @Test func textThatIsNoJSONIsRefusedWithItsLine() {
        let refusal = #expect(throws: EventProblem.self) { try EventText(Array("{\n\"a\": 1,\n}\n".utf8)) }
        #expect(refusal?.line == 3)
        #expect(throws: EventProblem.self) { try EventText(Array("[{\"a\":1},".utf8)) }
    }
}
