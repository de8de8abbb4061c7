import Crypto
public import Events
public import Projection
import Synchronization

extension Views {
    /// The policy and rates that a point selects: those known at `known` that held at `clock`.
    ///
    /// - Throws: `NoPolicy` where the prefix holds no policy, which only a prefix of no events can do.
    public func rules(known: UInt64, clock: Clock) throws -> Rules {
        let key = RulesKey(known: known, clock: clock)
        if let kept = memory.withLock({ $0.rules[key] }) { return kept }
        let rules = try selectedRules(known: known, clock: clock)
        memory.withLock { memory in
            if memory.rules.count >= 64 { memory.rules = [:] }
            memory.rules[key] = rules
        }
        return rules
    }

    private func selectedRules(known: UInt64, clock: Clock) throws -> Rules {
        let references = try references(known: known)
        guard let policy = PolicyDocument.selected(from: references, clock: clock, hash: Self.hash) else {
            throw NoPolicy(known: known)
        }
        let carryDays = try policy.integer("currency.carry_days", default: 0)
        return Rules(
            policy: policy,
            rates: Rates(references, clock: clock, reporting: currency, carryDays: carryDays),
            references: references.filter { $0.time <= clock.instant }
                .sorted { ($0.time, $0.position) < ($1.time, $1.position) },
            known: known, instant: clock.instant)
    }

    /// The rules of the same knowledge at another clock. A policy that is tried and not adopted stays.
    func rules(_ rules: Rules, movedTo clock: Clock) throws -> Rules {
        let moved = try self.rules(known: rules.known, clock: clock)
        let here = Clock(
            instant: rules.instant, day: zone.day(of: Instant(microseconds: rules.instant)).number)
        let isTried = try self.rules(known: rules.known, clock: here).policy.hash != rules.policy.hash
        return isTried ? try self.rules(moved, under: rules.policy.parameters) : moved
    }

    /// The same reference data under another policy.
    public func rules(_ rules: Rules, under policy: JSONValue) throws -> Rules {
        let document = PolicyDocument(
            parameters: policy, hash: Self.hash(policy), position: rules.policy.position)
        let carryDays = try document.integer("currency.carry_days", default: 0)
        let clock = Clock(
            instant: rules.instant, day: zone.day(of: Instant(microseconds: rules.instant)).number)
        return Rules(
            policy: document,
            rates: Rates(rules.references, clock: clock, reporting: currency, carryDays: carryDays),
            references: rules.references, known: rules.known, instant: rules.instant)
    }

    private func references(known: UInt64) throws -> [Act] {
        if let kept = memory.withLock({ $0.references }), kept.known == known { return kept.acts }
        let acts = try withSnapshot(covering: known) { snapshot in
            Amendments(records: try snapshot.acts(), references: try snapshot.references())
                .standing(known: known).references
        }
        memory.withLock { $0.references = (known, acts) }
        return acts
    }

    /// What names a policy: SHA-256 of its canonical JSON, in hexadecimal.
    public static func hash(_ value: JSONValue) -> String {
        SHA256.hash(data: value.canonicalBytes).hexadecimal
    }

    /// What a fold at a point may know besides the facts.
    func context(_ point: FoldPoint, _ snapshot: borrowing LaneSnapshot) throws -> FoldContext {
        FoldContext(
            policy: point.rules.policy, clock: point.clock, zone: zone, currency: currency,
            codes: try snapshot.codes(), rates: point.rules.rates, references: point.rules.references,
            identity: try scope(point, snapshot).identity)
    }

    /// Runs of views that have folded nobody at a point. What they learn of policy and calendars is kept for the point
    /// asked last: of one customer's fold, it is the larger part.
    func begin(
        _ catalogue: [RegisteredReadModel], _ point: FoldPoint, _ snapshot: borrowing LaneSnapshot
    ) throws -> (context: FoldContext, runs: [any FoldRun]) {
        var begun: BegunRuns
        if let kept = memory.withLock({ $0.begun }), kept.isOf(point) {
            begun = kept
        } else {
            begun = BegunRuns(point: point, context: try context(point, snapshot))
        }
        let runs = try catalogue.map { model in
            if let run = begun.runs[model.name] { return run.copy() }
            let run = try model.begin(begun.context)
            begun.runs[model.name] = run
            return run.copy()
        }
        memory.withLock { $0.begun = begun }
        return (begun.context, runs)
    }

    /// Which facts count at a point. Kept for the points asked last: what was known at a position never changes.
    func scope(_ point: FoldPoint, _ snapshot: borrowing LaneSnapshot) throws -> FoldScope {
        let key = ScopeKey(facts: point.factsKnown, acts: point.actsKnown)
        if let kept = memory.withLock({ $0.scopes[key] }) { return FoldScope(kept, until: point.until) }
        let records = try snapshot.acts()
        let amendments = Amendments(records: records, references: try snapshot.references())
        var replacements: [UInt64: [Fact]] = [:]
        for act in records where act.kind == .correction && act.position < point.actsKnown {
            replacements[act.position] = try snapshot.replacement(act.position)
        }
        let scope = FoldScope(
            known: point.factsKnown, until: point.until,
            standing: amendments.standing(known: point.actsKnown), records: records,
            replacement: { replacements[$0] ?? [] })
        memory.withLock { memory in
            if memory.scopes.count >= 8 { memory.scopes = [:] }
            memory.scopes[key] = scope
        }
        return scope
    }
}

/// Runs that have folded nobody, of the views that one point was asked for.
struct BegunRuns: Sendable {
    private let point: FoldPoint
    let context: FoldContext
    var runs: [String: any FoldRun] = [:]

    init(point: FoldPoint, context: FoldContext) {
        self.point = point
        self.context = context
    }

    func isOf(_ other: FoldPoint) -> Bool {
        point.rules.identity === other.rules.identity && point.clock == other.clock
            && point.until == other.until && point.factsKnown == other.factsKnown
            && point.actsKnown == other.actsKnown
    }
}

/// A point at which no policy was known.
public struct NoPolicy: Error, Sendable, CustomStringConvertible {
    /// The events 0 ..< this were known.
    public let known: UInt64

    /// What to do about it.
    public var description: String {
        "no policy is known at position \(known): ask for position 1 or later, the opening event is the first policy"
    }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
