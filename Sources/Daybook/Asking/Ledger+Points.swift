import EventLog
import Events
import Projection
import Views

/// A question whose times have become a position and a moment.
struct ResolvedPoint {
    let answer: AnswerPoint
    let fold: FoldPoint
}

extension Ledger {
    /// Resolves both times of a question.
    func resolve(_ question: Question) throws -> ResolvedPoint {
        let now = clock()
        let effectiveAt = try effective(question.effectiveAt, now: now)
        let (position, knownAt) = try log.read { view in try known(question.knownAt, now: now, view) }
        return try resolve(effectiveAt: effectiveAt, position: position, knownAt: knownAt)
    }

    /// A point whose times are resolved.
    func resolve(effectiveAt: Instant, position: UInt64, knownAt: Instant) throws -> ResolvedPoint {
        let day = zone.day(of: effectiveAt)
        let clock = Clock(instant: effectiveAt.microseconds, day: day.number)
        let rules = try lane.rules(known: position, clock: clock)
        let answer = AnswerPoint(
            effectiveAt: effectiveAt, effectiveDay: day, knownAt: knownAt, position: position,
            policy: rules.policy.hash,
            token: token(position: position, effectiveAt: effectiveAt, policy: rules.policy.hash))
        return ResolvedPoint(answer: answer, fold: FoldPoint(known: position, clock: clock, rules: rules))
    }

    private func effective(_ argument: TimeArgument, now: Instant) throws(LedgerError) -> Instant {
        switch argument {
        case .now: return now
        case .instant(let instant): return instant
        case .day(let day): return lastMoment(of: day)
        case .position(let position):
            throw LedgerError(
                .usage, "@\(position) is a position in the log; effective-at takes a time or a date")
        }
    }

    private func known(
        _ argument: TimeArgument, now: Instant, _ view: borrowing LogView
    ) throws -> (position: UInt64, at: Instant) {
        let head = view.head.rawValue
        switch argument {
        case .now:
            // All that is in the log: its times cannot be later, unless a clock was set back.
            return (head, max(now, view.lastRecorded))
        case .instant(let instant):
            return (try view.position(knownAt: instant).rawValue, instant)
        case .day(let day):
            let end = lastMoment(of: day)
            return (try view.position(knownAt: end).rawValue, end)
        case .position(let position):
            guard position <= head else {
                throw LedgerError(
                    .notFound, "the ledger holds \(head) events; there is no position @\(position) yet")
            }
            let last = position == 0 ? nil : try view.recorded(at: Position(position - 1))
            return (position, last ?? Instant.first)
        }
    }

    /// The last microsecond of a local day.
    func lastMoment(of day: LocalDay) -> Instant {
        Instant(microseconds: zone.start(of: day.next).microseconds - 1)
    }

    private func token(position: UInt64, effectiveAt: Instant, policy: String) -> String {
        var versions = JSONObject()
        for model in catalogue { versions[model.name] = .number(Double(model.version)) }
        let content: JSONValue = [
            "position": .number(Double(position)), "effective": .string(effectiveAt.description),
            "policy": .string(policy), "versions": .object(versions), "build": .string(Build.version),
        ]
        return content.canonicalBytes.base64URLText
    }
}

extension [UInt8] {
    /// RFC 4648 section 5, without padding.
    var base64URLText: String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        var index = 0
        while index < count {
            let rest = Swift.min(3, count - index)
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < rest ? Int(self[index + offset]) : 0) }
            for place in 0...rest { text.append(letters[bits >> (18 - 6 * place) & 63]) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }
}
