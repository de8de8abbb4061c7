public import Events
import Foundation
import LMDB
public import Projection
import Synchronization

/// What a rebuild is doing.
public enum RebuildStage: Sendable {
    /// Facts are extracted from sealed lines: counted in events.
    case extracting
    /// Everybody was folded, and what the rows say is kept: counted in customers.
    case keeping
}

extension Views {
    /// All generations that are kept, the oldest first.
    public func generations() -> [Generation] { register.content().generations }

    /// The generation that is live; nil where none was made yet.
    public func liveGeneration() -> Generation? { register.live() }

    /// Who made which generation live when, the oldest change first.
    public func generationHistory() -> [GenerationChange] { register.content().history }

    /// Builds a new generation beside the live one: folds everybody at a point, and keeps digests, what the rows say
    /// and the reports. Neither the log nor the live generation is touched, so that it may be cancelled or killed
    /// at any moment, and that the log may be written meanwhile.
    ///
    /// - Parameters:
    ///   - fromLog: ignores the lane and extracts every fact from the sealed lines again, into a lane of its own.
    ///     Where there is no lane to speak of, this is done in any case.
    ///   - progress: called with what is done and how much there is; false cancels.
    /// - Returns: the generation. It is live only where none was before.
    /// - Throws: `Cancelled`; an error of the category `locked` where another process is making one.
    public func rebuild(
        at point: FoldPoint, catalogue: [RegisteredReadModel], fromLog: Bool, made: Instant, build: String,
        actor: String = "operator",
        progress: @Sendable (RebuildStage, UInt64, UInt64) -> Bool = { _, _, _ in true }
    ) throws -> Generation {
        guard let lock = try register.beginMaking() else {
            throw GenerationProblem(
                kind: .busy, message: "another program is building a generation; wait for it to end")
        }
        return try withExtendedLifetime(lock) {
            let content = register.content()
            try clearLeftovers(content)
            let behind = point.factsKnown - min(point.factsKnown, try covered())
            let ownLane = fromLog || (behind > UInt64(layout.eventsPerSegment) && !isWriting)
            if !ownLane, isWriting {
                try catchUp { progress(.extracting, $0, $1) }
                guard try covered() >= point.factsKnown else { throw Cancelled() }
            }
            var generation = Generation(
                id: content.next, position: point.factsKnown, effective: point.clock.instant,
                effectiveDay: point.clock.day, policy: point.rules.policy.hash, customers: 0, versions: [:],
                digests: [:], made: made.microseconds, actor: actor, build: build, fromLog: ownLane,
                lane: ownLane ? "lanes/\(content.next)" : lane)
            do {
                if ownLane {
                    try extractLane(generation.lane, progress)
                    let fresh = try laneViews(generation.lane, writing: false)
                    try fresh.stand(&generation, at: point, catalogue, in: register, progress)
                } else {
                    try stand(&generation, at: point, catalogue, in: register, progress)
                }
            } catch {
                if ownLane { try? FileManager.default.removeItem(atPath: folder + "/" + generation.lane) }
                throw error
            }
            return try enter(generation)
        }
    }

