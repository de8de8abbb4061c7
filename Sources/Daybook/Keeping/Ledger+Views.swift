import EventLog
public import Events
import Projection
import Views

extension Ledger {
    /// Builds a new generation of all views at the head, and makes it the one in use.
    ///
    /// - Parameters:
    ///   - fromLog: whether every fact is extracted again from the sealed lines, into a new lane that then takes
    ///     the place of the one in use.
    ///   - progress: called with the events done and their number.
    /// - Returns: the generation: id, position, customers, digests, policy.
    public func rebuildViews(
        fromLog: Bool = true, progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            guard log.isWritable else {
                throw LedgerError(
                    .notAllowed, "the ledger was opened for reading; rebuilding writes the views")
            }
            let point = try resolve(Question())
            let generation = try lane.rebuild(
                at: point.fold, catalogue: catalogue, fromLog: fromLog, made: clock(), build: Build.version,
                progress: { done, total in
                    progress(done, total)
                    return !Task.isCancelled
                })
            return Self.answer(generation)
        }
    }

    /// All generations, the oldest first.
    public func generations() async throws(LedgerError) -> [JSONValue] {
        try asking { try lane.generations().map(Self.answer) }
    }

    /// Folds again from the sealed lines and compares, byte by byte: with what the lane gives, and with the digests
    /// of the newest generation.
    ///
    /// - Parameter sample: how many customers to look at; nil for all.
    /// - Returns: `{same, position, customers, sample, generation, differences}`.
    public func verifyViews(
        sample: Int? = nil, progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let generation = try lane.generations().last
            let point = try generation.flatMap { try sealedPoint(of: $0) } ?? resolve(Question())
            let found = try lane.verify(
                at: point.fold, catalogue: catalogue, sample: sample,
                generation: generation?.policy == point.answer.policy ? generation : nil,
                scratch: scratchFolder(),
                progress: { done, total in
                    progress(done, total)
                    return !Task.isCancelled
                })
            return [
                "same": .bool(found.differences.isEmpty), "position": .number(Double(found.position)),
                "customers": .number(Double(found.customers)), "sample": .bool(found.isSample),
                "generation": generation.map { .number(Double($0.id)) } ?? .null,
                "differences": .array(found.differences.map { .string($0) }),
            ]
        }
    }

    /// The point of a generation; nil where the log does not reach so far.
    private func sealedPoint(of generation: Generation) throws -> ResolvedPoint? {
        guard generation.position <= (try log.read { $0.head.rawValue }) else { return nil }
        return try resolve(
            effectiveAt: generation.effectiveAt, position: generation.position, knownAt: generation.madeAt)
    }

    private static func answer(_ generation: Generation) -> JSONValue {
        let digests = generation.digests.sorted { $0.key < $1.key }.map {
            ($0.key, JSONValue.string($0.value))
        }
        let versions = generation.versions.sorted { $0.key < $1.key }.map {
            ($0.key, JSONValue.number(Double($0.value)))
        }
        return [
            "generation": .number(Double(generation.id)), "position": .number(Double(generation.position)),
            "effective_at": .string(generation.effectiveAt.description),
            "customers": .number(Double(generation.customers)), "policy": .string(generation.policy),
            "from_log": .bool(generation.fromLog), "made_at": .string(generation.madeAt.description),
            "build": .string(generation.build),
            "proved_position": generation.proved.map { .number(Double($0)) } ?? .null,
            "versions": .object(JSONObject(versions)), "digests": .object(JSONObject(digests)),
        ]
    }
}
