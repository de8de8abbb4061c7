import Events
import Projection
import Testing

/// Facts of the types that recipes describe, and the parts of events.
@Suite struct PartsTests {
    @Test func linesAreAddedUpByCategory() throws {
        var bench = try ExtractionTests.Bench()
        let lines = #"""
            [{"category":"tea","cost":"1.00","net":"2.50","product":"a","quantity":2},
             {"category":"tea","cost":"0.50","net":"1.50","product":"b","quantity":1},
             {"category":"cup","net":"6.00","product":"c","quantity":0.5}]
            """#
        let text = #"{"currency":"CNY","discount":"1.00","lines":\#(lines),"region":"north","total":"10.00"}"#
        try bench.extract(ExtractionTests.line("purchase.completed", text))
        let facts = bench.sink.facts
        #expect(facts.map(\.kind) == [.purchase, .purchasePart, .purchasePart, .purchaseTerms])
        #expect(facts[1].amount == 400 && Int64(bitPattern: facts[1].reference) == 150)
        #expect(facts[1].flags.contains(.hasCost) && facts[1].extra == 3_000 && facts[1].key == 0)
        #expect(facts[2].amount == 600 && !facts[2].flags.contains(.hasCost))
        #expect(facts[2].key == StableHash.hash("c") && facts[2].extra == 500)
        #expect(facts[3].amount == 100 && facts[3].code != 0)
        #expect(zip(facts, facts.dropFirst()).allSatisfy { Fact.precedes($0, $1) || $0.code > $1.code })
    }

    @Test func amountsOfPartsAreConvertedLikeThoseOfTheirEvent() throws {
        var bench = try ExtractionTests.Bench()
        let text =
            #"{"currency":"USD","fx":"2","lines":[{"cost":"1","net":"3","product":"a","quantity":1}],"total":"3"}"#
        try bench.extract(ExtractionTests.line("purchase.completed", text))
        #expect(bench.sink.facts[1].amount == 600 && bench.sink.facts[1].reference == 200)
        #expect(!bench.sink.facts[1].flags.contains(.unconverted))
    }

    @Test func recipesFillFacts() throws {
        var bench = try ExtractionTests.Bench()
        let need = try bench.fact(
            "need.raised",
            #"{"category":"other","due_by":"2024-01-02","need":"n","severity":"high"}"#)
        #expect(need.kind == .need && need.detail == 1 && need.amount == 2 && need.code != 0)
        #expect(need.extra == (try Instant(parsing: "2024-01-02T16:00:00Z")).microseconds - 1)
        let points = try bench.fact("points.earned", #"{"expires_on":"2024-05-01","points":70}"#)
        #expect(points.amount == 70 && points.key == StableHash.hash("e1"))
        #expect(points.extra == Int64(try LocalDay(parsing: "2024-05-01").number))
        let referral = try bench.fact("referral.made", #"{"referred":"someone"}"#)
        #expect(referral.key != UInt64(referral.customer))
        let owed = try bench.fact(
            "invoice.issued", #"{"amount":"5","currency":"JPY","due_on":"2024-01-01","invoice":"i"}"#)
        #expect(owed.amount == 5 && owed.detail == 1 && owed.flags.contains(.unconverted))
        #expect(owed.reference == UInt64(try Currency(code: "JPY").packed))
    }

    @Test func lotsKeepTheOrderOfTheirIds() throws {
        var bench = try ExtractionTests.Bench()
        let first = #"{"lot":"lot-a","points":1}"#
        let second = #"{"lot":"lot-b","points":1}"#
        for text in [first, second] { try bench.extract(ExtractionTests.line("points.earned", text)) }
        let lots = bench.sink.facts.filter { $0.kind == .pointsLot }
        #expect(lots.count == 2)
        #expect(UInt64(bitPattern: lots[0].amount) < UInt64(bitPattern: lots[1].amount))
    }

    @Test func whatIsPersonalIsKnownToBeThereAndNoMore() throws {
        var bench = try ExtractionTests.Bench()
        let text = #"{"email":{"$sealed":"v1.k.x"},"region":"north"}"#
        try bench.extract(ExtractionTests.line("customer.registered", text))
        let parts = bench.sink.facts.filter { $0.kind == .profile }
        #expect(parts.map(\.detail) == [ProfileField.region.rawValue, ProfileField.email.rawValue])
        #expect(parts[0].code != 0 && parts[1].code == 0)
    }
}
