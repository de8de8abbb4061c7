import EventLog
public import Events
import Foundation
import Merkle

/// What `Ledger.verify` is to look at.
public struct VerificationRequest: Sendable {
    /// Lines, tree, head, checkpoints and keys.
    public var log = true
    /// Every event and the indexes.
    public var values = true
    /// The views, folded again.
    public var views = false
    /// A checkpoint that was kept outside, as a signed note.
    public var checkpoint: [UInt8]?
    /// The keys that are believed in, where a checkpoint is given.
    public var keys: [String] = []
    /// A file that remembers how far a run came, so that the next one goes on from there.
    public var resume: String?

    /// Log and values.
    public init() {}
}

extension Ledger {
    /// Looks whether a ledger is what was written. Others may append meanwhile.
    ///
    /// - Returns: `{holds, position, checked, checkpoints, log, values, findings [{kind, position, message}], views}`.
    /// - Throws: what keeps it from looking, and `verification` where the checkpoint from outside is not signed by
    ///   the keys that were given.
    public static func verify(
        _ path: String, _ request: VerificationRequest,
        clock: @escaping @Sendable () -> Instant = Ledger.systemClock,
        progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws(LedgerError) -> JSONValue {
        var options = LogOptions()
        options.clock = clock
        var (answer, findings) = try logAnswer(path, request, options, progress)
        if request.views, findings.isEmpty {
            let ledger = try Ledger(path: path, access: .read, options: options)
            let views = try await ledger.verifyViews(progress: progress)
            answer["views"] = views
            for difference in views["differences"]?.arrayValue ?? [] {
                findings.append(["kind": "views", "position": .null, "message": difference])
            }
        }
        answer["findings"] = .array(findings)
        answer["holds"] = .bool(findings.isEmpty)
        return .object(answer)
    }

    private static func logAnswer(
        _ path: String, _ request: VerificationRequest, _ options: LogOptions,
        _ progress: (UInt64, UInt64) -> Void
    ) throws(LedgerError) -> (JSONObject, [JSONValue]) {
        try asking {
            let log = try EventLog(opening: path, access: .read, options: options)
            defer { try? log.close() }
            var plan = try plan(request)
            if let file = request.resume { plan.resumed = try state(file, plan, origin: log.facts.origin) }
            var result: LogVerification?
            if request.log || request.values {
                result = try log.verify(
                    plan,
                    progress: { done, total in
                        progress(done, total)
                        return !Task.isCancelled
                    },
                    save: { state in
                        guard let file = request.resume else { return }
                        try Data(state.json.canonicalBytes).write(to: URL(filePath: file), options: .atomic)
                    })
                if let file = request.resume, FileManager.default.fileExists(atPath: file) {
                    try FileManager.default.removeItem(atPath: file)
                }
            }
            let size = try result?.size ?? log.read { $0.head.rawValue }
            let answer = JSONObject([
                ("holds", .null), ("position", .number(Double(size))),
                ("checked", .number(Double(result?.checked ?? 0))),
                ("checkpoints", .number(Double(result?.checkpoints ?? 0))), ("log", .bool(request.log)),
                ("values", .bool(request.values)), ("findings", []), ("views", .null),
            ])
            let findings = (result?.findings ?? []).map { finding -> JSONValue in
                [
                    "kind": .string(finding.kind.rawValue),
                    "position": finding.position.map { .number(Double($0)) } ?? .null,
                    "message": .string(finding.message),
                ]
            }
            return (answer, findings)
        }
    }

    private static func plan(_ request: VerificationRequest) throws(LedgerError) -> VerificationPlan {
        var plan = VerificationPlan()
        plan.log = request.log
        plan.values = request.values
        if let note = request.checkpoint {
            guard let text = String(validating: note, as: UTF8.self) else {
                throw LedgerError(.badData, "the checkpoint is not UTF-8 text")
            }
            let signed = try ProofCheck.note(text)
            plan.outside = [try Trust(keys: request.keys).checkpoint(signed)]
        }
        for key in request.keys { plan.outsideKeys.append(try Trust.key(key)) }
        return plan
    }

    /// Where an earlier run stood; nil where there was none.
    private static func state(
        _ file: String, _ plan: VerificationPlan, origin: String
    ) throws -> VerificationState? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        guard let value = try? JSONValue(parsing: bytes.span), let state = VerificationState(value) else {
            throw LedgerError(.badData, "\(file) does not say how far a verification came: name another file")
        }
        guard state.fits(plan, origin: origin) else {
            throw LedgerError(
                .badData,
                "\(file) is of a verification of another ledger, or of other parts of this one: name another file"
            )
        }
        return state
    }
}
