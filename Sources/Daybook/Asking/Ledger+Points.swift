import EventLog
import Events
import Merkle
import Projection
import Synchronization
import Views

/// A question whose times have become a position and a moment.
struct ResolvedPoint {
    var answer: AnswerPoint
    let fold: FoldPoint
    /// The views that an answer may hold: those of the token that is answered, else all.
    var views: Set<String>?
}

extension Ledger {
    /// Resolves both times of a question.
    ///
    /// - Throws: `notAllowed` where the live generation of the views needs another program than this one.
    func resolve(_ question: Question) throws -> ResolvedPoint {
        try lane.followLive()
        if let live = lane.servedGeneration() { try lane.requireProgram(for: live, versions) }
        return try resolveUnserved(question)
    }

    /// The same for what is not served, but built, compared or verified.
    func resolveUnserved(_ question: Question) throws -> ResolvedPoint {
        if let token = question.token { return try resolve(token) }
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
            token: ReportToken(
                origin: origin, position: position, knownAt: knownAt, effectiveAt: effectiveAt,
                policy: rules.policy.hash,
                versions: versions, build: Build.version, root: try root(ofFirst: position)
            ).text)
        return ResolvedPoint(answer: answer, fold: FoldPoint(known: position, clock: clock, rules: rules))
    }

    /// The Merkle root over the first events so many, in base64; kept for the position asked last.
    private func root(ofFirst position: UInt64) throws -> String {
        if let kept = latestRoot.withLock({ $0 }), kept.position == position { return kept.root }
        let root = try log.read { try $0.root(ofFirst: Position(position)).base64Text }
        latestRoot.withLock { $0 = (position, root) }
        return root
    }

    /// The point of a token.
    ///
    /// - Throws: what is missing to give the same bytes.
    private func resolve(_ token: ReportToken) throws -> ResolvedPoint {
        guard token.origin == origin else {
            throw LedgerError(
                .notFound,
                "the token is of the ledger \(token.origin), and this one is \(origin): ask that one")
        }
        let head = try log.read { $0.head.rawValue }
        guard token.position <= head else {
            throw LedgerError(
                .notFound,
                "the token knows \(token.position) events and this copy of the ledger holds \(head): ask a copy "
                    + "that has them all")
        }
        if let root = token.root, try self.root(ofFirst: token.position) != root {
            throw LedgerError(
                .notFound,
                "the first \(token.position) events of this copy of the ledger are not those that the answer knew: "
                    + "events, policies or fitted models differ. Ask the copy that gave it")
        }
        let others = token.versions.sorted { $0.key < $1.key }.compactMap { name, version -> String? in
            let ours = catalogue.first { $0.name == name }?.version
            guard ours != version else { return nil }
            return "\(name) \(version) (\(ours.map { "this one has \(name) \($0)" } ?? "this one has none"))"
        }
        guard others.isEmpty else {
            throw LedgerError(
                .failed,
                "the answer was given by other rules than this program, daybook \(Build.version), has: "
                    + others.joined(separator: ", ")
                    + ". Run daybook \(token.build), which gave it")
        }
        var point = try resolve(
            effectiveAt: token.effectiveAt, position: token.position, knownAt: token.knownAt)
        guard point.answer.policy == token.policy else {
            throw LedgerError(
                .notFound,
                "the answer was given under policy \(token.policy), which is not the one that the first "
                    + "\(token.position) events select, \(point.answer.policy): was it tried and never adopted, "
                    + "or is this another history of the ledger?")
        }
        if token.build != Build.version {
            lane.note(
                "the answer was given by daybook \(token.build); this is \(Build.version), with the same rules"
            )
        }
        point.answer.token = token.text
        point.views = Set(token.versions.keys)
        return point
    }

    /// How many events had been recorded by a time, and the time.
    func resolveKnown(_ argument: TimeArgument) throws -> (position: UInt64, at: Instant) {
        let now = clock()
        return try log.read { view in try known(argument, now: now, view) }
    }

    func effective(_ argument: TimeArgument, now: Instant) throws(LedgerError) -> Instant {
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
            guard position > 0 else {
                throw LedgerError(
                    .usage,
                    "@0 knows no event, not even a policy: ask for @1 or later; the first event is the ledger's "
                        + "own policy")
            }
            guard position <= head else {
                throw LedgerError(
                    .notFound, "the ledger holds \(head) events; there is no position @\(position) yet")
            }
            return (position, try view.recorded(at: Position(position - 1)) ?? Instant.first)
        }
    }

    /// The last microsecond of a local day.
    func lastMoment(of day: LocalDay) -> Instant {
        Instant(microseconds: zone.start(of: day.next).microseconds - 1)
    }
}
