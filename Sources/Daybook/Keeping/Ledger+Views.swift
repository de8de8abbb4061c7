import EventLog
public import Events
import Projection
import Views

/// What a rebuild is doing.
public enum RebuildStep: Sendable {
    /// Facts are extracted from sealed lines: counted in events.
    case extracting
    /// Everybody was folded, and what the rows say is kept: counted in customers.
    case keeping
}

extension Ledger {
    /// Builds a new generation of all views at the head, beside the live one, which goes on being served and written.
    /// It is live only where none was before: see `cutOverViews`.
    ///
    /// - Parameters:
    ///   - fromLog: whether every fact is extracted again from the sealed lines, into a lane of its own.
    ///   - author: who builds it.
    ///   - progress: called with what is being done, how much of it is done and how much there is.
    /// - Returns: the generation: id, position, customers, digests, policy, and whether it is live.
    public func rebuildViews(
        fromLog: Bool = true, by actor: String = "operator",
        progress: @Sendable (RebuildStep, UInt64, UInt64) -> Void = { _, _, _ in }
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let point = try resolveUnserved(Question())
            let generation = try lane.rebuild(
                at: point.fold, catalogue: catalogue, fromLog: fromLog, made: clock(), build: Build.version,
                actor: actor,
                progress: { stage, done, total in
                    progress(stage == .extracting ? .extracting : .keeping, done, total)
                    return !Task.isCancelled
                })
            return answer(generation)
        }
    }

    /// Folds one customer again from the sealed lines and compares with what is served: `{same, position, customer,
    /// differences}`.
    ///
    /// - Throws: `notFound` where no event of the customer counts.
    public func refoldCustomer(_ id: String) async throws(LedgerError) -> JSONValue {
        try asking {
            let point = try resolveUnserved(Question())
            guard let found = try lane.verify(customer: id, at: point.fold, catalogue: catalogue) else {
                throw LedgerError(.notFound, "no event of customer \(id) counts")
            }
            return [
                "same": .bool(found.differences.isEmpty), "position": .number(Double(found.position)),
                "customer": .string(id), "differences": .array(found.differences.map { .string($0) }),
            ]
        }
    }

    /// All generations that are kept, the oldest first.
    public func generations() async throws(LedgerError) -> [JSONValue] {
        try asking { lane.generations().map { answer($0) } }
    }

    /// Makes a generation live: the newest, or one of this number.
    ///
    /// - Returns: `{action, generation, before, time, actor, reason, build, moved}`.
    public func cutOverViews(
        to id: Int? = nil, by author: Authorship
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            try requireWriting()
            let known = lane.generations()
            let chosen = id.flatMap { id in known.first { $0.id == id } } ?? known.last
            var moved: Int?
            if let live = lane.liveGeneration(), let chosen, chosen.id != live.id {
                moved = try difference(from: live, to: chosen)?.movedCount
            }
            return Self.answer(
                try lane.cutOver(
                    to: id, versions: versions, by: author.actor, because: author.reason, at: clock(),
                    build: Build.version, moved: moved))
        }
    }

    /// Makes the generation live again that was live before.
    public func rollBackViews(by author: Authorship) async throws(LedgerError) -> JSONValue {
        try asking {
            try requireWriting()
            let change = try lane.rollBack(
                by: author.actor, because: author.reason, at: clock(), build: Build.version)
            var answer = JSONObject(Self.answer(change).objectValue?.map { ($0.name, $0.value) } ?? [])
            if let live = lane.liveGeneration(), !live.missing(in: versions).isEmpty {
                answer["needs"] = .string("daybook \(live.build)")
            }
            return .object(answer)
        }
    }

    /// Which generation was made live when, by whom, with which program and how many customers moved by it; the
    /// oldest change first.
    public func viewHistory() async throws(LedgerError) -> [JSONValue] {
        try asking {
            let generations = lane.generations()
            return lane.generationHistory().map { change in
                let generation = generations.first { $0.id == change.generation }
                var answer = JSONObject(Self.answer(change).objectValue?.map { ($0.name, $0.value) } ?? [])
                answer["position"] = generation.map { .number(Double($0.position)) } ?? .null
                answer["policy"] = generation.map { .string($0.policy) } ?? .null
                answer["digest"] = generation.map { .string(Self.digest(of: $0)) } ?? .null
                return .object(answer)
            }
        }
    }

    /// Folds again from the sealed lines and compares, byte by byte: with what the lane gives at the head, and what
    /// the lane gives with the digests of the live generation.
    ///
    /// - Parameter sample: how many customers to look at; nil for all.
    /// - Returns: `{same, position, customers, sample, generation, proved_position, differences}`.
    public func verifyViews(
        sample: Int? = nil, progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let point = try resolveUnserved(Question())
            var found = try lane.verify(
                at: point.fold, catalogue: catalogue, sample: sample, generation: nil,
                scratch: scratchFolder(),
                progress: { done, total in
                    progress(done, total)
                    return !Task.isCancelled
                })
            let generation = lane.liveGeneration() ?? lane.generations().last
            if let generation, let point = try self.point(of: generation) {
                let models = catalogue.filter { generation.versions[$0.name] == $0.version }
                let digests = try lane.digests(at: point.fold, catalogue: models)
                for model in models where digests[model.name] != generation.digests[model.name] {
                    found.differences.append(
                        "\(model.name): the lane no longer gives the states of generation \(generation.id)")
                }
            }
            for id in lane.damagedGenerations() {
                lane.note("the rows of generation \(id) are damaged and are not used")
            }
            let proved = lane.provedPosition(versions: versions)
            return [
                "same": .bool(found.differences.isEmpty), "position": .number(Double(found.position)),
                "customers": .number(Double(found.customers)), "sample": .bool(found.isSample),
                "generation": generation.map { .number(Double($0.id)) } ?? .null,
                "proved_position": proved.map { .number(Double($0)) } ?? .null,
                "differences": .array(found.differences.map { .string($0) }),
            ]
        }
    }

    /// By view, the version of its rules that this program has.
    var versions: [String: Int] {
        Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, $0.version) })
    }

    /// The point of a generation; nil where the log does not reach so far.
    func point(of generation: Generation) throws -> ResolvedPoint? {
        guard generation.position <= (try log.read { $0.head.rawValue }) else { return nil }
        return try resolve(
            effectiveAt: generation.effectiveAt, position: generation.position, knownAt: generation.madeAt)
    }

    private func requireWriting() throws {
        guard log.isWritable else {
            throw LedgerError(
                .notAllowed, "the ledger was opened for reading; which generation is live is for writers")
        }
    }

    /// One digest over the digests of all views.
    private static func digest(of generation: Generation) -> String {
        let digests = generation.digests.sorted { $0.key < $1.key }.map {
            ($0.key, JSONValue.string($0.value))
        }
        return Views.hash(.object(JSONObject(digests)))
    }

    private func answer(_ generation: Generation) -> JSONValue {
        let digests = generation.digests.sorted { $0.key < $1.key }.map {
            ($0.key, JSONValue.string($0.value))
        }
        let versions = generation.versions.sorted { $0.key < $1.key }.map {
            ($0.key, JSONValue.number(Double($0.value)))
        }
        return [
            "generation": .number(Double(generation.id)),
            "live": .bool(lane.liveGeneration()?.id == generation.id),
            "position": .number(Double(generation.position)),
            "effective_at": .string(generation.effectiveAt.description),
            "customers": .number(Double(generation.customers)), "policy": .string(generation.policy),
            "from_log": .bool(generation.fromLog), "made_at": .string(generation.madeAt.description),
            "actor": .string(generation.actor), "build": .string(generation.build),
            "versions": .object(JSONObject(versions)), "digests": .object(JSONObject(digests)),
        ]
    }

    private static func answer(_ change: GenerationChange) -> JSONValue {
        [
            "action": .string(change.action.rawValue), "generation": .number(Double(change.generation)),
            "before": change.before.map { .number(Double($0)) } ?? .null,
            "time": .string(Instant(microseconds: change.time).description),
            "actor": .string(change.actor), "reason": .string(change.reason), "build": .string(change.build),
            "moved": change.moved.map { .number(Double($0)) } ?? .null,
        ]
    }
}
