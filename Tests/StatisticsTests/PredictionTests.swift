import Foundation
import Statistics
import Testing

@Suite("Scores of predictions agree with scikit-learn and statsmodels")
struct PredictionTests {
    @Test(.enabled(if: SharedGolden.isThere))
    func smallVectorsHaveTheReferenceScores() throws {
        let cases = try #require(SharedGolden.read("churn/metrics.json") as? [[String: Any]])
        #expect(cases.count == 2)
        for item in cases {
            let outcomes = item.numbers("y").map { $0 == 1 }
            let probabilities = item.numbers("p")
            let expected = item.object("expected")
            let score = ProbabilityScore(probabilities, outcomes: outcomes)
            #expect(near(score.areaUnderCurve, expected.number("auc")))
            #expect(near(score.brier, expected.number("brier")))
            #expect(near(score.baseRateBrier, expected.number("brier_base_rate")))
            #expect(near(score.brierSkill, expected.number("brier_skill")))
            #expect(near(score.logLoss, expected.number("log_loss")))
            #expect(near(score.expectedCalibrationError(), expected.number("ece_10_equal_width")))
            let precision = Discrimination.averagePrecision(probabilities, outcomes: outcomes)
            #expect(near(precision, expected.number("average_precision")))
            let calibration = try #require(score.calibration)
            #expect(near(calibration.intercept, expected.number("calibration_intercept"), 1e-5))
            #expect(near(calibration.slope, expected.number("calibration_slope"), 1e-5))
        }
    }

    @Test(.enabled(if: SharedGolden.isThere), arguments: [0, 1])
    func holdOutsHaveTheReferenceScores(place: Int) throws {
        let cases = try #require(SharedGolden.read("btyd/holdout_metrics.json") as? [[String: Any]])
        let item = cases[place]
        let isSimulated = place == 1
        let customers = try FileCustomer.read(
            isSimulated ? "data/sim_open.csv" : "data/cdnow_sample.csv",
            until: isSimulated ? "2024-06-30" : "1997-09-30")
        let weeks = item.number("horizon_weeks")
        let actual = customers.map { Double($0.laterPurchases) }
        let isActive = customers.map { $0.laterPurchases > 0 }
        #expect(customers.count == Int(item.number("n")))
        #expect(actual.reduce(0, +) == item.number("holdout_purchases"))
        let fits = try #require(SharedGolden.read("btyd/fits.json") as? [String: Any])
        let name = isSimulated ? "sim_open_weeks_2024-06-30" : "cdnow_sample_weeks_1997-09-30"
        for kind in BuyingModel.Kind.allCases {
            let params = fits.object("cases").object(name).object(kind.rawValue).object("params")
            let model = BuyingGoldenTests.model(kind, params)
            let expected = item.object(kind.rawValue)
            let forecast = customers.map { model.expectedPurchases($0.history, within: weeks) }
            let errors = ForecastError(forecast, actual: actual)
            #expect(near(forecast.reduce(0, +), expected.number("expected_total"), 1e-3))
            #expect(near(errors.total.map { $0 * 100 }, expected.number("bias_pct"), 1e-5))
            #expect(near(errors.meanAbsolute, expected.number("MAE"), 1e-6))
            #expect(near(errors.rootMeanSquare, expected.number("RMSE"), 1e-6))
            #expect(near(errors.correlation, expected.number("correlation"), 1e-6))
            let score = ProbabilityScore(
                customers.map { model.probabilityActive($0.history, within: weeks) }, outcomes: isActive)
            let active = expected.object("p_active")
            #expect(near(score.areaUnderCurve, active.number("AUC"), 1e-6))
            #expect(near(score.brier, active.number("Brier"), 1e-6))
            #expect(near(score.logLoss, active.number("log_loss"), 1e-6))
            let deciles = score.deciles()
            let wanted = active["calibration_deciles"] as? [[String: Any]] ?? []
            #expect(deciles.count == 10 && wanted.count == 10)
            for (decile, part) in zip(deciles, wanted) {
                #expect(Double(decile.count) == part.number("n"))
                #expect(near(decile.meanPredicted, part.number("mean_predicted"), 1e-6))
                #expect(near(decile.observed, part.number("observed"), 1e-6))
            }
            let alive = ProbabilityScore(
                customers.map { model.probabilityAlive($0.history) }, outcomes: isActive)
            let asScore = expected.object("p_alive_used_as_score")
            // Who bought on the last day has a probability of x alone: such customers are ties, of which the area
            // counts half, and the reference's rounding orders some of them. It cannot differ by more than their pairs.
            let ties = Self.tiedPairs(customers, isActive)
            let pairs = Double(isActive.count { $0 }) * Double(isActive.count { !$0 })
            #expect(near(alive.areaUnderCurve, asScore.number("AUC"), max(1e-6, Double(ties) / 2 / pairs)))
            #expect(near(alive.brier, asScore.number("Brier"), 1e-6))
        }
        try expectBaselines(item.object("baselines"), customers, isActive, actual, weeks)
    }

