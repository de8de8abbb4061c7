public import Events
import Projection
import ReadModels
import Views

/// A test of predictions at past points.
public struct BacktestQuery: Sendable, Equatable {
    /// What is predicted.
    public var family: ModelFamily
    /// The point: what had happened by then.
    public var at: TimeArgument
    /// What had been recorded by then; nil for what was known at the point itself.
    public var knownAt: TimeArgument?
    /// How many days ahead is predicted.
    public var horizonDays: Int
    /// A test every so often, as long as the log goes on; nil for one.
    public var every: Step?

    /// How far apart the tests of a series are.
    public enum Step: Sendable, Equatable {
        /// So many days.
        case days(Int)
        /// So many months of the calendar: the same day of the month, or the last where there is none; from the last
        /// day of a month to the last day of others.
        case months(Int)

        /// The day so many steps after another.
        func day(_ count: Int, after first: LocalDay) -> LocalDay {
            switch self {
            case .days(let days): return first.adding(days: days * count)
            case .months(let months):
                let day = first.adding(months: months * count)
                return first == first.endOfMonth ? day.endOfMonth : day
            }
        }
    }

    /// A test.
    public init(
        _ family: ModelFamily, at: TimeArgument, knownAt: TimeArgument? = nil, horizonDays: Int,
        every: Step? = nil
    ) {
        self.family = family
        self.at = at
        self.knownAt = knownAt
        self.horizonDays = horizonDays
        self.every = every
    }
}

extension Ledger {
    /// Fits the models to what was known at a past point, and scores what they say against what followed as it is
    /// known now: DOMAIN.md section 26. Models that were recorded do not matter, however good: nothing but the
    /// events known at the point goes into a prediction.
    ///
    /// - Throws: `failed` where too little was known to fit a model to; `usage` where the horizon has not passed.
    public func backtest(_ query: BacktestQuery) async throws(LedgerError) -> JSONValue {
        try asking {
            let now = try resolve(Question())
            let point = try backtestPoint(query.at, knownAt: query.knownAt)
            var answer = try test(query, at: point, now: now)
            guard let step = query.every else { return .object(answer) }
            var series = [JSONValue.object(answer)]
            let lastDay = try lastDay(known: now.answer.position)
            let first = point.answer.effectiveDay
            var day = step.day(1, after: first)
            while day.adding(days: query.horizonDays) <= min(lastDay, now.answer.effectiveDay) {
                let point = try backtestPoint(.day(day), knownAt: query.knownAt)
                series.append(.object(try test(query, at: point, now: now)))
                day = step.day(series.count, after: first)
            }
            answer["series"] = .array(series)
            return .object(answer)
        }
    }

    private func backtestPoint(_ at: TimeArgument, knownAt: TimeArgument?) throws -> ResolvedPoint {
        let known = knownAt ?? at
        let (position, _) = try resolveKnown(known)
        guard position > 0 else {
            throw LedgerError(
                .failed,
                "nothing had been recorded by then. Where events were imported later, --known-at now tests with "
                    + "what is known today of that time")
        }
        return try resolve(Question(effectiveAt: at, knownAt: known))
    }

    private func test(
        _ query: BacktestQuery, at point: ResolvedPoint, now: ResolvedPoint
    ) throws -> JSONObject {
        let day = point.answer.effectiveDay
        let end = lastMoment(of: day.adding(days: query.horizonDays))
        guard end <= now.answer.effectiveAt else {
            throw LedgerError(
                .usage, "the \(query.horizonDays) days after \(day) are not over: ask for an earlier date")
        }
        let base = try foldWithFits(at: point.fold, horizonDays: query.horizonDays)
        let later = try resolve(
            effectiveAt: end, position: now.answer.position, knownAt: now.answer.knownAt)
        let test = Backtest(
            base,
            outcomes: try outcomes(of: base, until: later.fold, horizonDays: query.horizonDays),
            horizonDays: query.horizonDays)
        guard let score = query.family == .churn ? test.churn() : test.value() else {
            var reasons = try sample(at: point.fold).unmetRules()
            if reasons.isEmpty { reasons = ["no model has a likelihood with a maximum"] }
            throw LedgerError(
                .failed,
                ([
                    "nothing could be predicted on \(day) with what was known at position "
                        + "\(point.answer.position)"
                ] + reasons).joined(separator: "\n"))
        }
        var answer = JSONObject([
            ("at", .string(day.description)), ("horizon_days", .number(Double(query.horizonDays))),
        ])
        for member in score { answer[member.name] = member.value }
        return answer
    }

    /// The local day of the latest fact.
    private func lastDay(known position: UInt64) throws -> LocalDay {
        guard let latest = try lane.latestTime(known: position) else { return LocalDay(number: .min) }
        return zone.day(of: Instant(microseconds: latest))
    }
}
