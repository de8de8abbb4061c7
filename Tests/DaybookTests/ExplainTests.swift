import Daybook
import Events
import Foundation
import SyntheticShop
import Testing

@Suite("Explanations")
struct ExplainTests {
    private static func steps(_ explanation: Explanation) -> [JSONValue] {
        explanation.answer["steps"]?.arrayValue ?? []
    }

    @Test func aSumIsExplainedByItsPurchasesAndATierByItsRule() async throws {
        let fixture = try LedgerFixture("2024-03-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            event(
                "contact.logged", "c1", customer: "anna", at: "2024-01-06T10:00:00Z", [],
                ["direction": "in", "channel": "email"]),
            purchase("p2", "anna", "2024-01-08T10:00:00Z", "5.50"),
            purchase("p3", "bert", "2024-01-09T10:00:00Z", "1.00"),
        ])
        let revenue = try await ledger.explain("anna", "value.net_revenue", at: Question())
        #expect(
            revenue.answer.objectValue?.map(\.name) == [
                "field", "value", "rule", "source", "parameters", "steps", "recomputed",
            ])
        #expect(revenue.answer["value"] == ["amount": "25.50", "currency": "EUR"])
        #expect(revenue.answer["recomputed"] == true)
        #expect(
            Self.steps(revenue) == [
                [
                    "event": 1, "time": "2024-01-05T10:00:00Z",
                    "before": ["amount": "0.00", "currency": "EUR"],
                    "after": ["amount": "20.00", "currency": "EUR"],
                ],
                [
                    "event": 3, "time": "2024-01-08T10:00:00Z",
                    "before": ["amount": "20.00", "currency": "EUR"],
                    "after": ["amount": "25.50", "currency": "EUR"],
                ],
            ])
        #expect(revenue.events[3]?["id"] == "p2")
        let tier = try await ledger.explain("anna", "value.tier", at: Question())
        #expect(tier.answer.value(at: "parameters")?["tiers.a_share"] == 0.8)
        #expect(tier.answer["source"]?.stringValue?.contains("DOMAIN.md 4") == true)
        let nothing = try await ledger.explain("bert", "complaints.opened", at: Question())
        #expect(nothing.answer["value"] == 0)
        #expect(Self.steps(nothing).isEmpty)
        #expect(nothing.isRecomputed)
    }

    @Test func whoBroughtACustomerIsExplainedByTheEventOfTheOther() async throws {
        let fixture = try LedgerFixture("2024-03-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            event(
                "referral.made", "f1", customer: "bert", at: "2024-01-06T10:00:00Z", [],
                ["referred": "anna"]),
            event(
                "referral.made", "f2", customer: "cleo", at: "2024-01-07T10:00:00Z", [],
                ["referred": "anna"]),
        ])
        let referrer = try await ledger.explain("anna", "referral.referrer", at: Question())
        #expect(referrer.answer["value"] == "bert" && referrer.isRecomputed)
        let step = try #require(Self.steps(referrer).last)
        #expect(step["event"] == 2 && step["time"] == "2024-01-06T10:00:00Z" && step["after"] == "bert")
        #expect(referrer.events[2]?["id"] == "f1")
        let brought = try await ledger.explain("bert", "referral.referrer", at: Question())
        #expect(brought.answer["value"] == .null && Self.steps(brought).last?["event"] != 2)
    }

    @Test func whatTimeAloneDidIsAStepWithoutAnEventOnItsDay() async throws {
        let fixture = try LedgerFixture("2025-03-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        let stage = try await ledger.explain("anna", "lifecycle.stage", at: Question())
        let steps = Self.steps(stage)
        #expect(steps.map { $0["after"] } == ["first_time", "dormant", "churned"])
        #expect(steps.map { $0["event"] } == [1, .null, .null])
        // One purchase: the interval is the policy's 50 days; dormant after 2 of them, churned after 4.
        #expect(
            steps.map { $0["time"]?.stringValue?.prefix(10) } == ["2024-01-05", "2024-04-14", "2024-07-23"])
        for step in steps.dropFirst() {
            let day = try LocalDay(parsing: String(try #require(step["time"]?.stringValue).prefix(10)))
            let on = try await ledger.customer("anna", at: Question(effectiveAt: .day(day)))
            let before = try await ledger.customer("anna", at: Question(effectiveAt: .day(day.previous)))
            #expect(on.value(at: "lifecycle.stage") == step["after"])
            #expect(before.value(at: "lifecycle.stage") == step["before"])
        }
    }

    @Test func correctionsVoidsAndMergesAreNamedAndHeeded() async throws {
        let fixture = try LedgerFixture("2024-01-20T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "anna", "2024-01-08T10:00:00Z", "5.00"),
            purchase("p3", "bert", "2024-01-09T10:00:00Z", "1.00"),
        ])
        let author = Authorship(actor: "eve", reason: "a mistake")
        let correction = try await ledger.correct(
            .id("p2", source: nil), data: ["total": "7.00", "currency": "EUR"], time: nil, by: author)
        let void = try await ledger.void(.id("p1", source: nil), by: author)
        let merge = try await ledger.merge("anna", into: "bert", by: author)
        let explanation = try await ledger.explain("anna", "value.net_revenue.amount", at: Question())
        #expect(explanation.customer == "bert")
        #expect(explanation.answer["value"] == "8.00")
        #expect(explanation.answer["recomputed"] == true)
        #expect(Self.steps(explanation).map { $0["event"] } == [2, 3])
        #expect(Self.steps(explanation).map { $0["after"] } == ["7.00", "8.00"])
        let named = explanation.amendments.map { amendment -> [JSONValue?] in
            switch amendment {
            case .void(let event, let act): ["void", event["id"], act["position"]]
            case .correction(let event, let act): ["correction", event["id"], act["position"]]
            case .merge(let ended, let into, let act): [.string(ended), .string(into), act["position"]]
            }
        }
        #expect(
            named == [
                ["correction", "p2", .number(Double(correction))], ["void", "p1", .number(Double(void))],
                ["anna", "bert", .number(Double(merge))],
            ])
        let earlier = try await ledger.explain(
            "anna", "value.net_revenue.amount", at: Question(knownAt: .position(4)))
        #expect(earlier.answer["value"] == "25.00")
        #expect(earlier.amendments.isEmpty)
    }

    @Test func whatIsNotThereIsRefusedWithWhatThereIs() async throws {
        let fixture = try LedgerFixture("2024-01-20T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        for (customer, field, category, hint) in [
            ("anna", "value.teir", LedgerError.Category.usage, "tier"),
            ("anna", "valve.tier", .notFound, "value"), ("nobody", "value.tier", .notFound, "nobody"),
        ] {
            do {
                _ = try await ledger.explain(customer, field, at: Question())
                Issue.record("\(customer) \(field) was explained")
            } catch {
                #expect(error.category == category)
                #expect(error.message.contains(hint), "\(error.message)")
            }
        }
    }

    /// The leaves of a row by their dotted paths; lists are leaves, and so is money.
    private static func leaves(_ value: JSONValue, _ path: String) -> [(path: String, value: JSONValue)] {
        guard case .object(let object) = value, object["currency"] == nil else { return [(path, value)] }
        return object.flatMap { leaves($0.value, "\(path).\($0.name)") }
    }

    /// Whether a value says that nothing happened.
    private static func isNothing(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), .number(0): true
        case .array(let elements): elements.allSatisfy(isNothing)
        case .object(let object):
            object["amount"]?.stringValue.map { $0.allSatisfy { "0.".contains($0) } }
                ?? object.allSatisfy { isNothing($0.value) }
        default: false
        }
    }

    /// Every leaf of every view, at two points: the chain of steps has no gap and leads to the shown value.
    @Test func everyFieldOfASyntheticShopIsExplainedAndRecomputed() async throws {
        let fixture = try LedgerFixture("2027-01-01T00:00:00Z")
        let ledger = try await fixture.create(zone: "Europe/Berlin", currency: "CNY")
        var lines: [[UInt8]] = []
        let shop = SyntheticShop(seed: 5, customers: 12, days: 400)
        _ = shop.forEachEvent { line in lines.append(line.indices.map { line[$0] }) }
        _ = try ledger.takeOver(lines, recorded: "field", settingAside: true)
        let end = try Instant(parsing: "2025-02-01T00:00:00Z")
        var fields = 0
        for (question, customers) in [(Question(effectiveAt: .instant(end)), 2), (Question(), 1)] {
            let rows = try await ledger.customers(
                CustomerQuery(sort: "-value.purchases", limit: customers), at: question)
            for row in rows {
                let customer = try #require(row["customer"]?.stringValue)
                for view in Ledger.views {
                    guard let value = row[view.name] else { continue }
                    for (field, value) in Self.leaves(value, view.name) {
                        let explanation = try await ledger.explain(customer, field, at: question)
                        try Self.expectWhole(explanation, value, "\(customer) \(field)")
                        fields += 1
                    }
                }
            }
        }
        #expect(fields > 300, "\(fields) fields were explained")
    }

    private static func expectWhole(
        _ explanation: Explanation, _ value: JSONValue, _ place: Comment
    ) throws {
        #expect(explanation.isRecomputed, place)
        #expect(explanation.answer["value"] == value, place)
        #expect(explanation.answer["rule"]?.stringValue?.isEmpty == false, place)
        #expect(explanation.answer["source"]?.stringValue?.isEmpty == false, place)
        let steps = steps(explanation)
        for (step, next) in zip(steps, steps.dropFirst()) {
            #expect(step["after"] == next["before"], place)
        }
        if let last = steps.last {
            #expect(last["after"] == value, place)
        } else {
            #expect(isNothing(value), "\(place): \(value.canonicalText) has no step")
        }
        for step in steps {
            let isByOthers = step["by"] == "population"
            #expect((step["population"]?.objectValue?.isEmpty == false) == isByOthers, place)
            #expect((step["own"] != nil) == isByOthers, place)
            if let position = step["event"]?.integerValue {
                #expect(explanation.events[UInt64(position)] != nil, place)
            }
        }
    }

    @Test func whatFollowsFromAllCustomersSaysFromWhat() async throws {
        let fixture = try LedgerFixture("2024-03-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "bert", "2024-01-08T10:00:00Z", "5.00"),
            purchase("p3", "cleo", "2024-01-09T10:00:00Z", "1.00"),
            event(
                "survey.answered", "s1", customer: "anna", at: "2024-01-06T10:00:00Z", [],
                ["survey": "q", "dimension": "product", "scale": "nps", "score": 9]),
        ])
        let tier = Self.steps(try await ledger.explain("bert", "value.tier", at: Question()))
        #expect(tier.count == 2)
        #expect(tier.last?["by"] == "population")
        #expect(
            tier.last?["population"] == [
                "with_value": 3, "total": ["amount": "26.00", "currency": "EUR"],
                "a_from": ["amount": "5.00", "currency": "EUR"],
                "b_from": ["amount": "5.00", "currency": "EUR"],
            ])
        #expect(tier.last?["own"] == ["value": ["amount": "5.00", "currency": "EUR"]])
        // Who never answered has the score of all, and no event of their own.
        let score = Self.steps(try await ledger.explain("bert", "satisfaction.score", at: Question()))
        #expect(score.count == 1)
        #expect(score[0]["before"] == .null)
        #expect(score[0]["after"] == 90)
        #expect(score[0].value(at: "population.answers") == 1)
        // What is so for everybody is the policy's.
        let window = Self.steps(
            try await ledger.explain("bert", "interaction.window_days", at: Question()))
        #expect(window.map { $0["by"] } == ["policy"])
        #expect(window[0]["event"] == 0)
    }
}
