public import Events
import Foundation
import LMDB
public import Projection
import Synchronization

extension Views {
    /// All generations that were kept, the oldest first.
    public func generations() throws -> [Generation] {
        guard let store = memory.withLock({ $0.store }) else { return [] }
        return try store.environment.read { transaction in
            var result: [Generation] = []
            try transaction.forEach(in: store.generations) { _, value in
                let data = Data((0..<value.count).map { value[$0] })
                if let generation = try? JSONDecoder().decode(Generation.self, from: data) {
                    result.append(generation)
                }
                return true
            }
            return result
        }
    }

    /// Builds a new generation: folds everything at a point and keeps the digests.
    ///
    /// - Parameters:
    ///   - fromLog: ignores the lane and extracts every fact from the sealed lines again, into a new lane beside
    ///     the one in use, which then takes its place. Until then nothing is changed.
    ///   - progress: called with the events done and their number; false cancels.
    /// - Throws: `Cancelled`.
    public func rebuild(
        at point: FoldPoint, catalogue: [RegisteredReadModel], fromLog: Bool, made: Instant, build: String,
        progress: (UInt64, UInt64) -> Bool = { _, _ in true }
    ) throws -> Generation {
        precondition(isWriting, "views opened for reading cannot be rebuilt")
        if fromLog {
            try replaceLane(progress)
        } else {
            try catchUp(progress: progress)
        }
        guard progress(point.factsKnown, point.factsKnown) else { throw Cancelled() }
        let outcome = try outcome(point, catalogue, workers: workers)
        var generation = Generation(
            id: 0, position: point.factsKnown, effective: point.clock.instant, effectiveDay: point.clock.day,
            policy: point.rules.policy.hash, customers: outcome.customers.count, versions: [:], digests: [:],
            made: made.microseconds, build: build, fromLog: fromLog,
            proved: fromLog ? point.factsKnown : nil)
        for (model, run) in zip(catalogue, outcome.runs) {
            generation.versions[model.name] = model.version
            generation.digests[model.name] = StateDigest.digest(of: model, outcome, run: run)
        }
        return try keep(generation)
    }

    /// The digests of all views at a point, by view.
    public func digests(
        at point: FoldPoint, catalogue: [RegisteredReadModel], workers: Int? = nil
    ) throws -> [String: String] {
        let outcome = try outcome(point, catalogue, workers: workers ?? self.workers)
        var digests: [String: String] = [:]
        for (model, run) in zip(catalogue, outcome.runs) {
            digests[model.name] = StateDigest.digest(of: model, outcome, run: run)
        }
        return digests
    }

    func outcome(
        _ point: FoldPoint, _ catalogue: [RegisteredReadModel], workers: Int
    ) throws -> PointFold.Outcome {
        try withSnapshot(covering: point.factsKnown) { snapshot in
            let context = try context(point, snapshot)
            return try PointFold(scope: try scope(point, snapshot), layout: layout).everybody(
                try snapshot.segments(), workers: workers, customerCount: snapshot.customerCount,
                begin: { try catalogue.map { try $0.begin(context) } })
        }
    }

    private func keep(_ generation: Generation) throws -> Generation {
        guard let store = memory.withLock({ $0.store }) else { return generation }
        return try writing.withLock { _ in
            try store.environment.write { transaction in
                var state = try store.state(transaction.reading) ?? StoreState(origin: source.origin)
                var kept = generation
                kept.id = Int(state.nextGeneration)
                state.nextGeneration += 1
                try put(kept, in: store, &transaction)
                try store.put(state, &transaction)
                return kept
            }
        }
    }

    /// Notes on the newest generation that the views were proved to equal the log up to a position.
    func noteProof(upTo position: UInt64) throws {
        guard isWriting, var newest = try generations().last, let store = memory.withLock({ $0.store }) else {
            return
        }
        newest.proved = max(newest.proved ?? 0, position)
        try writing.withLock { _ in
            try store.environment.write { try put(newest, in: store, &$0) }
        }
    }

    private func put(
        _ generation: Generation, in store: ViewStore, _ transaction: inout WriteTransaction
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = [UInt8](try encoder.encode(generation))
        try transaction.put(bytes.span, for: Key(UInt32(generation.id)), in: store.generations)
    }

    /// Extracts everything again into views of their own, and puts them in the place of those in use. Readers
    /// that have the old ones open keep them until they close.
    private func replaceLane(_ progress: (UInt64, UInt64) -> Bool) throws {
        let path = folder + Self.rebuildSuffix
        try Self.clearLeftovers(of: folder)
        do {
            let fresh = try Views(
                folder: path, source: source, zone: zone, currency: currency, writing: true, layout: layout,
                workers: workers)
            let head = try source.head()
            guard try fresh.catchUp(merging: .later, progress: progress) >= head else { throw Cancelled() }
            try fresh.settle()
            try copyGenerations(to: fresh)
            try exchange(with: fresh)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private func copyGenerations(to fresh: Views) throws {
        let all = try generations()
        guard let newest = all.last, let store = fresh.memory.withLock({ $0.store }) else { return }
        try store.environment.write { transaction in
            for generation in all { try put(generation, in: store, &transaction) }
            guard var state = try store.state(transaction.reading) else { return }
            state.nextGeneration = UInt32(newest.id) + 1
            try store.put(state, &transaction)
        }
    }

    private func exchange(with fresh: Views) throws {
        try writing.withLock { writer in
            let files = FileManager.default
            try files.moveItem(atPath: folder, toPath: folder + Self.oldSuffix)
            try files.moveItem(atPath: fresh.folder, toPath: folder)
            memory.withLock { memory in
                memory.store = fresh.memory.withLock { $0.store }
                memory.overlay = nil
                memory.scopes = [:]
                memory.references = nil
                memory.knownPopulations = [:]
            }
            writer = WriterMemory()
            try files.removeItem(atPath: folder + Self.oldSuffix)
        }
    }
}
