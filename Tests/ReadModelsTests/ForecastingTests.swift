import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Fitted models in rows")
struct ForecastingTests {
    /// A reference event as it stands at a point.
    private static func fitted(
        _ model: String, _ params: [String: Any], logLikelihood: Double = -100, count: Double = 1_500,
        trained: String, position: UInt64 = 1, unit: String = "weeks"
    ) -> Act {
        var parameters = JSONObject()
        for name in params.keys.sorted() { parameters[name] = .number(params.number(name)) }
        return Act(
            position: position, time: 0,
            content: .reference(
                type: "model.fitted",
                data: [
                    "model": .string(model), "params": .object(parameters), "loglik": .number(logLikelihood),
                    "n": .number(count), "unit": .string(unit), "trained_as_of": .string(trained),
                    "trained_known": "@1",
                ]))
    }

    private static func context(
        _ references: [Act], day: String, policy: [(String, JSONValue)] = []
    ) throws -> FoldContext {
        var parameters = JSONObject()
        for (name, value) in policy { parameters[name] = value }
        let plain = try MemoryBase.context(day: day, policy: .object(parameters))
        return FoldContext(
            policy: plain.policy, clock: plain.clock, zone: plain.zone, currency: plain.currency,
            codes: plain.codes, references: references)
    }

    private static func facts(_ file: String) throws -> [Fact] {
        try SharedFiles.rows(file).enumerated().map { position, row in
            Fact.purchase(
                UInt32(row[0]) ?? 0, day: try day(row[1]),
                amount: Int64(((Double(row[3]) ?? .nan) * 100).rounded()), position: UInt64(position))
        }
    }

    private struct Reference {
        let params: [String: Any]
        let rows: [[String: String]]
        let facts: [Fact]
        let day: String

        init(_ name: String, data: String, day: String) throws {
            params = try SharedFiles.object("btyd/customers_\(name)_\(day).params.json")
            let columns = try SharedFiles.columns("btyd/customers_\(name)_\(day).csv")
            rows = try SharedFiles.rows("btyd/customers_\(name)_\(day).csv").map { values in
                Dictionary(uniqueKeysWithValues: zip(columns, values))
            }
            facts = try ForecastingTests.facts("data/\(data).csv")
            self.day = day
        }

        var models: [Act] {
            [
                ForecastingTests.fitted("bgnbd", params.object("bgnbd"), trained: day),
                ForecastingTests.fitted("mbgnbd", params.object("mbgnbd"), trained: day),
                ForecastingTests.fitted(
                    "gammagamma", params.object("gammagamma"), trained: day, unit: "none"),
            ]
        }
    }

    @Test(
        .enabled(if: SharedFiles.hasCDNOW),
        arguments: [
            ("sample_odd", "cdnow_sample", "1997-09-30"), ("sim_open", "sim_open", "2024-06-30"),
        ])
    func rowsHaveTheReferenceValues(name: String, data: String, day: String) throws {
        let reference = try Reference(name, data: data, day: day)
        let horizon: JSONValue = ["horizon_days": .number(13 * 7)]
        let base = try MemoryBase.fold(
            reference.facts, Self.context(reference.models, day: day, policy: [("churn", horizon)]))
        #expect(reference.rows.count == 50)
        for row in reference.rows {
            let index = try #require(base.index(of: UInt32(row["customer_id"] ?? "") ?? 0))
            func number(_ key: String) -> Double { Double(row[key] ?? "") ?? .nan }
            let churn = MemoryBase.row("churn", index, base)
            #expect(near(churn["base_risk"], 1 - number("bg_p_active_13w"), 1e-9))
            #expect(near(churn["p_alive"], number("mbg_p_alive"), 1e-9))
            #expect(churn["model"] == "bgnbd")
            let value = MemoryBase.row("value", index, base)["clv"] ?? nil
            #expect(near(value["expected_purchases"], number("bg_expected_52w"), 1e-8 * 40))
            #expect(value["model"] == "bgnbd" && value["horizon_weeks"] == 52)
            func amount(_ key: String) -> Double {
                Double(value[key]?["amount"]?.stringValue ?? "") ?? .nan
            }
            #expect(abs(amount("mean_spend") - number("gg_expected_spend")) <= 0.00501)
            #expect(abs(amount("predicted") - number("clv52w_15pct")) <= 0.00501)
            #expect(abs(amount("historic") + amount("predicted") - amount("total")) < 0.001)
        }
    }

