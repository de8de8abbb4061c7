import Events
import Testing

@testable import Daybook

@Suite("Bytes that rule lines out")
struct ByteSearchTests {
    /// Pieces of one to forty bytes in lines of few letters, where nearly all of a piece stands often.
    @Test func aPieceIsFoundWhereItStands() {
        let seed = UInt64.random(in: 0..<1_000_000)
        var generator = SeededGenerator(seed: seed)
        var found = 0
        for _ in 0..<20_000 {
            let line = (0..<Int.random(in: 0...150, using: &generator)).map { _ in
                UInt8.random(in: 97...98, using: &generator)
            }
            let length = Int.random(in: 1...40, using: &generator)
            var piece = (0..<length).map { _ in UInt8.random(in: 97...98, using: &generator) }
            if Bool.random(using: &generator), line.count >= length {
                let start = Int.random(in: 0...line.count - length, using: &generator)
                piece = Array(line[start..<start + length])
                if Bool.random(using: &generator) { piece[length / 2] = 99 }
            }
            let stands = line.indices.contains { line[$0...].starts(with: piece) }
            found += stands ? 1 : 0
            #expect(ByteSearch(piece).stands(in: line.span) == stands, "seed \(seed): \(piece) in \(line)")
        }
        #expect(found > 2_000)
    }

    @Test(arguments: [
        ("data.currency = EUR", #"{"data":{"currency":"EUR"}}"#, true),
        ("data.currency = EUR", #"{"data":{"currency":"GBP"}}"#, false),
        ("data.currency in (EUR, USD)", #"{"data":{"currency":"USD"}}"#, true),
        ("data.currency in (EUR, 5)", #"{"data":{"currency":"USD"}}"#, true),
        ("data.total > 3", #"{"data":{"score":4}}"#, false),
        ("data.total > 3", #"{"data":{"total":"1"}}"#, true),
        ("data.total = null", #"{"data":{"score":4}}"#, true),
        ("not data.total > 3", #"{"data":{"score":4}}"#, true),
        ("data.total > 3 or data.score = 4", #"{"data":{"score":4}}"#, true),
        ("data.total > 3 and data.score = 4", #"{"data":{"score":4}}"#, false),
        ("data.lines.0.net > 1", #"{"data":{"lines":[{"net":"2"}]}}"#, true),
        ("data.lines.0 = x", "{}", false),
        ("actor = eve", #"{"authid":"eve"}"#, true), ("actor != eve", #"{"data":{}}"#, false),
        ("data.name = Kim", #"{"data":{"name":"\u{212A}im"}}"#, true),
    ])
    func onlyWhatCannotHoldIsRuledOut(_ text: String, _ line: String, _ mayHold: Bool) throws {
        let bytes = ConditionBytes(try Condition(parsing: text), fields: TrailCheck.fields)
        #expect(bytes.mayHold(in: Array(line.utf8).span) == mayHold)
    }
}
