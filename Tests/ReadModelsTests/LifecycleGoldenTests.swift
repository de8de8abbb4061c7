import Events
import Foundation
import Projection
import ReadModels
import Testing

@Suite("Lifecycle stages agree with Python and DuckDB")
struct LifecycleGoldenTests {
    private static func row(_ days: [String], on day: String) throws -> JSONValue {
        var facts = [Fact.at(1, day: -20_000, position: 0, .registered)]
        for (position, text) in days.enumerated() {
            facts.append(
                .purchase(
                    1, day: try LocalDay(parsing: text).number, amount: 100, position: UInt64(position + 1)))
        }
        return MemoryBase.row("lifecycle", 0, try MemoryBase.fold(facts, MemoryBase.context(day: day)))
    }

    @Test func smallHistoriesHaveTheReferenceStages() throws {
        let cases = try SharedFiles.cases("lifecycle/small.json", key: "cases")
        #expect(cases.count == 4)
        for item in cases {
            for (day, stage) in item.object("stages") {
                let row = try Self.row(item.texts("purchase_days"), on: day)
                #expect(
                    row["stage"]?.stringValue == stage as? String, "\(item.texts("purchase_days")) on \(day)")
            }
        }
    }

    /// `since` and `next` by asking for every single day.
    @Test func runsBeginAndEndOnTheDaysOnWhichTheStageTurns() throws {
        let days = ["2024-01-01", "2024-01-11", "2024-10-27", "2024-10-28", "2024-11-30"]
        var previous: (stage: String, since: String)?
        var announced: (stage: String, on: String)?
        var date = try LocalDay(parsing: "2023-12-30")
        while date < (try LocalDay(parsing: "2026-01-01")) {
            let row = try Self.row(days, on: date.description)
            let stage = row["stage"]?.stringValue ?? ""
            let since = row["since"]?.stringValue ?? ""
            if let previous {
                #expect(since == (stage == previous.stage ? previous.since : date.description))
                if let announced, stage != previous.stage, !days.contains(date.description) {
                    #expect(announced.stage == stage && announced.on == date.description)
                }
            }
            previous = (stage, since)
            announced = row.value(at: "next.stage")?.stringValue.map {
                ($0, row.value(at: "next.on")?.stringValue ?? "")
            }
            date = date.next
        }
    }

    @Test(.enabled(if: SharedFiles.hasCDNOW, "golden/data/cdnow_sample.csv does not lie beside the checkout"))
    func theSampleHasTheReferenceStagesAtEightDates() throws {
        let facts = try CDNOW.facts()
        // A registration long before, so that prospects are in the base.
        let registrations = Set(facts.map(\.customer)).map {
            Fact.at($0, day: 9_000, position: 0, .registered)
        }
        let rows = try SharedFiles.rows("lifecycle/cdnow_sample_stages.csv")
        let dates = [
            "1997-01-31", "1997-03-31", "1997-05-31", "1997-06-30", "1997-09-30", "1997-12-31", "1998-03-31",
            "1998-06-30",
        ]
        let totals = try SharedFiles.object("lifecycle/cdnow_sample_totals.json").object("totals")
        for (column, date) in dates.enumerated() {
            let base = try MemoryBase.fold(
                facts + registrations, MemoryBase.context(day: date, currency: "USD"))
            for row in rows {
                let index = try #require(base.customers.firstIndex(of: UInt32(row[0]) ?? 0))
                #expect(
                    MemoryBase.row("lifecycle", index, base)["stage"]?.stringValue == row[column + 1],
                    "customer \(row[0]) on \(date)")
            }
            let stages = MemoryBase.report("lifecycle", base)["stages"]
            for (stage, _) in totals.object(date) {
                #expect(
                    stages?[stage]?.numberValue == totals.object(date).number(stage), "\(stage) on \(date)")
            }
        }
    }

    @Test func anEndedRelationshipIsChurnedUntilTheNextPurchase() throws {
        let facts = [
            Fact.purchase(1, day: 10, amount: 100, position: 0),
            Fact.at(1, day: 12, position: 1, .relationshipEnded),
            Fact.purchase(1, day: 20, amount: 100, position: 2),
        ]
        func lifecycle(_ date: String, _ facts: [Fact]) throws -> JSONValue {
            MemoryBase.row("lifecycle", 0, try MemoryBase.fold(facts, MemoryBase.context(day: date)))
        }
        let ended = try lifecycle("1970-01-15", facts)
        #expect(ended["stage"] == "churned" && ended["ended"] == true && ended["since"] == "1970-01-13")
        #expect(ended["next"] == nil || ended["next"] == .null)
        let back = try lifecycle("1970-01-25", facts)
        #expect(back["stage"] == "repeat" && back["ended"] == false && back["since"] == "1970-01-21")
        // The purchase that brought the customer back is refunded: the end stands again.
        var refund = Fact.at(1, day: 22, position: 3, .refund)
        refund.reference = facts[2].reference
        refund.amount = 100
        refund.flags = .namesPurchase
        let again = try lifecycle("1970-01-25", facts + [refund])
        #expect(again["stage"] == "churned" && again["ended"] == true && again["since"] == "1970-01-23")
    }

    @Test func aFullyRefundedFirstPurchaseIsNoPurchase() throws {
        let purchase = Fact.purchase(1, day: 10, amount: 100, position: 0, order: 77)
        var refund = Fact.at(1, day: 15, position: 1, .refund)
        refund.key = 77
        refund.amount = 100
        refund.flags = .namesPurchase
        let base = try MemoryBase.fold([purchase, refund], MemoryBase.context(day: "1970-03-01"))
        let row = MemoryBase.row("lifecycle", 0, base)
        #expect(row["stage"] == "prospect" && row["since"] == "1970-01-16")
        #expect(MemoryBase.row("churn", 0, base)["risk"] == .null)
        #expect(MemoryBase.row("value", 0, base).value(at: "rfm.group") == "prospect")
    }
}
