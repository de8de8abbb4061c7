import Events
import Foundation
import Projection
import Testing

@Suite("Facts and acts of lines")
struct ExtractionTests {
    struct Bench {
        var extractor: FactExtractor
        var interner = MemoryInterner()
        var sink = Extraction()

        init() throws {
            extractor = FactExtractor(
                zone: try Zone(identifier: "Asia/Shanghai"), currency: try Currency(code: "CNY"))
        }

        mutating func extract(_ line: String, position: UInt64 = 7) throws {
            let bytes = Array(line.utf8)
            try extractor.extract(bytes.span, position: Position(position), interner: &interner, into: &sink)
        }

        mutating func fact(_ type: String, _ data: String) throws -> Fact {
            sink.removeAll()
            try extract(ExtractionTests.line(type, data))
            return try #require(sink.facts.first)
        }
    }

    static func line(
        _ type: String, _ data: String, subject: String? = "ann", source: String = "shop"
    ) -> String {
        let subject = subject.map { "\"subject\":\"\($0)\"," } ?? ""
        return """
            {"data":\(data),"id":"e1","source":"\(source)","specversion":"1.0",\(subject)\
            "time":"2024-01-05T16:30:00.5Z","type":"\(type)"}
            """
    }

    @Test func aPurchaseHasItsMoneyPlaceAndNames() throws {
        var bench = try Bench()
        let fact = try bench.fact(
            "purchase.completed", #"{"channel":"web","currency":"CNY","order":"o-1","total":"12.30"}"#)
        #expect(fact.kind == .purchase && fact.amount == 1230 && fact.flags == [] && fact.detail == 0)
        #expect(fact.day == (try LocalDay(parsing: "2024-01-06")).number, "half past midnight in Shanghai")
        #expect(fact.time == (try Instant(parsing: "2024-01-05T16:30:00.5Z")).microseconds)
        #expect(fact.reference == EventKey(source: "shop", id: "e1").hash)
        #expect(fact.key == StableHash.hash("o-1"))
        #expect(fact.position == 7 && fact.customer == 0)
        #expect(bench.interner.codes[Int(fact.code)] == "web" && bench.interner.customers == ["ann"])
    }

    @Test func moneyIsConvertedAtItsOwnRateAndElseMarked() throws {
        var bench = try Bench()
        let rated = try bench.fact("purchase.completed", #"{"currency":"USD","fx":"7.1","total":"9.99"}"#)
        #expect(rated.amount == 7093 && rated.flags == [] && rated.key == 0)
        let unrated = try bench.fact("purchase.completed", #"{"currency":"USD","total":"9.99"}"#)
        #expect(unrated.amount == 999 && unrated.flags == .unconverted)
        #expect(Currency(packed: unrated.detail)?.code == "USD")
        let yen = try bench.fact("purchase.completed", #"{"currency":"JPY","fx":"0.0485","total":"1000"}"#)
        #expect(yen.amount == 4850)
    }

    @Test func aRefundNamesAnEventOfItsOwnSourceOrAnOrder() throws {
        var bench = try Bench()
        let byEvent = try bench.fact("purchase.returned", #"{"amount":"1.00","currency":"CNY","event":"e0"}"#)
        #expect(byEvent.kind == .refund && byEvent.reference == EventKey(source: "shop", id: "e0").hash)
        #expect(byEvent.flags == .namesPurchase && byEvent.key == 0)
        let byOrder = try bench.fact(
            "purchase.returned", #"{"amount":"1.00","currency":"CNY","order":"o-1"}"#)
        #expect(byOrder.key == StableHash.hash("o-1") && byOrder.reference == 0)
        #expect(try bench.fact("purchase.returned", #"{"amount":"1.00","currency":"CNY"}"#).flags == [])
    }

    @Test func contactsSayDirectionBulkAndMinutes() throws {
        var bench = try Bench()
        let fact = try bench.fact(
            "contact.logged",
            #"{"by":"human","channel":"phone","direction":"in","minutes":2.5,"text":{"$sealed":"v1.k.x"},"thread":"t"}"#
        )
        #expect(fact.kind == .contact && fact.flags == [.inbound, .byHuman] && fact.extra == 2500)
        #expect(fact.key == StableHash.hash("t"))
        let bulk = try bench.fact("contact.logged", #"{"bulk":true,"channel":"mail","direction":"out"}"#)
        #expect(bulk.flags == .bulk && bulk.key == 0)
    }

    @Test func complaintsAreKnownBySourceAndName() throws {
        var bench = try Bench()
        let steps: [(String, ComplaintStep)] = [
            ("opened", .opened), ("acknowledged", .acknowledged), ("replied", .replied),
            ("waiting", .waiting),
            ("resumed", .resumed), ("resolved", .resolved), ("reopened", .reopened), ("closed", .closed),
            ("escalated", .escalated),
        ]
        #expect(steps.count == ComplaintStep.allCases.count)
        for (name, step) in steps {
            let fact = try bench.fact("complaint.\(name)", #"{"by":"human","complaint":"c"}"#)
            #expect(fact.kind == .complaint && fact.detail == step.rawValue)
            #expect(fact.key == EventKey(source: "shop", id: "c").hash)
            #expect(fact.flags == (step == .replied ? .byHuman : []))
        }
    }

    @Test func answersKeepTheirScale() throws {
        var bench = try Bench()
        let nps = try bench.fact("survey.answered", #"{"expected":8,"scale":"nps","score":9,"survey":"s"}"#)
        #expect(nps.kind == .survey && nps.amount == 9_000_000 && nps.extra == 8_000_000 && nps.key == 0)
        #expect(SurveyScale(of: nps) == SurveyScale(.nps))
        let own = try bench.fact(
            "survey.answered",
            #"{"dimension":"service","response":"r","scale":{"max":10.5,"min":-1},"score":0.7,"survey":"s"}"#)
        #expect(SurveyScale(of: own) == SurveyScale(minimum: -1, maximum: 10.5))
        #expect(own.amount == 700_000 && own.extra == .min && own.key != 0)
        #expect(bench.interner.codes[Int(own.code)] == "service")
        let huge = try bench.fact(
            "survey.answered", #"{"scale":{"max":10000000,"min":0},"score":2500000,"survey":"s"}"#)
        #expect(SurveyScale(of: huge) == SurveyScale(.other) && huge.amount == 25_000_000)
    }

    @Test func formsAreToldApartByEveryPart() throws {
        var bench = try Bench()
        var keys: Set<UInt64> = []
        for data in [
            #"{"response":"r","scale":"nps","score":1,"survey":"s"}"#,
            #"{"response":"r2","scale":"nps","score":1,"survey":"s"}"#,
            #"{"response":"r","scale":"nps","score":1,"survey":"s2"}"#,
            #"{"dimension":"d","response":"r","scale":"nps","score":1,"survey":"s"}"#,
            #"{"question":"d","response":"r","scale":"nps","score":1,"survey":"s"}"#,
        ] {
            keys.insert(try bench.fact("survey.answered", data).key)
        }
        #expect(keys.count == 5)
    }

    @Test func everyEventOfACustomerIsAFact() throws {
        let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "schemas/examples")
        let files = try FileManager.default.contentsOfDirectory(at: examples, includingPropertiesForKeys: nil)
        #expect(files.count > 50)
        for file in files where file.pathExtension == "json" {
            var bench = try Bench()
            let event = try JSONValue(parsing: Array(Data(contentsOf: file)).span)
            try bench.extract(event.canonicalText)
            let acts = ["event.voided", "event.corrected", "customer.merged", "customer.split"]
            let type = event["type"]?.stringValue ?? ""
            if acts.contains(type) {
                #expect(bench.sink.acts.count == 1 && bench.sink.facts.isEmpty, "\(type)")
            } else if event["subject"] != nil {
                let whole = bench.sink.facts.filter { !$0.isPart }
                #expect(whole.count == 1 && bench.sink.acts.isEmpty, "\(type)")
                #expect(bench.sink.facts.allSatisfy { $0.position == whole.first?.position }, "\(type)")
                #expect(whole.first?.kind != .other, "\(type) has no kind of fact")
            } else {
                #expect(bench.sink.facts.isEmpty, "\(type)")
            }
        }
    }

    @Test func theLedgersOwnEventsAreNeverOfACustomer() throws {
        var bench = try Bench()
        try bench.extract(
            Self.line("policy.adopted", #"{"policy":{"name":"p"}}"#, subject: nil, source: "daybook:"))
        try bench.extract(Self.line("import.completed", "{}", subject: "ann", source: "daybook:"))
        #expect(bench.sink.facts.isEmpty)
        #expect(
            bench.sink.acts.map(\.content) == [
                .reference(type: "policy.adopted", data: ["policy": ["name": "p"]])
            ])
        #expect(bench.interner.customers.isEmpty)
    }

    @Test func mergesNameWhoEndsAndWhoGoesOn() throws {
        var bench = try Bench()
        try bench.extract(Self.line("customer.merged", #"{"into":"bo"}"#))
        try bench.extract(Self.line("customer.split", #"{"from":"bo"}"#))
        #expect(bench.sink.acts.map(\.content) == [.merge(ended: 0, into: 1), .split(freed: 0, from: 1)])
        #expect(bench.interner.customers == ["ann", "bo"])
    }

    @Test func aCorrectionHasItsDataAndTheTargetsPlace() throws {
        var bench = try Bench()
        let target = Array(Self.line("purchase.completed", #"{"currency":"CNY","total":"1.00"}"#).utf8)
        let correction = Array(
            Self.line(
                "event.corrected",
                """
                {"data":{"currency":"CNY","order":"x","total":"2.00"},"id":"e1","reason":"r","source":"shop",\
                "time":"2024-02-01T00:00:00Z"}
                """
            ).utf8)
        var facts: [Fact] = []
        try bench.extractor.extractCorrection(
            correction.span, at: Position(9), of: target.span, at: Position(3), interner: &bench.interner,
            into: &facts)
        let fact = try #require(facts.first)
        #expect(fact.position == 3 && fact.amount == 200 && fact.key == StableHash.hash("x"))
        #expect(fact.time == (try Instant(parsing: "2024-02-01T00:00:00Z")).microseconds)
        #expect(fact.reference == EventKey(source: "shop", id: "e1").hash)
    }

    @Test func damagedLinesAreNamed() throws {
        var bench = try Bench()
        #expect(throws: ExtractionError.self) { try bench.extract("{") }
        #expect(throws: ExtractionError.self) { try bench.extract(#"{"id":"x"}"#) }
        let error = #expect(throws: ExtractionError.self) {
            try bench.extract(Self.line("purchase.completed", #"{"currency":"CNX","total":"1"}"#))
        }
        #expect(error?.position == 7 && error?.description.hasPrefix("event @7, /data/currency: ") == true)
    }
}
