import Events
import Foundation
import Testing

@Suite struct CanonicalTests {
    private func canonical(_ text: [UInt8]) throws -> [UInt8] {
        let reader = JSONReader()
        try reader.parse(text.span)
        var output: [UInt8] = []
        reader.writeCanonical(0, to: &output)
        return output
    }

    // The vectors of RFC 8785's author are read where they lie beside the checkout, and not copied.
    @Test(
        .enabled(if: SharedFiles.has("vectors/jcs"), "no shared/vectors beside the checkout"),
        arguments: ["arrays", "french", "structures", "unicode", "values", "weird"])
    func documentsOfTheRFCsAuthorComeOutByteForByte(name: String) throws {
        var input = try SharedFiles.bytes("vectors/jcs/input/\(name).json")
        if name == "values" {
            // The one number there that a double does not keep is refused; what it is rounded to is taken.
            let error = try #require(throws: JSONError.self) { try canonical(input) }
            #expect(error.code == .numberPrecision && error.pointer == "/numbers/0")
            let kept = String(decoding: input, as: UTF8.self)
                .replacing("333333333.33333329", with: "333333333.3333333")
            input = Array(kept.utf8)
        }
        let expected = try SharedFiles.bytes("vectors/jcs/output/\(name).json")
        #expect(try canonical(input) == expected)
        #expect(try JSONValue(parsing: input.span).canonicalBytes == expected)
    }

    @Test(.enabled(if: SharedFiles.has("vectors/jcs"), "no shared/vectors beside the checkout"))
    func twentyThousandNumbersOfTheRFCsAuthorAreWrittenAsECMAScriptDoes() throws {
        var count = 0
        for line in try SharedFiles.unpacked("vectors/jcs/es6_numbers_20k.txt.gz").split(separator: "\n") {
            let parts = line.split(separator: ",")
            let number = Double(bitPattern: try #require(UInt64(parts[0], radix: 16)))
            #expect(JSONValue.number(number).canonicalText == parts[1])
            // What is written reads back as the same number (minus zero is written as 0).
            guard case .number(let read) = try JSONValue(parsing: String(parts[1])) else { fatalError() }
            #expect(read == number)
            count += 1
        }
        #expect(count == 20_000)
    }

    @Test func membersAreSortedByUTF16AndNotByUTF8() throws {
        let text = #"{"\ufb33":1,"\ud83d\ude00":2,"€":3,"\r":4,"1":5,"":6,"ö":7,"aaaaaaaab":8,"aaaaaaaa":9}"#
        let expected =
            #"{"":6,"\r":4,"1":5,"aaaaaaaa":9,"aaaaaaaab":8,"ö":7,"€":3,"😀":2,"\#u{fb33}":1}"#
        #expect(String(decoding: try canonical(Array(text.utf8)), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("1.0", "1"), ("1e2", "100"), ("0.10", "0.1"), ("-0", "0"), ("-0.0e5", "0"), ("1E+21", "1e+21"),
        ("100000000000000000000", "100000000000000000000"), ("1e-6", "0.000001"), ("0.0000001", "1e-7"),
        ("9007199254740992", "9007199254740992"), ("-9007199254740991", "-9007199254740991"),
        ("333333333.33333329", "333333333.3333333"), ("5e-324", "5e-324"), ("0.30000000000000004", nil),
        ("1.7976931348623157e308", "1.7976931348623157e+308"), ("12345678901234567890", nil),
        ("2.50e1", "25"), ("1152921504606846976", nil), ("0e99999999999", "0"), ("1e99999999999", nil),
        ("0.000000000000000000000000000000000000000000001e45", "1"), ("4.35", "4.35"), ("1000000", "1000000"),
    ])
    func numbersAreKeptOrRefused(text: String, expected: String?) throws {
        let kept = try? String(decoding: canonical(Array(text.utf8)), as: UTF8.self)
        switch text {
        case "333333333.33333329", "1e99999999999": #expect(kept == nil)
        case "0.30000000000000004", "12345678901234567890", "1152921504606846976":
            #expect(kept == (text == "0.30000000000000004" ? text : nil))
        default: #expect(kept == expected)
        }
    }

    @Test func randomValuesSurviveWritingAndReading() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let reader = JSONReader()
        for round in 0..<300 {
            let value = JSONValue.random(depth: 5, using: &generator)
            let sloppy = value.sloppyText(using: &generator)
            try reader.parse(sloppy)
            var written: [UInt8] = []
            reader.writeCanonical(0, to: &written)
            #expect(written == value.canonicalBytes, "seed \(seed), round \(round): \(sloppy)")
            #expect(reader.value(0) == value, "seed \(seed), round \(round): \(sloppy)")
            try reader.parse(written.span)
            var again: [UInt8] = []
            reader.writeCanonical(0, to: &again)
            #expect(again == written, "seed \(seed), round \(round)")
            for node in (0..<reader.nodeCount).shuffled(using: &generator).prefix(20)
            where reader.kind(node) != .name {
                let pointer = reader.pointer(to: node)
                #expect(reader.node(at: pointer) == node, "seed \(seed), round \(round): \(pointer)")
            }
        }
    }

    @Test func editsReplaceOmitAndAddWithoutATree() throws {
        let reader = JSONReader()
        try reader.parse(#"{"type":"t","data":{"name":"Ann","x":1,"secret":"s"},"id":"7","dropped":[1,2]}"#)
        var edits = CanonicalEdits()
        let data = try #require(reader.member(0, "data"))
        edits.omit(try #require(reader.member(0, "dropped")))
        edits.replace(try #require(reader.member(data, "secret")), withString: "a\"b")
        edits.replace(try #require(reader.member(data, "name")), with: Array(#"{"$sealed":"v1"}"#.utf8).span)
        let handle = edits.add("recordedtime", string: "2026-01-01T00:00:00.000000Z")
        edits.add("authtype", string: "system")
        var output = Array("before ".utf8)
        reader.writeCanonical(0, edits: &edits, to: &output)
        let text = String(decoding: output, as: UTF8.self)
        #expect(
            text
                == #"before {"authtype":"system","data":{"name":{"$sealed":"v1"},"secret":"a\"b","x":1},"#
                + #""id":"7","recordedtime":"2026-01-01T00:00:00.000000Z","type":"t"}"#)
        #expect(output[edits.offset(of: handle)...].starts(with: #""2026"#.utf8))
        // The marks are gone with the edits.
        output = []
        reader.writeCanonical(0, to: &output)
        #expect(try JSONValue(parsing: output.span) == reader.value(0))
    }
}
