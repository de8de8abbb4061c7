import Events
import Foundation
import Projection
import ReadModels
import Testing

/// Segments, next purchases and affinity: DOMAIN.md sections 13 and 24.
@Suite("Habits and what follows from them")
struct BehaviourTests {
    /// A shop whose customers each buy the categories of a basket, at noon on the first of the month `offset`.
    struct Shop {
        var ledger: MemoryLedger
        private var count = 0

        init() throws { ledger = try MemoryLedger() }

        mutating func say(_ type: String, _ customer: String, _ time: String, _ data: String = "{}") throws {
            count += 1
            try ledger.append(
                id: "e\(count)", type: type, subject: customer, time: time, data: data)
        }

        mutating func buy(
            _ customer: String, _ day: String, _ categories: [String], net: String = "10.00",
            more: String = ""
        ) throws {
            let lines = categories.map {
                #"{"product":"p-\#($0)","category":"\#($0)","quantity":1,"net":"\#(net)"}"#
            }
            let total = try Currency(code: "GBP").minorUnits(parsing: net) * Int64(max(1, categories.count))
            let text = try Currency(code: "GBP").text(ofMinorUnits: total)
            try say(
                "purchase.completed", customer, "\(day)T12:00:00Z",
                #"{"total":"\#(text)","currency":"GBP","lines":[\#(lines.joined(separator: ","))]\#(more)}"#)
        }

        func base(_ day: String, policy: JSONValue = CorePolicy.standard) throws -> Base {
            try ledger.base(
                asOf: "\(day)T23:59:59.999999Z", known: UInt64(ledger.lines.count), policy: policy)
        }

        func row(_ view: String, of customer: String, in base: Base) throws -> JSONValue {
            MemoryBase.row(view, try #require(ledger.index(of: customer, in: base)), base)
        }

        func segments(of customer: String, in base: Base) throws -> [String: JSONValue] {
            var found: [String: JSONValue] = [:]
            for segment in try row("segments", of: customer, in: base).arrayValue ?? [] {
                found[segment["name"]?.stringValue ?? ""] = segment["evidence"]
            }
            return found
        }
    }

    /// 60 customers buy tea, 30 of them bread too, and 25 of these jam; 10 more buy bread only.
    private static func baskets() throws -> Shop {
        var shop = try Shop()
        for customer in 0..<60 {
            try shop.buy("c\(customer)", "2023-01-10", ["tea"])
            if customer < 30 { try shop.buy("c\(customer)", "2023-02-10", ["bread"]) }
            if customer < 25 { try shop.buy("c\(customer)", "2023-03-10", ["jam"]) }
        }
        for customer in 60..<70 { try shop.buy("c\(customer)", "2023-02-10", ["bread"]) }
        return shop
    }

    @Test func liftIsConfidenceOverTheShareOfTheOther() throws {
        let shop = try Self.baskets()
        let report = MemoryBase.report("affinity", try shop.base("2023-06-30"))
        #expect(report["customers"] == 70)
        let pairs = report["pairs"]?.arrayValue ?? []
        #expect(pairs.count == 3)
        let jam = try #require(pairs.first { $0["item"] == "bread" && $0["with"] == "jam" })
        #expect(jam["n"] == 25)
        #expect(near(jam["support"], 25.0 / 70) && near(jam["confidence"], 25.0 / 40))
        #expect(near(jam["lift"], 25.0 * 70 / (40 * 25)))
    }

    @Test func nothingIsSuggestedWithoutConsentNorWhatWasBoughtLately() throws {
        var shop = try Self.baskets()
        let before = try shop.base("2023-06-30")
        #expect(try shop.row("next", of: "c65", in: before)["suggestions"] == [])
        for customer in ["c65", "c3"] {
            try shop.say(
                "consent.changed", customer, "2023-03-01T00:00:00Z",
                #"{"purpose":"marketing","granted":true}"#)
        }
        let base = try shop.base("2023-06-30")
        let suggestions = try shop.row("next", of: "c65", in: base)["suggestions"]?.arrayValue ?? []
        // Jam has the higher lift with bread; tea is bought by most anyway.
        #expect(suggestions.map { $0["item"] } == ["jam", "tea"])
        #expect(suggestions.first?["n"] == 25 && near(suggestions.first?["lift"], 1.75))
        #expect(try shop.row("next", of: "c3", in: base)["suggestions"] == [])
        // A year later what c3 bought is long enough ago.
        let later = try shop.row("next", of: "c3", in: try shop.base("2024-06-30"))
        #expect(later["suggestions"]?.arrayValue?.count == 3)
        try shop.say(
            "consent.changed", "c65", "2023-07-01T00:00:00Z", #"{"purpose":"marketing","granted":false}"#)
        let withdrawn = try shop.base("2023-07-02")
        #expect(try shop.row("next", of: "c65", in: withdrawn)["suggestions"] == [])
    }

    @Test func pairsThatTooFewBoughtAreNotSuggested() throws {
        let shop = try Self.baskets()
        var policy = CorePolicy.standard.objectValue ?? JSONObject()
        var next = policy["next"]?.objectValue ?? JSONObject()
        next["least_both"] = 26
        policy["next"] = .object(next)
        let report = MemoryBase.report("affinity", try shop.base("2023-06-30", policy: .object(policy)))
        #expect(report["pairs"]?.arrayValue?.count == 1)
    }

    @Test func theNextPurchaseIsExpectedAfterTheUsualInterval() throws {
        var shop = try Shop()
        for day in ["2023-01-01", "2023-01-11", "2023-01-21", "2023-02-10", "2023-02-20"] {
            try shop.buy("a", day, [])
        }
        try shop.buy("b", "2023-02-20", [])
        let base = try shop.base("2023-02-25")
        let row = try shop.row("next", of: "a", in: base)
        // mu = (2 · 50 + 50) / (2 + 4) = 25; own intervals 10, 10, 10, 20: quartiles 10 and 12.5.
        #expect(row["expected_on"] == "2023-03-17")
        #expect(row.value(at: "range.from") == "2023-03-02" && row.value(at: "range.to") == "2023-03-05")
        let first = try shop.row("next", of: "b", in: base)
        #expect(first["expected_on"] == "2023-04-11" && first["range"] == .null)
    }

    @Test func segmentsSayWhatTheyRestOn() throws {
        var shop = try Shop()
        try shop.say(
            "customer.registered", "a", "2023-01-01T00:00:00Z",
            #"{"region":"north","age_band":"25-34","city":"Leeds"}"#)
        for day in ["2023-01-10", "2023-02-10", "2023-03-10"] {
            try shop.buy("a", day, ["tea"], more: #","region":"south""#)
        }
        try shop.buy("a", "2023-03-20", ["jam"])
        try shop.say("interest.declared", "a", "2023-03-21T00:00:00Z", #"{"interest":"cooking"}"#)
        try shop.say(
            "trait.declared", "a", "2023-03-21T00:00:00Z",
            #"{"dimension":"motive","code":"taste","source":"survey"}"#)
        for (index, category) in ["after_sales", "after_sales", "technical_support"].enumerated() {
            try shop.say(
                "need.raised", "a", "2023-03-2\(index)T00:00:00Z",
                #"{"need":"n\#(index)","category":"\#(category)","severity":"low"}"#)
        }
        let segments = try shop.segments(of: "a", in: try shop.base("2023-06-30"))
        #expect(segments["geography:south"]?["share"] == 0.75, "the region at the event, not the address")
        #expect(segments["geography:north"] == nil && segments["region:north"] != nil)
        #expect(segments["category:tea"]?["n"] == 4 && segments["category:tea"]?["share"] == 0.75)
        #expect(segments["interest_inferred:tea"] != nil && segments["interest:cooking"]?["n"] == 1)
        #expect(segments["trait:motive:taste"] != nil && segments["age_band:25-34"] != nil)
        #expect(segments["need:after_sales"]?["n"] == 2)
        #expect(segments["interaction_low"] != nil)
        #expect(near(segments["product_mix"]?["hhi"], 0.75 * 0.75 + 0.25 * 0.25))
        // Half a year later the customer is erased: unknown again but for what was bought.
        try shop.say("customer.erased", "a", "2023-07-01T00:00:00Z", #"{"reason":"asked","key_ids":[]}"#)
        let erased = try shop.segments(of: "a", in: try shop.base("2023-07-02"))
        #expect(erased["age_band:25-34"] == nil && erased["region:north"] == nil)
        #expect(erased["interest:cooking"] == nil && erased["category:tea"] != nil)
    }

    @Test func frequencyIsJudgedAmongThoseKnownLongEnough() throws {
        var shop = try Shop()
        for customer in 0..<10 {
            for month in 1...(customer + 1) {
                try shop.buy("c\(customer)", "2023-\(month < 10 ? "0" : "")\(month)-05", [])
            }
        }
        try shop.buy("new", "2023-11-20", [])
        let base = try shop.base("2023-11-30")
        #expect(try shop.segments(of: "c9", in: base)["high_frequency"]?["quintile"] == 5)
        #expect(try shop.segments(of: "c0", in: base)["low_frequency"] != nil)
        #expect(try shop.segments(of: "c5", in: base)["high_frequency"] == nil)
        #expect(try shop.segments(of: "new", in: base)["frequency_undetermined"] != nil)
    }

    @Test func smallSegmentsHaveNoPersona() throws {
        var shop = try Shop()
        for customer in 0..<12 {
            try shop.say(
                "customer.registered", "c\(customer)", "2023-01-01T00:00:00Z",
                customer < 10
                    ? #"{"region":"north","age_band":"\#(customer < 4 ? "5-17" : "18-24")"}"#
                    : #"{"region":"south","age_band":"18-24"}"#)
            try shop.buy("c\(customer)", "2023-01-10", ["tea"])
        }
        let report = MemoryBase.report("segments", try shop.base("2023-06-30"))
        let segments = report["segments"]?.arrayValue ?? []
        #expect(segments.allSatisfy { ($0["n"]?.numberValue ?? 0) >= 10 })
        let north = try #require(segments.first { $0["name"] == "region:north" })
        #expect(north["n"] == 10 && north["top_categories"] == ["tea"])
        #expect(north["median_age_band"] == "18-24", "bands are in the order of their numbers")
        #expect(segments.allSatisfy { $0["name"] != "region:south" })
        #expect((report["hidden"]?.numberValue ?? 0) >= 2)
    }
}
