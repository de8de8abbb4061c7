import Daybook
import Events
import Foundation
import Testing

/// The reference values for late events, refunds, voids and merges, through the whole ledger: taken over with
/// the recorded times of the scenario, asked at eight points on both axes.
@Suite("The scenario of both axes, end to end")
struct ScenarioEndToEndTests {
    private static func scenario() throws -> JSONValue {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/asof/scenario_a.json").path
        let data = try #require(FileManager.default.contents(atPath: path), "the fixture \(path) is missing")
        return try JSONValue(parsing: [UInt8](data).span)
    }

    private static let types = [
        "CustomerRegistered": "customer.registered", "PurchaseMade": "purchase.completed",
        "ContactLogged": "contact.logged", "PurchaseRefunded": "purchase.returned",
        "ComplaintReceived": "complaint.opened", "ComplaintResolved": "complaint.resolved",
        "ComplaintReopened": "complaint.reopened", "SurveyAnswered": "survey.answered",
        "CustomersMerged": "customer.merged", "EventVoided": "event.voided",
    ]

    private static func mapped(_ event: JSONValue, fx: JSONValue) throws -> JSONValue {
        let golden = try #require(event["type"]?.stringValue)
        let type = try #require(types[golden], "\(golden)")
        var subject = event["customer"]
        var data: JSONValue = [:]
        let currency = event["currency"] ?? .null
        let rate =
            currency.stringValue.flatMap { fx[$0]?.numberValue }.map { JSONValue.string("\($0)") } ?? .null
        switch type {
        case "purchase.completed":
            data = ["total": event["amount"] ?? .null, "currency": currency, "fx": rate]
        case "purchase.returned":
            data = [
                "amount": event["amount"] ?? .null, "currency": currency, "fx": rate,
                "event": event["ref"] ?? .null,
            ]
        case "contact.logged": data = ["direction": "in", "channel": event["channel"] ?? .null]
        case "survey.answered":
            data = [
                "survey": "s", "dimension": "service", "scale": "csat5", "score": event["score"] ?? .null,
            ]
        case "customer.merged":
            subject = event["other"]
            data = ["into": event["customer"] ?? .null]
        case "event.voided":
            data = ["source": "/golden", "id": event["ref"] ?? .null, "reason": "test"]
        case let type where type.hasPrefix("complaint."): data = ["complaint": "k1"]
        default: break
        }
        return [
            "specversion": "1.0", "id": event["id"] ?? .null, "source": "/golden", "type": .string(type),
            "subject": subject ?? .null, "time": event["occurred"] ?? .null,
            "recordedtime": event["recorded"] ?? .null, "data": data,
        ]
    }

    @Test func everyPairOfTimesAnswersAsTheReference() async throws {
        let scenario = try Self.scenario()
        let fixture = try LedgerFixture("2025-01-01T00:00:00Z")
        let ledger = try await fixture.create(zone: "Asia/Shanghai", currency: "CNY")
        let events = try #require(scenario["events"]?.arrayValue).sorted {
            ($0["recorded"]?.stringValue ?? "") < ($1["recorded"]?.stringValue ?? "")
        }
        let lines = try events.map { try Self.mapped($0, fx: scenario["fx"] ?? .null).canonicalBytes }
        let outcome = try ledger.takeOver(lines, recorded: "field", settingAside: false)
        #expect(outcome.created == events.count)
        let again = try ledger.takeOver(lines, recorded: "field", settingAside: false)
        #expect(again.existing == events.count)
        try ledger.completeTakeover(
            file: "scenario", sha256: String(repeating: "0", count: 64), counts: [("created", events.count)],
            recorded: "field", actor: "test")
        for expected in try #require(scenario["expected"]?.arrayValue) {
            let asOf = try Instant(parsing: expected["asof"]?.stringValue ?? "")
            let known = try Instant(parsing: expected["known"]?.stringValue ?? "")
            let question = Question(effectiveAt: .instant(asOf), knownAt: .instant(known))
            let rows = try await ledger.customers(CustomerQuery(), at: question)
            let customers = try #require(expected["customers"]?.objectValue)
            #expect(rows.compactMap { $0["customer"]?.stringValue } == customers.keys.sorted())
            for row in rows {
                let name = row["customer"]?.stringValue ?? ""
                let wanted = customers[name] ?? .null
                let place: Comment = "\(asOf) known \(known), \(name)"
                #expect(row.value(at: "value.gross_revenue.amount") == wanted["gross_cny"], place)
                #expect(row.value(at: "value.refunded.amount") == wanted["refunded_cny"], place)
                #expect(row.value(at: "value.net_revenue.amount") == wanted["net_cny"], place)
                #expect(row.value(at: "value.purchase_days") == wanted["purchase_days"], place)
                #expect(row.value(at: "value.last_purchase") == wanted["last_purchase_local"], place)
                #expect(row.value(at: "interaction.contacts") == wanted["contacts"], place)
                #expect(row.value(at: "complaints.opened") == wanted["complaints"], place)
                #expect(row.value(at: "complaints.open") == wanted["open_complaints"], place)
                #expect(row.value(at: "satisfaction.answers") == wanted["survey_answers"], place)
                let one = try await ledger.customer(name, at: question)
                #expect(one == row, place)
            }
        }
    }
}
