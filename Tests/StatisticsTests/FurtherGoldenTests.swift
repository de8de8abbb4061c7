import Foundation
import Statistics
import Testing

@Suite("Reliability, beliefs, portfolios", .enabled(if: SharedGolden.isThere))
struct FurtherGoldenTests {
    @Test func alphaIsThatOfPingouin() throws {
        let cases = try #require(SharedGolden.read("survey/cronbach.json") as? [[String: Any]])
        #expect(cases.count == 2)
        for item in cases {
            let answers = (item["answers"] as? [[NSNumber]] ?? []).map { $0.map(\.doubleValue) }
            #expect(near(Reliability.cronbachAlpha(answers), item.number("alpha")))
        }
        #expect(Reliability.cronbachAlpha([[1, 2]]) == nil)
        #expect(Reliability.cronbachAlpha([[1], [2]]) == nil)
    }

    @Test func posteriorsAreThoseOfScipy() throws {
        let cases = try #require(SharedGolden.read("survey/beta_binomial.json") as? [[String: Any]])
        #expect(cases.count == 6)
        for item in cases {
            let posterior = BetaDistribution(a: item.number("a"), b: item.number("b"))
                .posterior(successes: Int(item.number("k")), count: Int(item.number("n")))
            let expected = item.object("expected")
            #expect(near(posterior.mean, expected.number("posterior_mean")))
            let interval = posterior.interval()
            #expect(near(interval.low, expected.number("low")))
            #expect(near(interval.high, expected.number("high")))
        }
    }

    @Test func portfoliosAreThoseOfTheReference() throws {
        let cases = try #require(SharedGolden.read("profit/portfolio.json") as? [[String: Any]])
        #expect(cases.count == 2)
        for item in cases {
            let series = (item["segment_series"] as? [[NSNumber]] ?? []).map { $0.map(\.doubleValue) }
            let portfolio = Portfolio(series: series, weights: item.numbers("weights"))
            let expected = item.object("expected")
            func expect(_ found: [Double?], _ name: String) {
                let wanted = expected.numbers(name)
                #expect(found.count == wanted.count)
                for (left, right) in zip(found, wanted) { #expect(near(left, right), "\(name)") }
            }
            func expect(_ found: [[Double?]], _ name: String) {
                let wanted = (expected[name] as? [[NSNumber]] ?? []).map { $0.map(\.doubleValue) }
                for (left, right) in zip(found.joined(), wanted.joined()) {
                    #expect(near(left, right), "\(name)")
                }
            }
            expect(portfolio.means, "mean")
            expect(portfolio.standardDeviations, "sd")
            expect(portfolio.variationCoefficients, "cv")
            expect(portfolio.covariance, "covariance")
            expect(portfolio.correlation, "correlation")
            #expect(near(portfolio.mean, expected.number("portfolio_mean")))
            #expect(near(portfolio.variance, expected.number("portfolio_variance")))
            #expect(near(portfolio.standardDeviation, expected.number("portfolio_sd")))
            if expected["reward_to_variability"] is NSNumber {
                #expect(near(portfolio.rewardToVariability, expected.number("reward_to_variability")))
            } else {
                #expect(portfolio.rewardToVariability == nil)
            }
        }
    }

    @Test func theConcentrationOfTheSampleIsThatOfPySAL() throws {
        let customers = try FileCustomer.read("data/cdnow_sample.csv", until: "1997-09-30")
        let measured = Concentration(customers.map { Int64(($0.totalSpend * 100).rounded()) })
        let file = try #require(
            SharedGolden.read("concentration/cdnow_sample_1997-09-30.json") as? [String: Any])
        let expected = file.object("expected")
        #expect(measured.count == 2_357)
        #expect(near(measured.total / 100, expected.number("total"), 1e-6))
        #expect(near(measured.gini, expected.number("gini")))
        #expect(near(measured.unbiasedGini, expected.number("gini_unbiased")))
        #expect(near(measured.herfindahl, expected.number("hhi")))
        #expect(near(measured.normalisedHerfindahl, expected.number("hhi_normalised")))
        #expect(near(measured.effectiveCount, expected.number("effective_customers"), 1e-7))
        #expect(near(measured.entropy, expected.number("shannon_entropy_nats")))
        #expect(near(measured.entropyEvenness, expected.number("shannon_evenness")))
        #expect(near(measured.largestShare, expected.number("largest_share")))
        for percent in [1, 5, 10, 20, 50] {
            let share = expected.object("top_\(percent)pct")
            let part = Double(percent) / 100
            #expect(near(measured.topShare(part), share.number("whole_customers")))
            #expect(near(measured.interpolatedTopShare(part), share.number("interpolated")))
        }
        #expect(measured.holders(forPercent: 80) == Int(expected.number("customers_for_80pct")))
        let curve = measured.lorenzCurve(points: 5)
        #expect(curve.count == 6 && curve.first?.share == 0 && curve.last?.share == 1)
        #expect(near(curve[4].share, 1 - expected.object("top_20pct").number("interpolated"), 1e-9))
    }
}
