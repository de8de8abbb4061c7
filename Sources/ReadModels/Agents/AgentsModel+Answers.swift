public import Events
public import Projection
import Statistics

extension AgentsModel {
    /// There are no rows.
    public static func row(_ index: Int, of base: Base) -> JSONValue { nil }

    /// The report, by employee. A first response is that of whoever gave it, a resolution of whoever resolved.
    ///
    /// What judges an employee by less than the least number of answers (replies, resolutions, customers' answers) is
    /// hidden: it would say more of chance than of the person. How much there was to do is not.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let projector = base.run(of: Self.self).projector
        let complaints = base.run(of: ComplaintsModel.self).projector
        var responses: [UInt32: Durations] = [:]
        var resolutions: [UInt32: Durations] = [:]
        for complaint in complaints.book.cases.elements {
            if let reply = complaint.responded, complaint.responder != 0 {
                responses[complaint.responder, default: Durations()].add(
                    calendar: complaint.calendarMinutes(to: reply),
                    business: complaint.businessMinutes(to: reply))
            }
            if let end = complaint.outcome, complaint.resolver != 0 {
                resolutions[complaint.resolver, default: Durations()].add(
                    calendar: complaint.calendarMinutes(to: end),
                    business: complaint.handlingMinutes(now: complaints.book.now))
            }
        }
        let codes = Set(projector.tallies.keys).union(responses.keys).union(resolutions.keys)
        let named = codes.map { (name: base.context.text(of: $0) ?? "", code: $0) }.sorted {
            $0.name < $1.name
        }
        var agents = JSONObject()
        for (name, code) in named {
            let tally = projector.tallies[code] ?? Tally()
            agents[name] = [
                "contacts": Answer.count(tally.contacts),
                "first_response": projector.figures(responses[code]),
                "resolution": projector.figures(resolutions[code]),
                "csat": projector.satisfaction(tally),
                "replies": Answer.count(tally.replies),
                "standard_share": tally.replies >= projector.leastAnswers
                    ? Answer.share(tally.standardReplies, of: tally.replies) : nil,
            ]
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "least_answers": Answer.count(projector.leastAnswers), "agents": .object(agents),
        ]
    }

    /// Durations; only how many there are below the least number of answers.
    private func figures(_ durations: Durations?) -> JSONValue {
        let durations = durations ?? Durations()
        return durations.count >= leastAnswers ? durations.figures : durations.hiddenFigures
    }

    /// `{top2, low, high, n}`; without figures below the least number of answers.
    private func satisfaction(_ tally: Tally) -> JSONValue {
        guard tally.answers >= leastAnswers else {
            return ["top2": nil, "low": nil, "high": nil, "n": Answer.count(tally.answers)]
        }
        let share = Proportion(successes: tally.satisfied, count: tally.answers)
        let interval = share.wilson(confidence: confidence)
        return [
            "top2": Answer.number(share.value), "low": Answer.number(interval.low),
            "high": Answer.number(interval.high), "n": Answer.count(tally.answers),
        ]
    }
}
