import Events
import Projection
import Testing

@testable import ReadModels

@Suite("What customers suggest to a policy")
struct PolicySuggestionTests {
    private static func suggestion(
        _ facts: [Fact], on day: String, from earlier: String, days: Int
    ) throws -> JSONValue {
        let now = try MemoryBase.context(day: day)
        let counting = FoldContext(
            policy: now.policy.counting(days: days), clock: now.clock, zone: now.zone, currency: now.currency,
            codes: now.codes)
        let base = try MemoryBase.fold(facts, now)
        let then = try MemoryBase.fold(facts, MemoryBase.context(day: earlier))
        let outcomes = Outcome.outcomes(of: then, in: try MemoryBase.fold(facts, counting))
        return .object(
            try PolicySuggestion(base, earlier: then, outcomes: outcomes, horizonDays: days).answer)
    }

    private static func suggested(_ answer: JSONValue, _ parameter: String) -> JSONValue? {
        answer["suggestions"]?.arrayValue?.first { $0["parameter"] == .string(parameter) }?["suggested"]
    }

    /// Forty customers buy every twenty days; one in four of those who stopped at day 300 comes back.
    @Test func intervalsAndBoundsComeFromTheCustomers() throws {
        var facts: [Fact] = []
        func buy(_ customer: Int, _ day: Int) {
            facts.append(
                .purchase(
                    UInt32(customer), day: Int32(day), amount: Int64(1_000 * (customer + 1)),
                    position: UInt64(facts.count)))
        }
        for customer in 0..<40 {
            for day in stride(from: 0, through: 400, by: 20) { buy(customer, day) }
        }
        for customer in 40..<80 {
            for day in stride(from: 0, through: 300, by: 20) { buy(customer, day) }
            if customer % 5 == 0 { buy(customer, 390) }
        }
        let answer = try Self.suggestion(facts, on: "1971-02-05", from: "1970-12-02", days: 65)
        #expect(Self.suggested(answer, "lifecycle.mu0_days") == 20)
        // On day 335 the first forty have been idle for 15 days, the others for 35: ratios of .75 and 1.75.
        let bands = try #require(answer.value(at: "figures.return_rates.bands")?.arrayValue)
        #expect(bands.map { $0["n"] } == [0, 40, 0, 40, 0, 0, 0, 0, 0])
        #expect(bands[1]["rate"] == 1 && bands[3]["rate"] == 0.2)
        #expect(Self.suggested(answer, "lifecycle.theta_dormant") == 1.5)
        #expect(Self.suggested(answer, "lifecycle.theta_churn") == 1.5)
        let thresholds = try #require(answer.value(at: "figures.thresholds")?.arrayValue)
        #expect(thresholds.count == 3 && thresholds[0]["currency"] == "GBP")
        let levels = thresholds.compactMap { $0["rounded"]?.numberValue }
        #expect(levels == levels.sorted())
    }

    @Test func withoutCustomersNothingIsSuggested() throws {
        let answer = try Self.suggestion([], on: "1971-02-05", from: "1970-12-02", days: 65)
        #expect(Self.suggested(answer, "lifecycle.mu0_days") == .null)
        #expect(Self.suggested(answer, "lifecycle.theta_churn") == .null)
        #expect(answer.value(at: "figures.thresholds")?.arrayValue?.isEmpty == true)
    }

    /// Section 6: 48.7 days on CDNOW in September 1997, rounded to the whole day that the policy holds.
    @Test(.enabled(if: SharedFiles.hasCDNOW))
    func theIntervalOfCDNOWIsThatOfTheSpecification() throws {
        let facts = try SharedFiles.rows("data/cdnow_sample.csv").enumerated().map { position, row in
            Fact.purchase(
                UInt32(row[0]) ?? 0, day: try day(row[1]), amount: 100, position: UInt64(position))
        }
        let answer = try Self.suggestion(facts, on: "1997-09-30", from: "1997-04-02", days: 181)
        let median = answer.value(at: "figures.mean_interval_days.quantiles")?.arrayValue?[1]["value"]
        #expect(near(median, 48.7, 0.5), "\(String(describing: median))")
        let later = try Self.suggestion(facts, on: "1998-03-30", from: "1997-09-30", days: 181)
        let bands = later.value(at: "figures.return_rates.bands")?.arrayValue ?? []
        let published = [0.64, 0.63, 0.50, 0.50, 0.43, 0.37, 0.28, 0.21, 0.28]
        #expect(bands.count == published.count)
        for (band, expected) in zip(bands, published) {
            // Small bands move by whole customers with the rounding of the interval.
            let count = band["n"]?.numberValue ?? 0
            #expect(near(band["rate"], expected, count < 40 ? 0.06 : 0.02), "\(band.canonicalText)")
        }
        #expect(Self.suggested(later, "lifecycle.theta_dormant")?.numberValue ?? 9 <= 2)
    }
}
