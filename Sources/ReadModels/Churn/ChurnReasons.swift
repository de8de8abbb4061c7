import Events
import Projection

/// Why a customer may not come back, in plain words, with how many events say so and where they stand.
struct ChurnReasons {
    private let index: Int
    private let base: Base
    private let assessment: ChurnAssessment
    private let rule: LifecycleRule

    init(_ index: Int, of base: Base, _ assessment: ChurnAssessment, _ rule: LifecycleRule) {
        self.index = index
        self.base = base
        self.assessment = assessment
        self.rule = rule
    }

    /// The reasons, in the order in which they weigh.
    var list: [JSONValue] {
        [ended, overdue, openComplaint, resolvedComplaint, lowSatisfaction, detractor, fewerContacts]
            .compactMap { $0 }
    }

    private var ended: JSONValue? {
        guard assessment.lifecycle.state.isEnded != 0 else { return nil }
        let state = base.run(of: ChurnModel.self).measures[index]
        return reason(
            "relationship_ended", "ended the relationship on \(LocalDay(number: state.lastEndDay))",
            state.ends,
            state.lastEnd)
    }

    private var overdue: JSONValue? {
        let state = assessment.lifecycle.state
        guard let ratio = assessment.overdueRatio, ratio.rounded12 >= 1,
            let interval = rule.expectedInterval(state)
        else { return nil }
        let idle = base.context.clock.day - state.lastPurchase
        return reason(
            "overdue",
            "\(days(Int(idle))) since last purchase, \(state.purchaseDays > 1 ? "usually" : "expected") "
                + "every \(max(1, Int(interval + 0.5)))",
            state.purchaseDays, base.run(of: ValueModel.self).measures[index].state.lastPurchase)
    }

    private var openComplaint: JSONValue? {
        let state = base.run(of: ComplaintsModel.self).measures[index].state
        guard state.open > 0 else { return nil }
        return reason(
            "open_complaint", state.open == 1 ? "a complaint is open" : "\(state.open) complaints are open",
            state.open, state.oldestOpen)
    }

    private var resolvedComplaint: JSONValue? {
        let measure = base.run(of: ComplaintsModel.self).measures[index]
        guard measure.resolvedLately > 0 else { return nil }
        let count = measure.resolvedLately
        return reason(
            "complaint_resolved",
            "\(count == 1 ? "a complaint was" : "\(count) complaints were") resolved lately",
            count, measure.state.lastResolution)
    }

    private var lowSatisfaction: JSONValue? {
        let tens = assessment.features.tensBelowMean
        guard tens.rounded12 > 0 else { return nil }
        let state = base.run(of: SatisfactionModel.self).measures[index].state
        let points = max(1, Int(tens * 10 + 0.5))
        return reason(
            "low_satisfaction",
            "satisfaction is \(points) \(points == 1 ? "point" : "points") below the average",
            state.answers, state.lastPosition + 1)
    }

    private var detractor: JSONValue? {
        guard assessment.features.isDetractor else { return nil }
        let state = base.run(of: SatisfactionModel.self).measures[index].state
        let score = (Double(state.npsLast) / 1e6).text12
        return reason(
            "detractor", "would hardly recommend us: \(score) of 10", state.npsCount, state.npsPosition + 1)
    }

    /// At most half as many contacts by the customer as in the stretch before.
    private var fewerContacts: JSONValue? {
        let measure = base.run(of: InteractionModel.self).measures[index]
        guard measure.earlierInbound > 0, measure.recentInbound * 2 <= measure.earlierInbound else {
            return nil
        }
        let days = base.run(of: InteractionModel.self).projector.recentDays
        return reason(
            "fewer_contacts",
            "got in touch \(times(measure.recentInbound)) in the last \(days) days, "
                + "\(times(measure.earlierInbound)) in the \(days) before",
            measure.recentInbound, measure.state.lastInbound)
    }

    /// `place` is a position plus 1, or 0 for none.
    private func reason(_ code: String, _ text: String, _ count: Int32, _ place: UInt64) -> JSONValue {
        [
            "code": .string(code),
            "text": .string(text),
            "n": Answer.count(count),
            "events": .array(place > 0 ? [Answer.count(place - 1)] : []),
        ]
    }

    private func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }

    private func times(_ count: Int32) -> String {
        switch count {
        case 0: "never"
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }
}
