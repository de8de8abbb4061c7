import Events
import Foundation
import Testing

@testable import EventLog

/// Whoever has prepared many events of a shape takes short cuts with the next; what comes out is the same.
@Suite struct PreparingTests {
    private static let types: [(String, [String])] = [
        (
            "purchase.completed",
            [
                #"{"currency":"GBP","total":"12.50"}"#, #"{"total":"1.00","currency":"EUR","fx":"0.85"}"#,
                #"{"channel":"shop é","currency":"GBP","total":"3.00"}"#, #"{"currency":"GBP","total":12}"#,
            ]
        ),
        (
            "contact.logged",
            [#"{"channel":"email","direction":"out"}"#, #"{"direction":"in","minutes":1.0}"#]
        ),
        ("contact.logged", [#"{"channel":"chat","direction":"in","minutes":2}"#, #"{"direction":"up"}"#]),
        ("customer.merged", [#"{"into":"c9"}"#]),
        ("purchase.unheard", [#"{}"#]),
    ]
    private static let more = [
        "", #","authtype":"user","authid":"a1""#, #","correlationid":null"#, #","authtype":null"#,
        #","recordedtime":"2020-01-01T00:00:00Z""#, #","contentmac":"x""#, #","causationid":"e1""#,
        #","sourcerecordedtime":"2020-01-01T00:00:00Z""#, #","authtype":"nobody""#, #","Upper":"x""#,
    ]

    private static func randomEvent(_ generator: inout SeededGenerator) throws -> [UInt8] {
        let (type, datas) = types.randomElement(using: &generator)!
        let second = Int.random(in: 0...9, using: &generator)
        let members = [
            #""specversion":"1.0""#, #""id":"\#(UInt32.random(in: 0...99_999, using: &generator))""#,
            #""source":"urn:test""#, #""type":"\#(type)""#, #""time":"2024-02-03T04:05:0\#(second)Z""#,
            #""subject":"c\#(Int.random(in: 0...9, using: &generator))""#,
            #""data":\#(datas.randomElement(using: &generator)!)"#,
        ]
        let isRare = Int.random(in: 0..<3, using: &generator) == 0
        let text =
            "{" + members.shuffled(using: &generator).joined(separator: ",")
            + (isRare ? more.randomElement(using: &generator)! : "") + "}"
        // Most files are written by programs, one line like the other: sorted, or always in the same order.
        return Int.random(in: 0..<4, using: &generator) > 0
            ? try JSONValue(parsing: text).canonicalBytes : Array(text.utf8)
    }

    @Test(arguments: 0..<UInt64(8))
    func whoHasSeenManyEventsPreparesLikeWhoSeesTheFirst(seed: UInt64) throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        var generator = SeededGenerator(seed: seed)
        var shortCuts = 0
        for number in 0..<600 {
            let json = try Self.randomEvent(&generator)
            let place: Comment = "seed \(seed), event \(number): \(String(decoding: json, as: UTF8.self))"
            let fresh = Self.prepared(json, try log.makePreparer())
            let known = try log.withPreparer { Self.prepared(json, $0) }
            #expect(fresh == known, place)
            if known.line != nil { shortCuts += 1 }
        }
        #expect(shortCuts > 200)
    }

    private struct Outcome: Equatable {
        var line: String?
        var problem: EventProblem?
        var keys: [UInt64] = []
        var numbers: [Int64] = []
        var isAsRead = false
    }

    private static func prepared(_ json: [UInt8], _ preparer: EventPreparer) -> Outcome {
        var batch = PreparedBatch()
        var outcome = Outcome()
        do throws(EventProblem) {
            outcome.isAsRead = try preparer.prepare(json.span, into: &batch) != nil
            let event = batch.events[0]
            let bytes = batch.withLine(at: 0) { line in line.indices.map { line[$0] } }
            outcome.line = String(decoding: bytes, as: UTF8.self)
            outcome.keys =
                (0..<6).map { event.keys[$0] } + [UInt64(event.keys.source), UInt64(event.keys.channel)]
            outcome.numbers = [
                Int64(event.recordedOffset), event.time, event.recordedBefore, Int64(event.kind.rawValue),
                event.isPlanned ? 1 : 0,
            ]
        } catch {
            outcome.problem = error
        }
        return outcome
    }

    @Test func personalValuesAreSealedInEveryEventOfAShape() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        for number in 0..<5 {
            for name in ["Ann Plaintext", "Bob Plaintext"] {
                let registered = event(
                    "\(name.prefix(1))\(number)", "customer.registered", data: #"{"name":"\#(name)"}"#)
                try log.append([registered, event("p\(name.prefix(1))\(number)")])
            }
        }
        #expect(try log.allLines().allSatisfy { !$0.contains("Plaintext") })
    }
}
