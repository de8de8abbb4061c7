import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Satisfaction agrees with the reference")
struct SatisfactionGoldenTests {
    private static func answer(
        _ customer: UInt32, on date: String, score: Double, position: UInt64, key: UInt64 = 0,
        scale: SurveyScale.Kind = .csat5
    ) throws -> Fact {
        var fact = Fact.at(customer, day: try day(date), position: position, .survey)
        fact.amount = Int64(score * 1_000_000)
        fact.detail = scale.rawValue
        fact.extra = .min
        fact.key = key
        return fact
    }

    @Test func scoresShrinkAndAgeAsInTheReference() throws {
        let cases = try SharedFiles.cases("survey/satisfaction_score.json", key: "cases")
        #expect(cases.count == 5)
        for item in cases {
            var facts = [Fact.at(1, day: 0, position: 0, .registered)]
            for (position, pair) in (item["answers"] as? [[Any]] ?? []).enumerated() {
                let score = (pair[1] as? NSNumber)?.doubleValue ?? .nan
                facts.append(
                    try Self.answer(
                        1, on: pair[0] as? String ?? "", score: score, position: UInt64(position + 1)))
            }
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: item.text("asof")))
            let measure = base.measures(SatisfactionModel.self)[0]
            let expected = item.object("expected")
            #expect(Double(measure.state.answers) == expected.number("answers_used"))
            #expect(abs(measure.weight - expected.number("weight_sum")) < 1e-9)
            let score = SatisfactionModel.score(
                weight: measure.weight, weightedPoints: measure.weightedPoints, mean: 72, kappa: 3)
            #expect(abs(score - expected.number("shrunken")) < 1e-9)
            let row = MemoryBase.row("satisfaction", 0, base)
            #expect(near(row["effective_n"], expected.number("kish_effective_n")))
        }
    }

    @Test func withoutAnswersTheScoreIsThePopulationsMean() throws {
        let facts = [
            Fact.at(1, day: 0, position: 0, .registered),
            try Self.answer(2, on: "2024-06-30", score: 4, position: 1),
            try Self.answer(2, on: "2024-06-30", score: 9, position: 2, scale: .nps),
            try Self.answer(2, on: "2024-06-30", score: 7, position: 3, scale: .ces7),
        ]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2024-06-30"))
        let row = MemoryBase.row("satisfaction", 0, base)
        #expect(near(row["score"], (75 + 90 + 100) / 3.0, 1e-9))
        #expect(row["no_data"] == true && row["answers"] == 0 && row["effective_n"] == 0)
        let nobody = try MemoryBase.fold([facts[0]], MemoryBase.context(day: "2024-06-30"))
        #expect(MemoryBase.row("satisfaction", 0, nobody)["score"] == 50)
    }

    @Test func onlyAnAnswerOfTheSameFormReplacesAnother() throws {
        let facts = [
            try Self.answer(1, on: "2024-06-01", score: 1, position: 1, key: 7),
            try Self.answer(1, on: "2024-06-02", score: 5, position: 2, key: 7),
            try Self.answer(1, on: "2024-06-03", score: 3, position: 3),
            try Self.answer(1, on: "2024-06-03", score: 3, position: 4),
        ]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2024-06-30"))
        let row = MemoryBase.row("satisfaction", 0, base)
        #expect(row["answers"] == 3)
        #expect(near(row.value(at: "csat.mean"), 11 / 3.0))
        #expect(near(row.value(at: "csat.top2"), 1 / 3.0))
    }

    @Test func thePopulationReportHasTheReferenceIntervals() throws {
        let nps = try SharedFiles.cases("survey/nps.json", key: "cases")
        let csat = try SharedFiles.cases("survey/csat.json", key: "cases")
        let ces = try SharedFiles.cases("survey/ces.json", key: "cases")
        let all =
            nps.map { ($0, SurveyScale.Kind.nps) } + csat.map { ($0, .csat5) } + ces.map { ($0, .ces7) }
        for (item, scale) in all {
            let facts = try item.numbers("scores").enumerated().map { position, score in
                try Self.answer(
                    UInt32(position % 7), on: "2024-06-01", score: score, position: UInt64(position + 1),
                    scale: scale)
            }
            let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2024-06-30"), workers: 2)
            let report = MemoryBase.report("satisfaction", base)
            let expected = item.object("expected")
            if scale == .nps {
                #expect(near(report.value(at: "nps.score"), expected.number("nps")))
                #expect(near(report.value(at: "nps.low"), expected.object("adjusted_wald").number("low")))
                #expect(near(report.value(at: "nps.high"), expected.object("adjusted_wald").number("high")))
                #expect(report.value(at: "nps.detractors") == .number(expected.number("detractors")))
                #expect(near(report.value(at: "nps.margin"), expected.object("wald").number("margin")))
            } else if scale == .ces7 {
                #expect(near(report.value(at: "ces.mean"), expected.number("mean")))
                #expect(near(report.value(at: "ces.low"), expected.object("mean_t").number("low")))
                #expect(near(report.value(at: "ces.high"), expected.object("mean_t").number("high")))
                #expect(near(report.value(at: "ces.top3"), expected.number("csat_percent") / 100))
                #expect(near(report.value(at: "ces.top3_low"), expected.object("wilson").number("low") / 100))
                #expect(
                    near(report.value(at: "ces.top3_high"), expected.object("wilson").number("high") / 100))
            } else {
                #expect(near(report.value(at: "csat.mean"), expected.number("mean")))
                if expected["mean_t"] is [String: Any] {
                    let mean = expected.object("mean_t")
                    #expect(near(report.value(at: "csat.mean_low"), mean.number("low")))
                    #expect(near(report.value(at: "csat.mean_high"), mean.number("high")))
                } else {
                    #expect(report.value(at: "csat.mean_low") == .null)
                }
                #expect(near(report.value(at: "csat.top2"), expected.number("csat_percent") / 100))
                #expect(near(report.value(at: "csat.low"), expected.object("wilson").number("low") / 100))
                #expect(near(report.value(at: "csat.high"), expected.object("wilson").number("high") / 100))
            }
        }
    }

    @Test func aWindowLimitsTheReportAndNothingElse() throws {
        let facts = [
            try Self.answer(1, on: "2024-01-01", score: 1, position: 1),
            try Self.answer(1, on: "2024-06-30", score: 5, position: 2),
            try Self.answer(2, on: "2024-06-01", score: 5, position: 3),
        ]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2024-06-30"))
        #expect(MemoryBase.report("satisfaction", base).value(at: "csat.n") == 3)
        #expect(MemoryBase.report("satisfaction", base, windowDays: 30).value(at: "csat.n") == 2)
        #expect(MemoryBase.report("satisfaction", base, windowDays: 1).value(at: "csat.n") == 1)
    }

    @Test func windowsAreComparedWithTheOneBefore() throws {
        var facts: [Fact] = []
        // 70 of 100 satisfied in the days before, 80 of 100 in the last ones: survey/comparisons.json.
        for number in 0..<200 {
            let isRecent = number < 100
            let score = number % 100 < (isRecent ? 80 : 70) ? 5.0 : 2.0
            facts.append(
                try Self.answer(
                    UInt32(number), on: isRecent ? "2024-06-20" : "2024-05-20", score: score,
                    position: UInt64(number + 1)))
        }
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2024-06-30"))
        let change = MemoryBase.report("satisfaction", base, windowDays: 30)["change"]
        let expected = try #require(
            try SharedFiles.cases("survey/comparisons.json", key: "csat_two_proportion").first
        ).object("expected")
        #expect(near(change?.value(at: "csat.difference"), expected.number("difference")))
        #expect(near(change?.value(at: "csat.z"), expected.number("z")))
        #expect(near(change?.value(at: "csat.p_value"), expected.number("p_value")))
        #expect(change?.value(at: "csat.n_before") == 100 && change?.value(at: "nps.difference") == .null)
        #expect(MemoryBase.report("satisfaction", base)["change"] == .null)
    }

    @Test(.enabled(if: SharedFiles.isThere, "the reference values are not beside the checkout"))
    func dimensionsOfSeveralQuestionsHaveTheReferenceAlpha() throws {
        for item in try SharedFiles.cases(inPlace: "survey/cronbach.json") {
            var ledger = try MemoryLedger()
            let rows = try #require(item["answers"] as? [[NSNumber]])
            for (respondent, row) in rows.enumerated() {
                for (question, score) in row.enumerated() {
                    try ledger.append(
                        id: "\(respondent)-\(question)", type: "survey.answered", subject: "c\(respondent)",
                        time: "2024-06-01T10:00:00Z",
                        data: """
                            {"survey":"s","response":"1","question":"q\(question)","dimension":"service",\
                            "scale":"csat5","score":\(score)}
                            """)
                }
            }
            // A form with one answer only is not complete, and neither counts nor disturbs.
            try ledger.append(
                id: "half", type: "survey.answered", subject: "c0", time: "2024-06-02T10:00:00Z",
                data: """
                    {"survey":"s","response":"2","question":"q0","dimension":"service","scale":"csat5","score":1}
                    """)
            let base = try ledger.base(asOf: "2024-06-30T00:00:00Z", known: UInt64(ledger.lines.count))
            let reliability = MemoryBase.report("satisfaction", base).value(
                at: "dimensions.service.reliability")
            #expect(near(reliability?["alpha"], item.number("alpha")))
            #expect(reliability?["n"] == .number(Double(rows.count)))
            #expect(reliability?["questions"] == .number(Double(rows.first?.count ?? 0)))
        }
    }

    @Test func scoresAreCountedByTensOfThoseWhoAnswered() throws {
        let facts = [
            Fact.at(1, day: 0, position: 0, .registered),
            try Self.answer(2, on: "2024-06-30", score: 5, position: 1),
            try Self.answer(3, on: "2024-06-30", score: 1, position: 2),
        ]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "2024-06-30"))
        // The mean is 50: (3 · 50 + 100) / 4 = 62.5, (3 · 50 + 0) / 4 = 37.5.
        let counts = MemoryBase.report("satisfaction", base)["scores"]?.arrayValue?.map { $0["count"] }
        #expect(counts == [0, 0, 0, 1, 0, 0, 1, 0, 0, 0])
    }

    @Test func gapsOfOneScaleAreAveragedAndOfTwoAreNot() throws {
        var first = try Self.answer(1, on: "2024-06-01", score: 3, position: 1)
        first.extra = 5_000_000
        var second = try Self.answer(1, on: "2024-06-01", score: 4, position: 2)
        second.extra = 4_000_000
        var third = try Self.answer(1, on: "2024-06-01", score: 4, position: 3, scale: .nps)
        third.extra = 9_000_000
        let one = try MemoryBase.fold([first, second], MemoryBase.context(day: "2024-06-30"))
        #expect(MemoryBase.row("satisfaction", 0, one)["expectation_gap"] == -1)
        let two = try MemoryBase.fold([first, second, third], MemoryBase.context(day: "2024-06-30"))
        #expect(MemoryBase.row("satisfaction", 0, two)["expectation_gap"] == .null)
    }
}
