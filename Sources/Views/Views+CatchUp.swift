import Events
import LMDB
import Projection
import Synchronization

extension Views {
    /// How catching up treats the segments that it makes.
    public enum Merging: Sendable {
        /// Some merging with every batch, in proportion to it: for appends as they come.
        case proportionate
        /// None: `settle` follows.
        case later
    }

    /// Stores the facts of what the log holds beyond the views, batch by batch in bounded memory. Each batch
    /// is there whole or not at all. Returns what is covered then.
    ///
    /// - Parameter progress: called after each batch with what is covered and the head; false stops there.
    @discardableResult
    public func catchUp(
        merging: Merging = .proportionate, progress: (UInt64, UInt64) -> Bool = { _, _ in true }
    ) throws -> UInt64 {
        precondition(isWriting, "views opened for reading cannot catch up")
        do {
            return try writing.withLock { try catchUp(&$0, merging, progress) }
        } catch let damage as LaneDamage {
            // What is stored cannot be trusted: it is made again, once.
            try writing.withLock { writer in
                writer = WriterMemory()
                try resetStore(note: damage.what)
            }
            return try writing.withLock { try catchUp(&$0, merging, progress) }
        }
    }

    private func resetStore(note: String) throws {
        try memory.withLock { memory in
            memory.notes.append("the views were damaged (\(note)) and are being made again")
            memory.overlay = nil
            memory.scopes = [:]
            memory.references = nil
            memory.knownPopulations = [:]
            populationCache?.removeAll()
            try memory.store?.reset(origin: source.origin)
        }
    }

    private func catchUp(
        _ writer: inout WriterMemory, _ merging: Merging, _ progress: (UInt64, UInt64) -> Bool
    ) throws -> UInt64 {
        guard let store = memory.withLock({ $0.store }) else {
            preconditionFailure("views opened for writing have a store")
        }
        let head = try source.head()
        while true {
            guard let next = try extractNext(&writer, head: head) else { return try covered() }
            let (state, batch) = next
            // Names that got their numbers in a batch that cannot be written must not stay known.
            let names = writer.names.take()
            try keep(batch, after: state, in: store, merging)
            writer.names = names
            writer.covered = batch.range.upperBound
            guard progress(writer.covered, head) else { return writer.covered }
        }
    }

    /// The next batch; nil where all is covered. Its snapshot ends here, so that what is written next can use the
    /// room that merging frees.
    private func extractNext(
        _ writer: inout WriterMemory, head: UInt64
    ) throws -> (state: StoreState, batch: ExtractedBatch)? {
        let base = try storedSnapshot()
        guard let state = base.state, state.covered < head else { return nil }
        if writer.names == nil || writer.covered != state.covered {
            writer.names = GlobalNames(customerCount: state.customerCount, codes: try base.codes())
        }
        guard var names = writer.names.take() else { preconditionFailure("names were just set") }
        let extractor = BatchExtractor(
            zone: zone, currency: currency, eventsPerWorker: layout.eventsPerWorker)
        let batch = try extractor.extract(
            from: state.covered, head: head, limit: layout.eventsPerSegment, early: early, of: source,
            workers: workers, names: &names, base: base)
        writer.names = names
        return (state, batch)
    }

    /// Writes a batch in one transaction, and merges a little.
    private func keep(
        _ batch: ExtractedBatch, after expected: StoreState, in store: ViewStore, _ merging: Merging
    ) throws {
        let sorted = SegmentBuilder.sorted(batch.facts)
        var budget = merging == .proportionate ? 8 * sorted.count + layout.factsPerChunk : 0
        try store.environment.write { transaction in
            var state = try store.state(transaction.reading) ?? expected
            guard state.covered == batch.range.lowerBound else {
                throw LaneDamage(what: "two programs wrote the views at once")
            }
            try store.putNames(batch.newCustomers, state: &state, &transaction)
            try store.putCodes(batch.newCodes, state: &state, &transaction)
            try store.putActs(batch.acts, &transaction)
            for (correction, facts) in batch.replacements {
                try store.putReplacement(facts, correction: correction, &transaction)
            }
            for reference in batch.references {
                try store.putReference(reference, &transaction)
            }
            if !sorted.isEmpty {
                let descriptor = SegmentBuilder.descriptor(
                    id: state.nextSegment, positions: batch.range, facts: sorted)
                state.nextSegment += 1
                try store.putChunks(
                    of: sorted, segment: descriptor.id, limit: layout.factsPerChunk, &transaction)
                try transaction.put(
                    descriptor.encoded().span, for: Key(descriptor.id), in: store.segments)
            }
            state.covered = batch.range.upperBound
            state.lastLineHash = batch.lastLineHash
            // Small segments are merged in the commit that adds them: a commit of its own would cost another
            // wait for the disk.
            if budget > 0, budget <= layout.factsPerMergeStep {
                budget -=
                    try store.mergeStep(
                        stepFacts: budget, ratio: layout.mergeRatio, layout: layout, state: &state,
                        &transaction)
                    ?? budget
            }
            try store.put(state, &transaction)
        }
        try merge(store, budget: budget, stepFacts: layout.factsPerMergeStep, ratio: layout.mergeRatio)
    }

    /// Merges until about `budget` facts were moved, a commit a step.
    private func merge(_ store: ViewStore, budget: Int, stepFacts: Int, ratio: Int?) throws {
        var budget = budget
        while budget > 0 {
            let moved = try store.environment.write { transaction in
                guard var state = try store.state(transaction.reading) else { return Int?.none }
                let moved = try store.mergeStep(
                    stepFacts: stepFacts, ratio: ratio, layout: layout, state: &state, &transaction)
                try store.put(state, &transaction)
                return moved
            }
            guard let moved else { return }
            budget -= max(moved, 1)
        }
    }

    /// Merges everything into one segment, the shape that folds fastest: after an import.
    public func settle() throws {
        precondition(isWriting, "views opened for reading cannot be merged")
        try writing.withLock { _ in
            guard let store = memory.withLock({ $0.store }) else { return }
            try merge(store, budget: .max, stepFacts: 8 * layout.factsPerMergeStep, ratio: nil)
        }
    }
}
