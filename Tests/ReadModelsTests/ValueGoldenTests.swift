import Events
import Foundation
import Projection
import ReadModels
import Testing

@Suite("RFM and tiers agree with DuckDB and pandas")
struct ValueGoldenTests {
    @Test func rankMinScoresAreExact() throws {
        let cases = try SharedFiles.cases("rfm/small_vectors.json")
        #expect(cases.count > 3)
        for item in cases {
            let values = item.numbers("values").map { Int64($0) }
            let cuts = RankCuts(ascending: values.sorted())
            #expect(values.map { Double(cuts.score($0)) } == item.numbers("rankmin"), "\(item.text("name"))")
        }
    }

    @Test func tiersByShareAreExact() throws {
        let cases = try SharedFiles.cases("tiers/abc.json", key: "cases")
        #expect(cases.count == 5)
        for item in cases {
            let values = item.numbers("values").map { Int64($0) }
            var facts: [Fact] = []
            for (customer, value) in values.enumerated() {
                facts.append(
                    .purchase(UInt32(customer), day: 100, amount: max(0, value), position: UInt64(customer)))
                if value < 0 {
                    var refund = Fact.at(
                        UInt32(customer), day: 101, position: UInt64(100 + customer), .refund)
                    refund.amount = -value
                    facts.append(refund)
                }
            }
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: "1971-01-01"))
            let tiers = (0..<base.count).map { MemoryBase.row("value", $0, base)["tier"]?.stringValue ?? "" }
            #expect(tiers == item.texts("tiers"), "\(item.text("name"))")
        }
    }

    @Test func theGroupsAreAPartitionWithTheNamedMembers() {
        var counts: [CustomerGroup: Int] = [:]
        for recency in 1...5 {
            for frequency in 1...5 {
                for money in 1...5 {
                    counts[CustomerGroup(recency: recency, frequency: frequency, money: money), default: 0] +=
                        1
                }
            }
        }
        #expect(counts.values.reduce(0, +) == 125)
        #expect(counts[.prospect] == nil)
        // Pairs (f, m) with a sum of 2 to 4: 6, of 5 to 7: 12, of 8 and more: 6, of 9 and more: 3.
        #expect(
            counts == [
                .champions: 6, .loyal: 12, .active: 26, .new: 6, .promising: 6, .needsAttention: 19,
                .previouslyLoyal: 6, .atRisk: 24, .almostLost: 10, .dormant: 10,
            ])
    }

    // CDNOW's customers may be used, but not copied: see SharedFiles.
    @Test(.enabled(if: SharedFiles.hasCDNOW, "golden/data/cdnow_sample.csv does not lie beside the checkout"))
    func allCustomersOfTheSampleHaveTheReferenceScores() throws {
        let base = try CDNOW.base(day: "1997-09-30")
        let rows = try SharedFiles.rows("rfm/cdnow_sample_1997-09-30.csv")
        #expect(rows.count == 2357 && base.count == 2357)
        for row in rows {
            let index = try #require(base.customers.firstIndex(of: UInt32(row[0]) ?? 0))
            let value = MemoryBase.row("value", index, base)
            #expect(value["recency_days"] == .number(Double(row[1]) ?? -1))
            #expect(value["purchase_days"] == .number(Double(row[2]) ?? -1))
            #expect(
                Double(value.value(at: "net_revenue.amount")?.stringValue ?? "") == Double(row[3]))
            let scores = ["r", "f", "m"].map { value.value(at: "rfm.\($0)")?.integerValue.map(String.init) }
            #expect(scores == [row[4], row[5], row[6]], "customer \(row[0])")
        }
    }

    @Test(.enabled(if: SharedFiles.hasCDNOW, "golden/data/cdnow_sample.csv does not lie beside the checkout"))
    func theReportOfTheSampleHasTheReferenceShares() throws {
        let report = MemoryBase.report("value", try CDNOW.base(day: "1997-09-30"))
        let tiers = try SharedFiles.object("tiers/abc_cdnow_sample_1997-09-30.json")
        for (tier, count) in tiers.object("counts") {
            #expect(
                report.value(at: "tiers.\(tier).customers")?.numberValue == (count as? NSNumber)?.doubleValue)
        }
        for (tier, _) in tiers.object("revenue_share") {
            let share = tiers.object("revenue_share").number(tier)
            #expect(near(report.value(at: "tiers.\(tier).share"), share))
        }
        let expected = try SharedFiles.object("concentration/cdnow_sample_1997-09-30.json").object("expected")
        #expect(near(report["gini"], expected.number("gini")))
        #expect(near(report["hhi"], expected.number("hhi")))
        #expect(near(report["effective_customers"], expected.number("effective_customers"), 1e-8))
        #expect(near(report["top20_share"], expected.object("top_20pct").number("whole_customers")))
    }
}

/// The CDNOW sample, folded: customers have their own ids as ordinals.
enum CDNOW {
    static func facts() throws -> [Fact] {
        try SharedFiles.rows("data/cdnow_sample.csv").enumerated().map { position, row in
            let amount = Int64(((Double(row[3]) ?? .nan) * 100).rounded())
            return .purchase(
                UInt32(row[0]) ?? 0, day: try day(row[1]), amount: amount, position: UInt64(position + 1))
        }
    }

    static func base(day: String) throws -> Base {
        try MemoryBase.fold(try facts(), MemoryBase.context(day: day, currency: "USD"))
    }
}