    /// Folds everybody at the point of a generation, and keeps what comes of it: the views in portions.
    private func stand(
        _ generation: inout Generation, at point: FoldPoint, _ catalogue: [RegisteredReadModel],
        in register: GenerationRegister, _ progress: @Sendable (RebuildStage, UInt64, UInt64) -> Bool
    ) throws {
        generation.versions = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, $0.version) })
        let digested = try digested(point, catalogue, workers: workers)
        generation.digests = digested.digests
        generation.customers = digested.customers.count
        let portions = portions(of: catalogue, in: catalogue, customers: digested.customers.count)
        let total = UInt64(digested.customers.count * portions.count)
        guard progress(.keeping, 0, total) else { throw Cancelled() }
        var rows = GenerationRows(table: WordTable(), reports: [])
        try forEachPortion(portions) { number, portion in
            let before = UInt64(digested.customers.count * number)
            let base = try everybody(
                at: point, catalogue: catalogue.closure(of: portion.map(\.name)), names: true)
            let table = try WordTable(of: base, models: portion, fields: .headlines, workers: workers) {
                progress(.keeping, before + UInt64($0), total)
            }
            rows.table.append(columns: table)
            for model in portion {
                guard let report = try model.report(base, ReportOptions()) else { continue }
                rows.reports.append((name: model.name, report: report))
            }
        }
        guard progress(.keeping, total, total) else { throw Cancelled() }
        try GenerationRowsFile.write(rows, to: register.rowsPath(generation.id))
    }

    /// Adds a generation to the register.
    private func enter(_ generation: Generation) throws -> Generation {
        try register.change { content in
            content.next = generation.id + 1
            content.generations.append(generation)
            if content.live == nil, generation.lane == lane {
                content.live = generation.id
                content.history.append(
                    GenerationChange(
                        action: .first, generation: generation.id, before: nil, time: generation.made,
                        actor: generation.actor, reason: "", build: generation.build, moved: nil))
            }
            let kept = Set([content.live, content.beforeLive].compactMap { $0 })
            while content.generations.count > Self.mostGenerations,
                let oldest = content.generations.firstIndex(where: { !kept.contains($0.id) })
            {
                content.generations.remove(at: oldest)
            }
            return generation
        }
    }

    private static let mostGenerations = 20

    /// Extracts everything into a lane of its own. It has its name when it is complete.
    private func extractLane(
        _ name: String, _ progress: @Sendable (RebuildStage, UInt64, UInt64) -> Bool
    ) throws {
        let draft = folder + "/" + name + ".new"
        try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
        do {
            let fresh = try laneViews(name + ".new", writing: true)
            let head = try source.head()
            let covered = try fresh.catchUp(merging: .later) { progress(.extracting, $0, $1) }
            guard covered >= head else { throw Cancelled() }
            try fresh.settle()
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
        try DurableFile.move(draft, to: folder + "/" + name)
    }

    /// Views over a lane below this folder.
    func laneViews(_ name: String, writing: Bool, open: ViewStore? = nil) throws -> Views {
        try Views(
            folder: folder, source: source, zone: zone, currency: currency, writing: writing, layout: layout,
            workers: workers, lane: name, open: open)
    }

    /// Removes what killed rebuilds left, and what belongs to generations that are no longer kept. Whoever calls
    /// this holds the lock of making.
    private func clearLeftovers(_ content: GenerationRegister.Content) throws {
        let files = FileManager.default
        let kept = Set(content.generations.flatMap { ["\($0.id).rows", "\($0.id).tree"] })
        for name in (try? files.contentsOfDirectory(atPath: register.folder)) ?? []
        where [".rows", ".tree", ".new"].contains(where: name.contains) && !kept.contains(name) {
            try files.removeItem(atPath: register.folder + "/" + name)
        }
        let lanes = Set(content.lanesInUse).union(content.generations.suffix(1).map(\.lane)).union([lane])
        memory.withLock { memory in
            if let before = memory.before, !lanes.contains(before.lane) { memory.before = nil }
        }
        for name in (try? files.contentsOfDirectory(atPath: folder + "/lanes")) ?? []
        where !lanes.contains("lanes/" + name) {
            try files.removeItem(atPath: folder + "/lanes/" + name)
        }
        guard !lanes.contains("") else { return }
        for name in ["data.mdb", "lock.mdb"] where files.fileExists(atPath: folder + "/" + name) {
            try files.removeItem(atPath: folder + "/" + name)
        }
    }

    /// The rows that a generation last stood by.
    ///
    /// - Throws: where they are gone or damaged.
    public func rows(of generation: Generation) throws -> GenerationRows {
        try GenerationRowsFile.read(register.rowsPath(generation.id))
    }

    /// How many of the kept generations have rows that cannot be read.
    public func damagedGenerations() -> [Int] {
        generations().map(\.id).filter { id in
            do {
                _ = try GenerationRowsFile.read(register.rowsPath(id))
                return false
            } catch {
                return true
            }
        }
    }

    /// The digests of all views at a point, by view.
    public func digests(
        at point: FoldPoint, catalogue: [RegisteredReadModel], workers: Int? = nil
    ) throws -> [String: String] {
        try digested(point, catalogue, workers: workers ?? self.workers).digests
    }

    /// The customers of a point, and by view the digest of their states. The states are not held at once.
    func digested(
        _ point: FoldPoint, _ catalogue: [RegisteredReadModel], workers: Int
    ) throws -> (customers: [UInt32], digests: [String: String]) {
        try withSnapshot(covering: point.factsKnown) { snapshot in
            let context = try context(point, snapshot)
            let fold = PointFold(scope: try scope(point, snapshot), layout: layout)
            let (segments, count) = (try snapshot.segments(), snapshot.customerCount)
            let customers = try fold.everybody(segments, workers: workers, customerCount: count) { [] }
                .customers
            var digests = StateDigests(catalogue, of: customers)
            try fold.stretches(
                segments, workers: workers, customerCount: count,
                begin: { try catalogue.begin(context, keeping: .states) }, body: { digests.add($0.runs) })
            return (customers, digests.finish())
        }
    }
}

extension GenerationRegister.Content {
    /// The generation that was live before the one that is.
    var beforeLive: Int? {
        // Each rollback undoes the change before it that was not undone.
        var stack: [Int] = []
        for change in history {
            switch change.action {
            case .first, .cutover: stack.append(change.generation)
            case .rollback: _ = stack.popLast()
            }
        }
        return stack.dropLast().last
    }

    /// The lanes of the live generation and of the one before.
    var lanesInUse: [String] {
        generations.filter { $0.id == live || $0.id == beforeLive }.map(\.lane)
    }
}
