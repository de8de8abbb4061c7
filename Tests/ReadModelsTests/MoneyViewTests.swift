import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

/// The views about money, asked through events.
@Suite("Money views")
struct MoneyViewTests {
    /// A ledger of events: (type, subject, day, data).
    private static func ledger(_ events: [(String, String, String, String)]) throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        for (sequence, event) in events.enumerated() {
            try ledger.append(
                id: "e\(sequence)", type: event.0, subject: event.1, time: event.2 + "T12:00:00Z",
                data: event.3)
        }
        return ledger
    }

    private static func row(
        _ view: String, _ customer: String, _ ledger: MemoryLedger, on day: String,
        policy: JSONValue = CorePolicy.standard
    ) throws -> JSONValue {
        let base = try ledger.base(
            asOf: day + "T23:59:59.999999Z", known: UInt64(ledger.lines.count), policy: policy)
        return MemoryBase.row(view, try #require(ledger.index(of: customer, in: base)), base)
    }

    private static func order(_ total: String, cost: String? = nil, order: String? = nil, more: String = "")
        -> String
    {
        let cost = cost.map { #""cost":"\#($0)","# } ?? ""
        let order = order.map { #""order":"\#($0)","# } ?? ""
        let line = #"{\#(cost)"category":"tea","net":"\#(total)","product":"p","quantity":1}"#
        return #"{"currency":"GBP",\#(order)"lines":[\#(line)],\#(more)"total":"\#(total)"}"#
    }

    @Test func theThreeLevelsOfMargin() throws {
        let ledger = try Self.ledger([
            (
                "purchase.completed", "c", "2024-01-05",
                Self.order("100", cost: "40", order: "a", more: #""discount":"5","shipping":"4","#)
            ),
            ("purchase.completed", "c", "2024-02-05", Self.order("50", cost: "20", order: "b")),
            ("purchase.returned", "c", "2024-02-08", #"{"amount":"50","currency":"GBP","order":"b"}"#),
            ("contact.logged", "c", "2024-02-07", #"{"channel":"phone","direction":"in"}"#),
            ("contact.logged", "c", "2024-02-07", #"{"channel":"mail","direction":"out"}"#),
            ("complaint.opened", "c", "2024-02-07", #"{"complaint":"x"}"#),
            ("cost.allocated", "c", "2024-02-09", #"{"amount":"7","currency":"GBP","kind":"visit"}"#),
            (
                "benefit.granted", "c", "2024-02-09",
                #"{"amount":"3","benefit":"g","currency":"GBP","kind":"gift"}"#
            ),
            ("purchase.completed", "d", "2024-02-05", Self.order("50")),
        ])
        let policy: JSONValue = [
            "profit": ["contact_costs": ["phone": 4.5], "complaint_cost": 6, "return_cost": 1.25]
        ]
        let row = try Self.row("profit", "c", ledger, on: "2024-12-31", policy: policy)
        // 100 − 40; − 5 − 4; − (4.50 + 6 + 1.25 + 7 + 3).
        #expect(row["levels"]?.arrayValue?.map { $0["amount"] } == ["60.00", "51.00", "29.25"])
        #expect(row.value(at: "margin.amount") == "29.25" && row["rank"] == 1)
        #expect(row.value(at: "cost_to_serve.amount") == "21.75")
        let unknown = try Self.row("profit", "d", ledger, on: "2024-12-31", policy: policy)
        #expect(unknown["margin"] == .null && unknown["rank"] == .null)
        #expect(unknown["levels"] == [nil, nil, nil])
        let value = try Self.row("value", "c", ledger, on: "2024-12-31")
        #expect(value.value(at: "margin.amount") == "41.00")
    }

    @Test func tiersGoByMarginOnlyWhereAllOfItIsKnown() throws {
        var events = [
            ("purchase.completed", "c", "2024-01-05", Self.order("1000", cost: "999")),
            ("purchase.completed", "d", "2024-01-05", Self.order("100", cost: "1")),
        ]
        let policy: JSONValue = ["tiers": ["basis": "margin"]]
        var ledger = try Self.ledger(events)
        #expect(try Self.row("value", "d", ledger, on: "2024-12-31", policy: policy)["tier"] == "A")
        #expect(try Self.row("value", "c", ledger, on: "2024-12-31", policy: policy)["tier"] == "C")
        events.append(("purchase.completed", "e", "2024-01-05", Self.order("1")))
        ledger = try Self.ledger(events)
        #expect(try Self.row("value", "c", ledger, on: "2024-12-31", policy: policy)["tier"] == "A")
    }

    @Test func paymentsFillTheirInvoiceThenTheOldest() throws {
        let invoice = { (name: String, amount: Int, due: String) in
            #"{"amount":"\#(amount)","currency":"GBP","due_on":"\#(due)","invoice":"\#(name)"}"#
        }
        let ledger = try Self.ledger([
            ("invoice.issued", "c", "2024-01-01", invoice("1", 100, "2024-01-31")),
            ("invoice.issued", "c", "2024-02-01", invoice("2", 200, "2024-03-02")),
            (
                "payment.received", "c", "2024-02-11",
                #"{"amount":"150","currency":"GBP","invoice":"2"}"#
            ),
            ("payment.received", "c", "2024-02-20", #"{"amount":"120","currency":"GBP"}"#),
        ])
        let early = try Self.row("credit", "c", ledger, on: "2024-02-15")
        #expect(early.value(at: "receivable.amount") == "150.00")
        #expect(early.value(at: "overdue.amount") == "100.00")
        #expect(early["grade"] == "B" && early["days_to_pay"] == 10)
        let late = try Self.row("credit", "c", ledger, on: "2024-03-03")
        #expect(late.value(at: "overdue.amount") == "30.00" && late.value(at: "receivable.amount") == "30.00")
        // (150 · 10 + 100 · 50 + 20 · 19) / 270.
        #expect(near(late["days_to_pay"], (1_500 + 5_000 + 380) / 270.0))
        #expect(try Self.row("credit", "c", ledger, on: "2024-04-02")["grade"] == "C")
        #expect(try Self.row("credit", "c", ledger, on: "2024-06-30")["grade"] == "D")
        #expect(try Self.row("credit", "c", ledger, on: "2024-01-31")["grade"] == "A")
    }

    @Test func thisYearAgainstTheLast() throws {
        var events: [(String, String, String, String)] = []
        for (name, last, this) in [
            ("stopped", 100, 0), ("halved", 100, 50), ("steady", 100, 149), ("grown", 100, 150),
            ("new", 0, 9),
        ] {
            if last > 0 {
                events.append(("purchase.completed", name, "2023-02-28", Self.order("\(last)")))
                events.append(("purchase.completed", name, "2023-03-01", Self.order("1000")))
            }
            if this > 0 { events.append(("purchase.completed", name, "2024-02-29", Self.order("\(this)"))) }
        }
        let ledger = try Self.ledger(events)
        for name in ["stopped", "halved", "steady", "grown", "new"] {
            let row = try Self.row("year_on_year", name, ledger, on: "2024-02-29")
            #expect(row["class"] == .string(name))
            #expect(
                row.value(at: "last_year_same_span.amount") == .string(name == "new" ? "0.00" : "100.00"))
        }
        let base = try ledger.base(asOf: "2024-02-29T23:59:59Z", known: UInt64(ledger.lines.count))
        let report = MemoryBase.report("year_on_year", base)
        #expect(report.value(at: "classes.grown.customers") == 1)
        #expect(report["customers"]?.arrayValue?.count == 4)
    }

    @Test func leadsAreConvertedWithinTheWindow() throws {
        let ledger = try Self.ledger([
            (
                "lead.captured", "c", "2024-01-01",
                #"{"cost":"5","currency":"GBP","origin":"fair"}"#
            ),
            ("lead.captured", "c", "2024-01-02", #"{"cost":"2","currency":"GBP","origin":"ad"}"#),
            ("contact.logged", "c", "2024-03-25", #"{"channel":"phone","direction":"in"}"#),
            ("contact.logged", "c", "2024-03-01", #"{"channel":"phone","direction":"in"}"#),
            ("purchase.completed", "c", "2024-03-31", Self.order("10", cost: "4")),
            ("lead.captured", "d", "2024-01-01", #"{"origin":"fair"}"#),
            ("purchase.completed", "d", "2024-04-01", Self.order("10")),
            ("customer.registered", "e", "2024-01-01", #"{"acquired_through":"friend"}"#),
        ])
        let row = try Self.row("acquisition", "c", ledger, on: "2024-06-30")
        #expect(row["origin"] == "fair" && row["captured_on"] == "2024-01-01")
        #expect(row["converted_on"] == "2024-03-31" && row.value(at: "cost.amount") == "7.00")
        #expect(try Self.row("acquisition", "d", ledger, on: "2024-06-30")["converted_on"] == .null)
        #expect(try Self.row("acquisition", "e", ledger, on: "2024-06-30")["origin"] == "friend")
        let base = try ledger.base(asOf: "2024-06-30T23:59:59Z", known: UInt64(ledger.lines.count))
        let report = MemoryBase.report("acquisition", base)
        #expect(
            report.value(at: "origins.fair.leads") == 2 && report.value(at: "origins.fair.median_days") == 90)
        #expect(report.value(at: "origins.fair.first_year_margin.amount") == "6.00")
        #expect(report.value(at: "inbound_contacts.followed") == 1)
    }

    @Test func benefitsAndTerritories() throws {
        let ledger = try Self.ledger([
            (
                "benefit.granted", "c", "2024-01-01",
                #"{"amount":"3","benefit":"g","currency":"GBP","kind":"gift"}"#
            ),
            ("benefit.granted", "c", "2024-01-01", #"{"benefit":"h","kind":"trial"}"#),
            ("benefit.used", "c", "2024-01-02", #"{"benefit":"g"}"#),
            ("shipment.sent", "c", "2023-12-31", #"{"region":"south","shipment":"0"}"#),
            ("territory.assigned", "c", "2024-01-01", #"{"regions":["north","east"],"territory":"T1"}"#),
            ("shipment.sent", "c", "2024-01-02", #"{"region":"north","shipment":"1"}"#),
            ("shipment.sent", "c", "2024-01-03", #"{"region":"south","shipment":"2"}"#),
            ("diversion.found", "c", "2024-01-05", #"{"region":"west"}"#),
            (
                "penalty.imposed", "c", "2024-01-06",
                #"{"amount":"50","currency":"GBP","reason":"diversion"}"#
            ),
            (
                "penalty.lifted", "c", "2024-01-07",
                #"{"amount":"20","currency":"GBP","reason":"diversion"}"#
            ),
        ])
        let benefits = try Self.row("benefits", "c", ledger, on: "2024-06-30")
        #expect(benefits["granted"] == 2 && benefits["used"] == 1)
        #expect(benefits.value(at: "cost.amount") == "3.00")
        let territory = try Self.row("territory", "c", ledger, on: "2024-06-30")
        #expect(territory["name"] == "T1" && territory["outside_share"] == 0.5)
        #expect(territory["diversions"] == 1 && territory.value(at: "penalties.amount") == "30.00")
        #expect(try Self.row("territory", "c", ledger, on: "2025-01-01")["outside_share"] == 1)
    }

    @Test func mergesMoveReferrals() throws {
        var ledger = try Self.ledger([
            ("referral.made", "a", "2024-01-01", #"{"referred":"b"}"#),
            ("referral.made", "x", "2024-01-02", #"{"referred":"c"}"#),
            ("referral.made", "x", "2024-01-02", #"{"referred":"a"}"#),
            ("purchase.completed", "c", "2024-01-05", Self.order("10", cost: "4")),
            ("contact.logged", "b", "2024-01-05", #"{"channel":"phone","direction":"in"}"#),
        ])
        try ledger.append(
            id: "m", type: "customer.merged", subject: "x", time: "2024-02-01T00:00:00Z",
            data: #"{"into":"a"}"#)
        let row = try Self.row("referral", "a", ledger, on: "2024-06-30")
        #expect(row["referred"] == 2 && row["converted"] == 1 && row["referrer"] == .null)
        #expect(row.value(at: "tree_value.amount") == "6.00")
    }
}