    @Test(
        .enabled(if: SharedFiles.hasCDNOW),
        arguments: [
            ("cdnow_sample_weeks_1997-09-30", "cdnow_sample", "1997-09-30"),
            ("sim_open_weeks_2024-06-30", "sim_open", "2024-06-30"),
        ])
    func fitsOfABaseAreThoseOfTheReference(name: String, data: String, day: String) throws {
        let base = try MemoryBase.fold(Self.facts("data/\(data).csv"), Self.context([], day: day))
        let answer = try TrainingSample(base).fit().answer
        let expected = try SharedFiles.object("btyd/fits.json").object("cases").object(name)
        for model in ["bgnbd", "mbgnbd", "gammagamma"] {
            let wanted = expected.object(model)
            #expect(near(answer[model]?["loglik"], wanted.number("loglik"), 1e-3), "\(model)")
            for (parameter, value) in wanted.object("params") {
                let number = (value as? NSNumber)?.doubleValue ?? .nan
                #expect(near(answer.value(at: "\(model).params.\(parameter)"), number, 0.005 * number))
            }
        }
        #expect(answer["unit"] == "weeks")
        #expect(answer["gammagamma"]?["n"] == .number(expected.object("gammagamma").number("customers")))
    }

    @Test func whatIsNotEnoughIsSaid() throws {
        let facts = (0..<20).map {
            Fact.purchase(UInt32($0), day: Int32($0), amount: 500, position: UInt64($0))
        }
        let base = try MemoryBase.fold(facts, Self.context([], day: "1970-04-11"))
        let reasons = try TrainingSample(base).unmetRules()
        #expect(
            reasons == [
                "customers with an order: 20, at least 500 are needed",
                "days of history: 100, at least 180 are needed",
                "the last order was 81 days ago, one in the last 30 days is needed",
                "the most orders of one customer: 1, at least 3 are needed",
            ])
        #expect(throws: TrainingError.self) { try TrainingSample(base).fit() }
        let models: JSONValue = [
            "min_customers": 20, "min_history_days": 100, "recent_order_days": 82, "min_orders": 2,
        ]
        let lenient = try MemoryBase.fold(
            facts, Self.context([], day: "1970-04-11", policy: [("models", models)]))
        #expect(
            try TrainingSample(lenient).unmetRules() == [
                "the most orders of one customer: 1, at least 2 are needed"
            ])
    }

    private static var plain: [String: Any] { ["r": 0.24, "alpha": 4.4, "a": 0.8, "b": 2.4] }

    @Test func aModelTrainedOnWhatHappensLaterIsNotUsed() throws {
        let facts = [Fact.purchase(1, day: 10, amount: 500, position: 0)]
        let future = Self.fitted("bgnbd", Self.plain, trained: "1970-04-12")
        let base = try MemoryBase.fold(facts, Self.context([future], day: "1970-04-11"))
        #expect(MemoryBase.row("churn", 0, base)["model"] == "fallback")
        #expect(MemoryBase.row("value", 0, base)["clv"] == .null)
        let then = try MemoryBase.fold(facts, Self.context([future], day: "1970-04-12"))
        #expect(MemoryBase.row("churn", 0, then)["model"] == "bgnbd")
    }

    @Test func theModelTrainedLastIsUsedAndAmongEqualsTheOneRecordedLast() throws {
        let facts = [Fact.purchase(1, day: 10, amount: 500, position: 0)]
        func loglik(_ references: [Act]) throws -> JSONValue? {
            let base = try MemoryBase.fold(facts, Self.context(references, day: "1970-04-11"))
            return MemoryBase.report("churn", base).value(at: "model.loglik")
        }
        let march = Self.fitted(
            "bgnbd", Self.plain, logLikelihood: -1, trained: "1970-03-01", position: 9)
        let april = Self.fitted(
            "bgnbd", Self.plain, logLikelihood: -2, trained: "1970-04-01", position: 3)
        let again = Self.fitted(
            "bgnbd", Self.plain, logLikelihood: -3, trained: "1970-04-01T23:59:59.999999Z", position: 5)
        #expect(try loglik([march, april]) == -2)
        #expect(try loglik([april, again, march]) == -3)
        #expect(try loglik([again, april]) == -3)
        let broken = Self.fitted("bgnbd", ["r": -1], trained: "1970-04-02", position: 6)
        let base = try MemoryBase.fold(facts, Self.context([broken], day: "1970-04-11"))
        #expect(MemoryBase.row("churn", 0, base)["model"] == "fallback")
    }

    @Test func theModifiedModelIsUsedWhereItFitsBetterByMoreThanFive() throws {
        let facts = [Fact.purchase(1, day: 10, amount: 500, position: 0)]
        func model(_ lead: Double, count: Double = 1_500) throws -> JSONValue? {
            let acts = [
                Self.fitted("bgnbd", Self.plain, logLikelihood: -100, trained: "1970-04-01"),
                Self.fitted(
                    "mbgnbd", Self.plain, logLikelihood: -100 + lead, count: count, trained: "1970-04-01"),
            ]
            let base = try MemoryBase.fold(facts, Self.context(acts, day: "1970-04-11"))
            return MemoryBase.row("churn", 0, base)["model"]
        }
        #expect(try model(5) == "bgnbd")
        #expect(try model(5.5) == "mbgnbd")
        #expect(try model(50, count: 9) == "bgnbd")
    }

    @Test func fittedAdjustmentsTakeThePlaceOfThePolicys() throws {
        let policy = PolicyDocument(parameters: CorePolicy.standard, hash: "", position: 0)
        var features = ChurnRule.Features()
        features.isDetractor = true
        #expect(abs(try ChurnRule(policy).adjustment(features) - 0.4) < 1e-12)
        let fitted = Self.fitted(
            "churn_adjustments", ["detractor": 0.9, "constant": 3], trained: "1970-04-01", unit: "none")
        let models = try FittedModels(Self.context([fitted], day: "1970-04-11"))
        #expect(abs(try ChurnRule(policy, fitted: models.adjustments).adjustment(features) - 0.9) < 1e-12)
    }

    /// Money times seven: v and the predicted value grow sevenfold, all else stays. The whole base twice: the same
    /// parameters.
    @Test(.enabled(if: SharedFiles.hasCDNOW))
    func scalingMoneyAndCopyingTheBaseKeepTheModels() throws {
        let facts = try Self.facts("data/sim_open.csv")
        let day = "2024-06-30"
        func fits(_ facts: [Fact]) throws -> JSONValue {
            try TrainingSample(try MemoryBase.fold(facts, Self.context([], day: day))).fit().answer
        }
        let plain = try fits(facts)
        let scaled = try fits(
            facts.map { fact in
                var fact = fact
                fact.amount *= 7
                return fact
            })
        let doubled = try fits(
            facts
                + facts.map { fact in
                    var fact = fact
                    fact.customer += 100_000
                    fact.position += 100_000
                    return fact
                })
        func expect(_ path: String, in answer: JSONValue, factor: Double, _ tolerance: Double = 1e-6) {
            let expected = (plain.value(at: path)?.numberValue ?? .nan) * factor
            #expect(near(answer.value(at: path), expected, tolerance * abs(expected)), "\(path)")
        }
        for model in ["bgnbd", "mbgnbd"] {
            #expect(plain[model] == scaled[model])
            for name in ["r", "alpha", "a", "b"] {
                expect("\(model).params.\(name)", in: doubled, factor: 1)
            }
            expect("\(model).loglik", in: doubled, factor: 2)
        }
        for (name, factor) in [("p", 1.0), ("q", 1), ("v", 7)] {
            expect("gammagamma.params.\(name)", in: scaled, factor: factor)
            expect("gammagamma.params.\(name)", in: doubled, factor: 1)
        }
    }

    /// A shop where complaints drive customers away: the fit finds what was put in.
    @Test func adjustmentsAreLearnedFromWhoDidNotComeBack() throws {
        var facts: [Fact] = []
        var outcomes: [Outcome] = []
        for customer in 0..<3_000 {
            facts.append(
                .purchase(UInt32(customer), day: 0, amount: 100, position: UInt64(customer * 2)))
            let complains = customer.isMultiple(of: 3)
            if complains {
                var complaint = Fact.at(
                    UInt32(customer), day: 30, position: UInt64(customer * 2 + 1), .complaint)
                complaint.key = UInt64(customer + 1)
                complaint.detail = ComplaintStep.opened.rawValue
                facts.append(complaint)
            }
            // Three in five stay away, of those who complained nine in eleven: odds of 1.5 and 4.5.
            let isLost = complains ? customer / 3 % 11 < 9 : customer % 5 < 3
            outcomes.append(Outcome(purchaseDays: isLost ? 0 : 1, spend: 0))
        }
        let model = Self.fitted("bgnbd", Self.plain, trained: "1970-04-01")
        let base = try MemoryBase.fold(facts, Self.context([model], day: "1970-04-11"))
        let answer = try AdjustmentFit(base, outcomes: outcomes).answer["churn_adjustments"] ?? nil
        // ln 3 for the complaint, which is past its target by then; the rest nobody has: it stays at the policy's value.
        let found = answer.value(at: "params.open_complaint_breached")?.numberValue ?? .nan
        #expect(abs(found - 1.0986) < 0.02, "\(found)")
        #expect(near(answer.value(at: "params.detractor"), 0.4, 1e-9))
        #expect(answer.value(at: "customers.open_complaint_breached") == 1_000)
        #expect(answer["n"] == 3_000)
    }
}
