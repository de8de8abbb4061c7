import Events
import Foundation
import Projection
import ReadModels
import Testing

@Suite("Late events, refunds, voids and merges at eight points of both axes")
struct ScenarioTests {
    private static let fx = ["USD": "7.1", "EUR": "7.8"]

    private static func ledger() throws -> MemoryLedger {
        var ledger = try MemoryLedger(zone: "Asia/Shanghai", currency: "CNY")
        let events = try SharedFiles.cases("asof/scenario_a.json", key: "events")
        for event in events.sorted(by: { $0.text("recorded") < $1.text("recorded") }) {
            let money = """
                "currency":"\(event.text("currency"))"\(fx[event.text("currency")].map { ",\"fx\":\"\($0)\"" } ?? "")
                """
            let (type, data, subject): (String, String, String) =
                switch event.text("type") {
                case "CustomerRegistered": ("customer.registered", "{}", event.text("customer"))
                case "PurchaseMade":
                    (
                        "purchase.completed", "{\"total\":\"\(event.text("amount"))\",\(money)}",
                        event.text("customer")
                    )
                case "PurchaseRefunded":
                    (
                        "purchase.returned",
                        "{\"amount\":\"\(event.text("amount"))\",\"event\":\"\(event.text("ref"))\",\(money)}",
                        event.text("customer")
                    )
                case "ContactLogged":
                    (
                        "contact.logged", "{\"channel\":\"\(event.text("channel"))\",\"direction\":\"in\"}",
                        event.text("customer")
                    )
                case "ComplaintReceived":
                    ("complaint.opened", "{\"complaint\":\"1\"}", event.text("customer"))
                case "ComplaintResolved":
                    ("complaint.resolved", "{\"complaint\":\"1\"}", event.text("customer"))
                case "ComplaintReopened":
                    ("complaint.reopened", "{\"complaint\":\"1\"}", event.text("customer"))
                case "SurveyAnswered":
                    (
                        "survey.answered",
                        "{\"scale\":\"csat5\",\"score\":\(Int(event.number("score"))),\"survey\":\"s\"}",
                        event.text("customer")
                    )
                case "CustomersMerged":
                    ("customer.merged", "{\"into\":\"\(event.text("customer"))\"}", event.text("other"))
                case "EventVoided":
                    (
                        "event.voided",
                        "{\"id\":\"\(event.text("ref"))\",\"reason\":\"r\",\"source\":\"shop\"}",
                        event.text("customer")
                    )
                default: ("", "", "")
                }
            try #require(!type.isEmpty, "an event type the test does not know: \(event.text("type"))")
            try ledger.append(
                id: event.text("id"), type: type, subject: subject, time: event.text("occurred"),
                recorded: event.text("recorded"), data: data)
        }
        return ledger
    }

    @Test(arguments: 0..<8)
    func everyPointAgrees(pair: Int) throws {
        let ledger = try Self.ledger()
        let expected = try SharedFiles.cases("asof/scenario_a.json", key: "expected")[pair]
        let known = try ledger.count(knownAt: expected.text("known"))
        let base = try ledger.base(asOf: expected.text("asof"), known: known)
        let customers = expected.object("customers")
        #expect(ledger.names(in: base) == customers.keys.sorted())
        for (name, _) in customers {
            let wanted = customers.object(name)
            let index = try #require(ledger.index(of: name, in: base))
            let value = MemoryBase.row("value", index, base)
            let complaints = MemoryBase.row("complaints", index, base)
            let interaction = MemoryBase.row("interaction", index, base)
            let answers = base.measures(SatisfactionModel.self)[index].state
            #expect(value.value(at: "gross_revenue.amount") == .string(wanted.text("gross_cny")))
            #expect(value.value(at: "refunded.amount") == .string(wanted.text("refunded_cny")))
            #expect(value.value(at: "net_revenue.amount") == .string(wanted.text("net_cny")))
            #expect(value["purchase_days"] == .number(wanted.number("purchase_days")))
            #expect(value["last_purchase"] == .string(wanted.text("last_purchase_local")))
            #expect(interaction["contacts"] == .number(wanted.number("contacts")))
            #expect(interaction["channels"]?.objectValue?.keys.sorted() == wanted.texts("channels"))
            #expect(complaints["opened"] == .number(wanted.number("complaints")))
            #expect(complaints["open"] == .number(wanted.number("open_complaints")))
            #expect(Double(answers.answers) == wanted.number("survey_answers"))
            if answers.answers > 0 {
                let mean = Double(answers.csatSum) / 1e6 / Double(answers.csatCount)
                #expect(mean == wanted.number("survey_mean"))
            }
        }
    }
}
