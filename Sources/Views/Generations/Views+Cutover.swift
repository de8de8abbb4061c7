public import Events
import Foundation
import Synchronization

extension Views {
    /// Makes a generation live: from one moment to the next, readers see it and its lane instead of the one before.
    ///
    /// - Parameters:
    ///   - id: the generation; nil for the newest.
    ///   - versions: by view, the version of its rules that the program has.
    ///   - moved: how many customers move by it, where that is known.
    /// - Throws: an error of the category `missing` where there is none, `program` where another program is needed.
    @discardableResult
    public func cutOver(
        to id: Int?, versions: [String: Int], by actor: String, because reason: String, at time: Instant,
        build: String, moved: Int?
    ) throws -> GenerationChange {
        let content = register.content()
        guard
            let generation = id.map({ id in content.generations.first { $0.id == id } })
                ?? content.generations.last
        else {
            throw GenerationProblem(
                kind: .missing,
                message: id.map { "there is no generation \($0): daybook views history lists them" }
                    ?? "there is no generation yet: daybook views rebuild makes one")
        }
        try requireProgram(for: generation, versions)
        return try makeLive(generation) { content in
            GenerationChange(
                action: content.live == nil ? .first : .cutover, generation: generation.id,
                before: content.live, time: time.microseconds, actor: actor, reason: reason, build: build,
                moved: moved)
        }
    }

    /// Makes the generation live again that was live before. It may need another program than this one.
    @discardableResult
    public func rollBack(
        by actor: String, because reason: String, at time: Instant, build: String
    ) throws -> GenerationChange {
        let content = register.content()
        guard let id = content.beforeLive, let generation = content.generations.first(where: { $0.id == id })
        else {
            throw GenerationProblem(
                kind: .missing, message: "no generation was live before: there is nothing to go back to")
        }
        return try makeLive(generation) { content in
            GenerationChange(
                action: .rollback, generation: generation.id, before: content.live, time: time.microseconds,
                actor: actor, reason: reason, build: build, moved: nil)
        }
    }

    /// Throws where a program with these versions cannot serve a generation, and says which can.
    public func requireProgram(for generation: Generation, _ versions: [String: Int]) throws {
        let missing = generation.missing(in: versions)
        guard !missing.isEmpty else { return }
        let list = missing.map { "\($0.view) \($0.needed), here \($0.present.map(String.init) ?? "none")" }
            .joined(separator: "; ")
        throw GenerationProblem(
            kind: .program,
            message:
                "generation \(generation.id) was made by daybook \(generation.build) with other rules than "
                + "this program has (\(list)). Use daybook \(generation.build), or take over: daybook views "
                + "rebuild, views diff, then views cutover")
    }

    private func makeLive(
        _ generation: Generation, _ change: (GenerationRegister.Content) -> GenerationChange
    ) throws -> GenerationChange {
        precondition(isWriting, "views opened for reading cannot be switched")
        return try writing.withLock { writer in
            // The lane catches up first: nobody writes the log meanwhile, since this process may.
            var next: ViewStore?
            if generation.lane != lane {
                let views = try laneViews(
                    generation.lane, writing: true, open: storeBefore(of: generation.lane))
                try views.catchUp()
                next = views.memory.withLock { $0.store }
            }
            let done = try register.change { content in
                let done = change(content)
                content.live = generation.id
                content.history.append(done)
                return done
            }
            if let next {
                memory.withLock { memory in
                    memory.before = memory.store.map { (memory.lane, $0) }
                    memory.use(next, lane: generation.lane)
                }
                writer = WriterMemory()
            }
            return done
        }
    }

    /// The store of the lane that was in use before, if it is this one and nobody has removed it since.
    private func storeBefore(of lane: String) -> ViewStore? {
        guard let before = memory.withLock({ $0.before }), before.lane == lane,
            FileManager.default.fileExists(atPath: folder + "/" + lane + "/data.mdb")
        else { return nil }
        return before.store
    }

    /// The generation that is live, for every question; nil where none is, or where the register cannot be read.
    public func servedGeneration() -> Generation? {
        let live = register.live()
        if live == nil, register.isDamaged { note(GenerationRegister.damage) }
        return live
    }

    /// Follows the register where another process has made a generation with another lane live.
    public func followLive() throws {
        guard !isWriting, let live = servedGeneration(), live.lane != lane else { return }
        var notes: [String] = []
        let path = folder + (live.lane.isEmpty ? "" : "/" + live.lane)
        guard let store = Self.openForReading(path, source: source, notes: &notes) else { return }
        memory.withLock { $0.use(store, lane: live.lane) }
    }
}

extension Views.Memory {
    /// Turns to another lane; what was made from the one before is forgotten.
    mutating func use(_ store: ViewStore, lane: String) {
        self.store = store
        self.lane = lane
        overlay = nil
        scopes = [:]
        references = nil
        knownPopulations = [:]
    }
}
