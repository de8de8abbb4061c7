import EventLog
public import Events
import Foundation
import Projection
import ReadModels
import Views

/// A parameter of the policy, as documentation and forms need to know it.
public struct PolicyParameter: Sendable, Equatable {
    /// The dotted path.
    public let path: String
    /// The value where a policy does not say.
    public let standard: JSONValue
    /// The unit; empty for plain numbers and texts.
    public let unit: String
    /// What it does.
    public let meaning: String
    /// Where the default comes from.
    public let source: String
    /// What values are allowed, in words.
    public let allowed: String
}

/// What is wrong with a parameter of a policy.
public struct PolicyProblem: Sendable, Equatable {
    /// The dotted path.
    public let path: String
    /// What was expected.
    public let expected: String
    /// What is there.
    public let found: String
}

extension Ledger {
    /// All parameters, in the order of the file that `policyText` writes.
    public static let policyParameters = CorePolicy.parameters.map {
        PolicyParameter(
            path: $0.path, standard: $0.standard, unit: $0.unit, meaning: $0.meaning, source: $0.source,
            allowed: $0.allowed)
    }

    /// Everything that is wrong with a policy; empty where it can be adopted.
    public static func problems(inPolicy policy: JSONValue) -> [PolicyProblem] {
        CorePolicy.problems(in: policy).map {
            PolicyProblem(path: $0.path, expected: $0.expected, found: $0.found)
        }
    }

    /// The policy that holds at a point, every parameter written out.
    public func policy(at question: Question) async throws(LedgerError) -> JSONValue {
        try asking {
            CorePolicy.filled(try resolve(question).fold.rules.policy.parameters)
        }
    }

    /// The policy that holds at a point as a YAML file: each parameter under what it does, its unit, its default
    /// and where that comes from.
    public func policyText(at question: Question) async throws(LedgerError) -> String {
        try asking {
            let point = try resolve(question)
            let policy = point.fold.rules.policy
            let event = try adoptions(known: point.answer.position).last { $0.position == policy.position }
            return PolicyText(
                policy.parameters,
                heading: [
                    "The policy of event @\(policy.position), which holds at \(point.answer.effectiveAt)",
                    "as known at position \(point.answer.position): \(policy.hash)",
                    event.map { "Adopted by \($0.actor): \($0.reason)" } ?? "",
                    "",
                    "Change what you like, take out what shall keep its default, then:",
                    "  daybook policy try FILE      what would change",
                    "  daybook policy adopt FILE    from now on",
                ]
            ).text
        }
    }

    /// All policies of the ledger, in the order of the log: `[{position, effective_from, recorded_at, actor,
    /// reason, policy, holds, changed}]`, where `policy` is the hash and `changed` names the parameters that
    /// differ from the policy before.
    public func policies() async throws(LedgerError) -> [JSONValue] {
        try asking {
            let point = try resolve(Question())
            var before = CorePolicy.standard
            return try adoptions(known: point.answer.position).map { adoption in
                let changed = CorePolicy.differences(from: before, to: adoption.policy).map(\.path)
                before = adoption.policy
                return [
                    "position": .number(Double(adoption.position)),
                    "effective_from": .string(adoption.time), "recorded_at": .string(adoption.recorded),
                    "actor": .string(adoption.actor), "reason": .string(adoption.reason),
                    "policy": .string(Views.hash(adoption.policy)),
                    "holds": .bool(adoption.position == point.fold.rules.policy.position),
                    "changed": .array(changed.map { .string($0) }),
                ]
            }
        }
    }

    /// Adopts a policy from a moment on. What was before it keeps its own policy.
    ///
    /// - Parameters:
    ///   - policy: parameters; absent ones get their defaults, and are written out.
    ///   - from: the moment: now, a time, or a date, which is the end of that day. It may lie in the future.
    /// - Returns: `{position, policy, effective_from, changes: [{parameter, from, to}]}`; position null where that
    ///   policy holds there already and nothing was written.
    /// - Throws: `badData` with every problem.
    public func adoptPolicy(
        _ policy: JSONValue, from moment: TimeArgument = .now, by author: Authorship
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            try Self.refuseProblems(in: policy)
            let now = clock()
            let time = try effective(moment, now: now)
            let document = CorePolicy.filled(policy)
            let before = try resolve(Question(effectiveAt: .instant(time))).fold.rules.policy.parameters
            let changes = CorePolicy.differences(from: before, to: document)
            var answer = JSONObject([
                ("position", .null), ("policy", .string(Views.hash(document))),
                ("effective_from", .string(time.description)),
                (
                    "changes",
                    .array(
                        changes.map {
                            ["parameter": .string($0.path), "from": $0.from, "to": $0.to]
                        })
                ),
            ])
            if Views.hash(before) == Views.hash(document) { return .object(answer) }
            let event: JSONValue = [
                "specversion": "1.0", "id": .string(UUID().uuidString.lowercased()), "source": "daybook:",
                "type": "policy.adopted", "time": .string(time.description), "authtype": "user",
                "authid": .string(author.actor),
                "data": ["policy": document, "reason": .string(author.reason)],
            ]
            let result = try log.appendOwn([IncomingEvent(event)])
            follower.follow()
            answer["position"] = .number(Double(try Self.report(result).outcomes[0].position))
            return .object(answer)
        }
    }

    static func refuseProblems(in policy: JSONValue) throws(LedgerError) {
        let problems = CorePolicy.problems(in: policy)
        guard problems.isEmpty else {
            throw LedgerError(.badData, problems.map(\.description).joined(separator: "\n"))
        }
    }

    /// One policy.adopted event.
    private struct Adoption {
        let position: UInt64
        let time: String
        let recorded: String
        let actor: String
        let reason: String
        let policy: JSONValue
    }

    private func adoptions(known position: UInt64) throws -> [Adoption] {
        var adoptions: [Adoption] = []
        try log.read { view in
            try view.forEachEvent(.type("policy.adopted"), upTo: Position(position)) { place, line in
                let event = try JSONValue(parsing: line)
                adoptions.append(
                    Adoption(
                        position: place.rawValue, time: event["time"]?.stringValue ?? "",
                        recorded: event["recordedtime"]?.stringValue ?? "",
                        actor: event["authid"]?.stringValue ?? "daybook",
                        reason: event.value(at: "data.reason")?.stringValue ?? "the first policy",
                        policy: event.value(at: "data.policy") ?? .object(JSONObject())))
                return true
            }
        }
        return adoptions
    }
}
