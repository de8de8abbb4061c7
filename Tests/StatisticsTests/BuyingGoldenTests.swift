import Foundation
import Statistics
import Testing

@Suite("Models of buying agree with scipy, mpmath, lifetimes and R", .enabled(if: SharedGolden.isThere))
struct BuyingGoldenTests {
    @Test(arguments: [
        "cdnow_sample_published", "cdnow_sample_weeks_1997-09-30", "cdnow_sample_days_1997-09-30",
        "sim_open_weeks_2024-06-30",
    ])
    func fitsAreThoseOfTheReference(name: String) throws {
        let fits = try #require(SharedGolden.read("btyd/fits.json") as? [String: Any])
        let expected = fits.object("cases").object(name)
        let (histories, spending) = try Self.sample(name)
        let sample = BuyingSample(histories)
        #expect(sample.count == Int(expected.number("n")))
        #expect(sample.repeatCustomers == Int(expected.number("repeat_customers")))
        #expect(sample.repeatPurchases == Int(expected.number("sum_x")))
        for kind in BuyingModel.Kind.allCases {
            let reference = expected.object(kind.rawValue)
            let fit = try #require(BuyingFit(kind, sample))
            let wanted = reference.object("params")
            let model = fit.model
            #expect(nearRelative(model.r, wanted.number("r"), 0.005), "\(kind) r \(model.r)")
            #expect(nearRelative(model.alpha, wanted.number("alpha"), 0.005), "\(kind) alpha \(model.alpha)")
            #expect(nearRelative(model.a, wanted.number("a"), 0.01), "\(kind) a \(model.a)")
            #expect(nearRelative(model.b, wanted.number("b"), 0.01), "\(kind) b \(model.b)")
            #expect(near(fit.logLikelihood, reference.number("loglik"), 1e-4), "\(kind) \(fit.logLikelihood)")
            let errors = reference.object("se")
            for (error, parameter) in zip(fit.standardErrors, ["r", "alpha", "a", "b"]) {
                #expect(nearRelative(error, errors.number(parameter), 0.01), "\(kind) \(parameter) \(error)")
            }
        }
        guard expected["gammagamma"] != nil else { return }
        let reference = expected.object("gammagamma")
        let fit = try #require(SpendingFit(spending))
        #expect(fit.count == Int(reference.number("customers")))
        let found = [("p", fit.model.p), ("q", fit.model.q), ("v", fit.model.v)]
        for ((parameter, value), error) in zip(found, fit.standardErrors) {
            #expect(nearRelative(value, reference.object("params").number(parameter), 0.005))
            #expect(nearRelative(error, reference.object("se").number(parameter), 0.01))
        }
        #expect(near(fit.logLikelihood, reference.number("loglik"), 1e-4))
        #expect(nearRelative(fit.model.populationMean, reference.number("population_mean"), 1e-5))
        #expect(near(fit.correlation, reference.number("corr_frequency_spend"), 1e-9))
    }

    private static func sample(_ name: String) throws -> ([BuyingHistory], [Spending]) {
        if name == "cdnow_sample_published" {
            let rows = try SharedGolden.rows("data/cdnow_sample_published_summary.csv")
            return (
                rows.map {
                    BuyingHistory(repeats: $0.integer("x"), last: $0.number("t_x"), age: $0.number("T"))
                },
                rows.compactMap { Spending(repeats: $0.integer("x"), meanAmount: $0.number("m_x")) }
            )
        }
        let isSimulated = name.hasPrefix("sim_open")
        let customers = try FileCustomer.read(
            isSimulated ? "data/sim_open.csv" : "data/cdnow_sample.csv",
            until: isSimulated ? "2024-06-30" : "1997-09-30")
        let unit: Double = name.contains("days") ? 7 : 1
        return (
            customers.map {
                BuyingHistory(
                    repeats: $0.history.repeats, last: $0.history.last * unit, age: $0.history.age * unit)
            },
            customers.compactMap { Spending(repeats: $0.history.repeats, meanAmount: $0.meanAmount) }
        )
    }

