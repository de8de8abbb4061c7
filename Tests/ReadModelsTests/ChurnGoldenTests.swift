import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Churn risk")
struct ChurnGoldenTests {
    @Test func overdueRatiosAreThoseOfTheReference() throws {
        let cases = try SharedFiles.cases("churn/overdue.json", key: "cases")
        #expect(cases.count == 5)
        for item in cases {
            let facts = item.numbers("days").enumerated().map { position, day in
                Fact.purchase(1, day: Int32(day), amount: 100, position: UInt64(position))
            }
            let asOf = LocalDay(number: Int32(item.number("asof"))).description
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: asOf))
            let expected = item.object("expected")
            let row = MemoryBase.row("lifecycle", 0, base)
            #expect(near(row["expected_interval_days"], expected.number("mu_hat_days"), 1e-9))
            #expect(near(MemoryBase.row("churn", 0, base)["overdue_ratio"], expected.number("overdue_ratio")))
        }
    }

    @Test func adjustedRisksAreThoseOfTheReference() throws {
        let policy = PolicyDocument(parameters: CorePolicy.standard, hash: "", position: 0)
        let rule = try ChurnRule(policy)
        let cases = try SharedFiles.cases("churn/composite.json", key: "cases")
        #expect(cases.count == 4)
        for item in cases {
            let given = item.object("features")
            var features = ChurnRule.Features()
            features.openComplaint = given["open_complaint_breached"] != nil
            features.breachedComplaint = given["open_complaint_breached"] != nil
            features.resolvedComplaint = given["complaint_resolved_90d"] != nil
            features.isPromoter = given["promoter"] != nil
            features.tensBelowMean =
                given["satisfaction_per_10_points_below_prior"] == nil
                ? 0 : given.number("satisfaction_per_10_points_below_prior")
            let expected = item.object("expected")
            let base = 1 - item.number("p_active")
            #expect(abs(rule.adjustment(features) - expected.number("adjustment")) < 1e-9)
            #expect(abs(rule.risk(base: base, features) - expected.number("risk")) < 1e-9)
        }
    }

    /// The table of section 7 by its definition: at each month end, look at the base as it was.
    @Test(arguments: 0..<6)
    func theReturnTableIsThatOfTwelveBasesInThePast(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = RandomHistories.facts(customers: 40, days: 900, &generator)
        let asOf = LocalDay(number: Int32.random(in: 700..<900, using: &generator))
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: asOf.description), workers: 3)
        var expected = ReturnTable()
        var end = asOf.endOfMonth
        var found = 0
        while found < 12, end.number > 0 {
            if end.adding(days: 90) <= asOf {
                found += 1
                let then = try MemoryBase.fold(facts, MemoryBase.context(day: end.description))
                let later = try MemoryBase.fold(
                    facts, MemoryBase.context(day: end.adding(days: 90).description))
                let after = Dictionary(
                    uniqueKeysWithValues: zip(later.customers, later.measures(LifecycleModel.self)))
                for (customer, measure) in zip(then.customers, then.measures(LifecycleModel.self))
                where measure.state.purchaseDays > 0 {
                    let state = measure.state
                    let interval =
                        Double(2 * 50 + state.lastPurchase - state.firstPurchase)
                        / Double(state.purchaseDays + 1)
                    let ratio = Double(end.number - state.lastPurchase) / interval
                    let band = [0.5, 1, 1.5, 2, 3, 4, 6, 8].count { ratio >= $0 - 1e-12 }
                    let bought = after[customer].map {
                        $0.state.purchaseDays > 0 && $0.state.lastPurchase > end.number
                    }
                    let cell = ReturnTable.cell(measure.stage, band: band)
                    expected.cells[cell].count += 1
                    if bought != true { expected.cells[cell].lost += 1 }
                }
            }
            end = end.startOfMonth.previous
        }
        #expect(found == 12, "seed \(seed)")
        // Nobody has an offer here.
        expected.unprompted = expected.cells
        let counted = base.run(of: LifecycleModel.self).projector.returns
        #expect(counted == expected, "seed \(seed)")
        let population = base.population(ChurnModel.self)
        #expect(population.total.count == expected.cells.reduce(0) { $0 + $1.count })
        let overall = try #require(population.overall)
        for index in 0..<base.count {
            let measure = base.measures(LifecycleModel.self)[index]
            let row = MemoryBase.row("churn", index, base)
            guard measure.state.purchaseDays > 0 else {
                #expect(row["base_risk"] == .null)
                continue
            }
            let (days, parts) = base.run(of: LifecycleModel.self).projector.rule.interval(
                count: measure.state.purchaseDays,
                span: Int64(measure.state.lastPurchase - measure.state.firstPurchase))
            let gap = Int64(asOf.number - measure.state.lastPurchase)
            let cell = expected.cells[
                ReturnTable.cell(measure.stage, band: ReturnTable.band(gap: gap, days: days, parts: parts))]
            let risk = (Double(cell.lost) + 10 * overall) / (Double(cell.count) + 10)
            #expect(near(row["base_risk"], risk, 1e-11), "seed \(seed)")
        }
    }

    @Test func reasonsAreGivenInPlainWords() throws {
        var facts = (0..<5).map {
            Fact.purchase(1, day: Int32($0 * 14), amount: 100, position: UInt64($0 + 1))
        }
        var complaint = Fact.at(1, day: 60, position: 9, .complaint)
        complaint.key = 5
        complaint.detail = ComplaintStep.opened.rawValue
        facts.append(complaint)
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "1970-05-15"))
        let reasons = MemoryBase.row("churn", 0, base)["reasons"]?.arrayValue ?? []
        #expect(reasons.map { $0["code"] } == ["overdue", "open_complaint"])
        #expect(reasons.first?["text"] == "78 days since last purchase, usually every 26")
        #expect(reasons.first?["n"] == 5 && reasons.first?["events"] == [5])
        #expect(reasons.last?["events"] == [9])
    }

    @Test func whoEndedTheRelationshipIsLostForCertain() throws {
        let facts = [
            Fact.purchase(1, day: 100, amount: 100, position: 1),
            Fact.at(1, day: 110, position: 2, .relationshipEnded),
            Fact.at(2, day: 110, position: 3, .relationshipEnded),
        ]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "1971-01-01"))
        for index in 0..<2 {
            let row = MemoryBase.row("churn", index, base)
            #expect(row["risk"] == 1 && row["band"] == "high")
            #expect(row["reasons"]?[0]?["code"] == "relationship_ended")
        }
        #expect(MemoryBase.report("churn", base)["expected_losses"] == 2)
    }
}
