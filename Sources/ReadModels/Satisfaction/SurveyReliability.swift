import Events
import Projection
import Statistics

/// How well the questions of one dimension measure the same thing: DOMAIN.md section 8.
struct SurveyReliability {
    private var forms: [UInt64: [UInt32: Double]] = [:]
    private var questions: Set<UInt32> = []
    private var scales: Set<UInt64> = []

    mutating func add(_ answer: SurveyAnswer) {
        guard answer.form != 0, answer.question != 0 else { return }
        questions.insert(answer.question)
        scales.insert(answer.scaleBit)
        forms[answer.form, default: [:]][answer.question] = answer.points
    }

    /// Cronbach's alpha over the forms in which every question is answered; null below two questions or two such
    /// forms, on several scales, or where all sums are equal.
    var json: JSONValue {
        guard questions.count > 1, scales.count == 1 else { return .null }
        let items = questions.sorted()
        let rows = forms.sorted { $0.key < $1.key }.map(\.value).filter { $0.count == items.count }
        let alpha = Reliability.cronbachAlpha(rows.map { row in items.compactMap { row[$0] } })
        return alpha.map {
            [
                "alpha": Answer.number($0), "questions": Answer.count(items.count),
                "n": Answer.count(rows.count),
            ]
        } ?? .null
    }
}