    @Test(arguments: ["customers_sample_odd_1997-09-30", "customers_sim_open_2024-06-30"])
    func customersHaveTheReferenceValues(file: String) throws {
        let given = try #require(SharedGolden.read("btyd/\(file).params.json") as? [String: Any])
        let spending = SpendingModel(
            p: given.object("gammagamma").number("p"), q: given.object("gammagamma").number("q"),
            v: given.object("gammagamma").number("v"))
        let models = BuyingModel.Kind.allCases.map { Self.model($0, given.object($0.rawValue)) }
        let rows = try SharedGolden.rows("btyd/\(file).csv")
        #expect(rows.count == 50)
        for row in rows {
            let history = BuyingHistory(
                repeats: row.integer("x"), lastDays: row.integer("t_x_days"), ageDays: row.integer("T_days"))
            for (model, name) in zip(models, ["bg", "mbg"]) {
                #expect(near(model.probabilityAlive(history), row.number("\(name)_p_alive"), 1e-9))
                for weeks in [13, 26, 39, 52] where row["\(name)_expected_\(weeks)w"] != nil {
                    let active = model.probabilityActive(history, within: Double(weeks))
                    let expected = model.expectedPurchases(history, within: Double(weeks))
                    #expect(near(active, row.number("\(name)_p_active_\(weeks)w"), 1e-9))
                    #expect(nearRelative(expected, row.number("\(name)_expected_\(weeks)w"), 1e-8))
                }
            }
            let mean = try #require(
                spending.expectedAmount(repeats: history.repeats, meanAmount: row.number("m_x")))
            #expect(nearRelative(mean, row.number("gg_expected_spend"), 1e-7))
            let value = LifetimeValue(
                models[0], history, meanSpend: mean, horizonWeeks: 52, annualDiscount: 0.15)
            #expect(
                nearRelative(value.value, row.number("clv52w_15pct"), 1e-7), "\(row["customer_id"] ?? "")")
            #expect(nearRelative(value.expectedPurchases, row.number("bg_expected_52w"), 1e-8))
            let months = BuyingForecast(models[0], history).discountedPurchases(
                periods: 12, length: 4.345, rate: 0.01)
            #expect(nearRelative(months.discounted * mean, row.number("clv_lifetimes_12m_1pct"), 1e-7))
        }
    }

    @Test func awkwardPointsHaveTheReferenceValues() throws {
        let rows = try SharedGolden.rows("btyd/grid.csv")
        #expect(rows.count == 17)
        for row in rows {
            let history = BuyingHistory(
                repeats: row.integer("x"), last: row.number("t_x"), age: row.number("T"))
            for (kind, name) in [(BuyingModel.Kind.bgnbd, "bg"), (.mbgnbd, "mbg")] {
                let model = BuyingModel(
                    kind, r: row.number("r"), alpha: row.number("alpha"), a: row.number("a"),
                    b: row.number("b"))
                let t = row.number("t")
                #expect(nearRelative(model.probabilityAlive(history), row.number("\(name)_p_alive"), 1e-8))
                #expect(
                    nearRelative(
                        model.expectedPurchases(history, within: t), row.number("\(name)_expected"), 1e-8))
                if let active = row["\(name)_p_active"].flatMap(Double.init) {
                    #expect(nearRelative(model.probabilityActive(history, within: t), active, 1e-8))
                }
                // The likelihood of nothing at all is 1: its logarithm is 0 but for rounding.
                let logLikelihood = row.number("\(name)_loglik")
                #expect(
                    near(model.logLikelihood(history), logLikelihood, 1e-8 * max(1e-5, abs(logLikelihood))))
            }
        }
    }

    @Test func newcomersAreExpectedToBuyAsInTheReference() throws {
        let fits = try #require(SharedGolden.read("btyd/fits.json") as? [String: Any])
        let model = Self.model(
            .bgnbd,
            fits.object("cases").object("cdnow_sample_weeks_1997-09-30").object("bgnbd").object("params"))
        let rows = try SharedGolden.rows("btyd/expected_unconditional_cdnow_sample_weeks_1997-09-30.csv")
        #expect(rows.count == 9)
        for row in rows {
            let expected = model.expectedRepeats(within: row.number("t_weeks"))
            #expect(nearRelative(expected, row.number("expected_repeat_per_customer"), 1e-9))
        }
    }

    @Test func theSpreadsheetsNumbersAreMet() throws {
        let anchors = try #require(SharedGolden.read("btyd/published_anchors.json") as? [String: Any])
        let model = Self.model(.bgnbd, anchors.object("bgnbd"))
        let spending = SpendingModel(
            p: anchors.object("gammagamma").number("p"), q: anchors.object("gammagamma").number("q"),
            v: anchors.object("gammagamma").number("v"))
        func cases(_ name: String) -> [[String: Any]] { anchors[name] as? [[String: Any]] ?? [] }
        #expect(cases("conditional_expectation").count == 1 && cases("average_spend").count == 5)
        for item in cases("conditional_expectation") {
            let history = BuyingHistory(
                repeats: Int(item.number("x")), last: item.number("t_x"), age: item.number("T"))
            let value = model.expectedPurchases(history, within: item.number("t"))
            #expect(near(value, item.number("published"), item.number("abs_tolerance")))
            #expect(nearRelative(value, item.number("recomputed"), 1e-8))
        }
        for item in cases("unconditional") {
            let value = model.expectedRepeats(within: item.number("t_weeks"))
            #expect(near(value, item.number("published"), item.number("abs_tolerance")))
            #expect(nearRelative(value, item.number("recomputed"), 1e-8))
        }
        for item in cases("average_spend") {
            let value = spending.expectedAmount(
                repeats: Int(item.number("x")), meanAmount: item.number("m_x"))
            #expect(near(value, item.number("published"), item.number("abs_tolerance")))
            #expect(nearRelative(value, item.number("recomputed"), 1e-8))
        }
    }

    static func model(_ kind: BuyingModel.Kind, _ params: [String: Any]) -> BuyingModel {
        BuyingModel(
            kind, r: params.number("r"), alpha: params.number("alpha"), a: params.number("a"),
            b: params.number("b"))
    }
}
