import Statistics
import Testing

@Suite("Survey statistics agree with statsmodels and scipy")
struct SurveyStatisticsTests {
    @Test(arguments: [("survey/csat.json", 4.0), ("survey/ces.json", 5.0)])
    func sharesAndMeansHaveTheReferenceIntervals(file: String, top: Double) throws {
        let cases = try Golden.cases(file, key: "cases")
        #expect(!cases.isEmpty)
        for item in cases {
            let scores = item.numbers("scores")
            let expected = item.object("expected")
            let share = Proportion(successes: scores.count { $0 >= top }, count: scores.count)
            #expect(near(share.value * 100, expected.number("csat_percent")))
            let wilson = share.wilson()
            #expect(near(wilson.low * 100, expected.object("wilson").number("low")))
            #expect(near(wilson.high * 100, expected.object("wilson").number("high")))
            let others = [
                ("wald", share.wald()), ("agresti_coull", share.agrestiCoull()),
                ("jeffreys", share.jeffreys()), ("clopper_pearson", share.clopperPearson()),
            ]
            for (name, interval) in others {
                #expect(near(interval.low * 100, expected.object(name).number("low")), "\(name)")
                #expect(near(interval.high * 100, expected.object(name).number("high")), "\(name)")
            }
            let moments = Moments(scores)
            #expect(near(moments.mean, expected.number("mean")))
            if let interval = moments.interval(), expected["mean_t"] is [String: Any] {
                #expect(near(moments.standardDeviation, expected.object("mean_t").number("sd")))
                #expect(near(interval.low, expected.object("mean_t").number("low")))
                #expect(near(interval.high, expected.object("mean_t").number("high")))
            }
        }
    }

    @Test func promoterScoresHaveTheReferenceIntervals() throws {
        let cases = try Golden.cases("survey/nps.json", key: "cases")
        #expect(!cases.isEmpty)
        for item in cases {
            let answers = Self.netPromoter(item.numbers("scores"))
            let expected = item.object("expected")
            #expect(near(answers.score, expected.number("nps")))
            #expect(near(answers.standardError, expected.object("wald").number("standard_error")))
            let adjusted = answers.adjustedWald()
            #expect(near(adjusted.low, expected.object("adjusted_wald").number("low")))
            #expect(near(adjusted.high, expected.object("adjusted_wald").number("high")))
            let wald = answers.wald()
            #expect(near(answers.variance, expected.object("wald").number("variance")))
            #expect(near(wald.low, expected.object("wald").number("low")))
            #expect(near(wald.high, expected.object("wald").number("high")))
            guard expected["trinomial_means_t"] is [String: Any] else {
                #expect(answers.meanInterval() == nil, "only one answer has no spread")
                continue
            }
            let trinomial = expected.object("trinomial_means_t")
            let mean = try #require(answers.meanInterval())
            #expect(near(answers.standardDeviation / 100, trinomial.number("standard_deviation")))
            #expect(near(mean.low, trinomial.number("low")))
            #expect(near(mean.high, trinomial.number("high")))
        }
    }

    @Test func groupsCompareAsInTheReference() throws {
        for item in try Golden.cases("survey/comparisons.json", key: "csat_two_proportion") {
            let first = Proportion(successes: Int(item.number("k1")), count: Int(item.number("n1")))
            let second = Proportion(successes: Int(item.number("k2")), count: Int(item.number("n2")))
            let z = try #require(Proportion.z(first, second))
            #expect(near(z, item.object("expected").number("z")))
            #expect(near(twoSidedProbability(z: z), item.object("expected").number("p_value")))
        }
        for item in try Golden.cases("survey/comparisons.json", key: "nps_difference") {
            let first = Self.netPromoter(item.numbers("a"))
            let second = Self.netPromoter(item.numbers("b"))
            let z = try #require(NetPromoter.z(first, second))
            let expected = item.object("expected")
            #expect(near(first.score - second.score, expected.number("difference")))
            #expect(near(NetPromoter.differenceError(first, second), expected.number("standard_error")))
            #expect(near(z, expected.number("z")))
            #expect(near(twoSidedProbability(z: z), expected.number("p_value")))
        }
    }

    @Test func marginsAndSampleSizesAreThoseOfTheReference() throws {
        for item in try Golden.cases("survey/margins.json", key: "margin") {
            let population = item["N"] is Int ? Int(item.number("N")) : nil
            let margin = Proportion.margin(
                share: item.number("p"), count: Int(item.number("n")), population: population)
            #expect(near(margin, item.number("margin")))
        }
        for item in try Golden.cases("survey/margins.json", key: "sample_size") {
            let population = item["N"] is Int ? Int(item.number("N")) : nil
            let count = Proportion.answersNeeded(margin: item.number("e"), population: population)
            #expect(count == Int(item.number("n")))
        }
    }

    private static func netPromoter(_ scores: [Double]) -> NetPromoter {
        NetPromoter(
            promoters: scores.count { $0 >= 9 },
            passives: scores.count { $0 >= 7 && $0 < 9 },
            detractors: scores.count { $0 < 7 })
    }
}