    @Test func theLiftIsOfTheBestFifthWithTiesShared() throws {
        let outcomes = [true, true, false, false, true, false, false, false, false, false]
        let score = ProbabilityScore([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0], outcomes: outcomes)
        #expect(near(score.lift(), 1 / 0.3))
        // Two places for three who are alike, two of whom it happened to.
        let tied = ProbabilityScore([0.9, 0.9, 0.9, 0, 0, 0, 0, 0, 0, 0], outcomes: outcomes)
        #expect(near(tied.lift(), 2.0 / 3 / 0.3))
        let all = ProbabilityScore([Double](repeating: 0.5, count: 10), outcomes: outcomes)
        #expect(near(all.lift(), 1))
    }

    /// Pairs of an active and an inactive customer, both with as many purchases and one on the last day.
    private static func tiedPairs(_ customers: [FileCustomer], _ isActive: [Bool]) -> Int {
        var counts: [Int: (active: Int, inactive: Int)] = [:]
        for (customer, isActive) in zip(customers, isActive) {
            let history = customer.history
            guard history.last == history.age else { continue }
            if isActive {
                counts[history.repeats, default: (0, 0)].active += 1
            } else {
                counts[history.repeats, default: (0, 0)].inactive += 1
            }
        }
        return counts.values.reduce(0) { $0 + $1.active * $1.inactive }
    }

    private func expectBaselines(
        _ baselines: [String: Any], _ customers: [FileCustomer], _ isActive: [Bool], _ actual: [Double],
        _ weeks: Double
    ) throws {
        let recency = customers.map { $0.history.last - $0.history.age }
        #expect(
            near(
                Discrimination.areaUnderCurve(recency, outcomes: isActive),
                baselines.number("recency_only_AUC"), 1e-6))
        #expect(
            near(
                Discrimination.areaUnderCurve(
                    customers.map { Double($0.history.repeats) }, outcomes: isActive),
                baselines.number("frequency_only_AUC"), 1e-6))
        let nothing = ForecastError([Double](repeating: 0, count: actual.count), actual: actual)
        #expect(near(nothing.meanAbsolute, baselines.number("zero_forecast_MAE"), 1e-6))
        #expect(near(nothing.rootMeanSquare, baselines.number("zero_forecast_RMSE"), 1e-6))
        let rates = customers.map { customer in
            customer.history.age > 0 ? Double(customer.history.repeats) / customer.history.age * weeks : 0
        }
        #expect(
            near(
                ForecastError(rates, actual: actual).meanAbsolute,
                baselines.number("calibration_rate_MAE"), 1e-6))
    }

    @Test func tiesCountHalf() {
        #expect(Discrimination.areaUnderCurve([1, 1, 1, 1], outcomes: [true, false, true, false]) == 0.5)
        #expect(Discrimination.areaUnderCurve([3, 2, 2, 1], outcomes: [true, true, false, false]) == 0.875)
        #expect(Discrimination.areaUnderCurve([1, 2], outcomes: [true, true]) == nil)
    }

    @Test func theBestFifthByScoreIsComparedWithTheBestFifthByWhatCame() {
        let scores = [9.0, 8, 1, 2, 3, 4, 5, 0, 0, 0]
        #expect(topHitRate(scores, actual: [7, 1, 9, 0, 0, 0, 0, 0, 0, 0]) == 0.5)
        #expect(topHitRate(scores, actual: scores) == 1)
        #expect(topHitRate([], actual: []) == nil)
    }

    @Test func aRegressionFindsTheCoefficientsThatMadeTheData() throws {
        // Every outcome in the proportion that its log odds say, so that the maximum is where it was put.
        var rows: [[Double]] = []
        var outcomes: [Bool] = []
        for (feature, happened, all) in [(0.0, 20, 100), (1.0, 40, 100), (2.0, 64, 100)] {
            for index in 0..<all {
                rows.append([1, feature])
                outcomes.append(index < happened)
            }
        }
        let fit = try #require(LogisticRegression.fit(rows, outcomes: outcomes))
        // At the maximum the excess of prediction over outcome is orthogonal to every feature.
        let odds = rows.map { fit.coefficients[0] + fit.coefficients[1] * $0[1] }
        let excess = zip(odds, outcomes).map { LogOdds.probability($0) - ($1 ? 1 : 0) }
        #expect(abs(excess.reduce(0, +)) < 1e-7)
        #expect(abs(zip(excess, rows).reduce(0) { $0 + $1.0 * $1.1[1] }) < 1e-7)
        #expect(fit.coefficients[1] > 0.9 && fit.coefficients[1] < 1.05)
        let separable = LogisticRegression.fit([[1, 0], [1, 1]], outcomes: [false, true])
        #expect(separable == nil)
    }

    @Test func samplesDrawnFromTheDataAreTheSameEveryTime() throws {
        let values = (0..<200).map { Double($0 % 17) }
        func mean(_ places: [Int]) -> Double? {
            places.reduce(0) { $0 + values[$1] } / Double(places.count)
        }
        let first = try #require(Bootstrap(samples: 400, seed: 42).interval(count: 200, mean))
        #expect(first == Bootstrap(samples: 400, seed: 42).interval(count: 200, mean))
        #expect(first != Bootstrap(samples: 400, seed: 43).interval(count: 200, mean))
        let student = try #require(Moments(values).interval())
        #expect(near(first.low, student.low, 0.15) && near(first.high, student.high, 0.15))
    }
}
