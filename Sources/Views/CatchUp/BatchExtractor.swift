import Dispatch
import Events
import Projection
import Synchronization

/// Extracts the facts of a stretch of the log: parses on several threads, numbers names in the order of the log.
///
/// What it gives does not depend on how many threads there are, nor on how the log is cut into batches.
struct BatchExtractor: Sendable {
    let zone: Zone
    let currency: Currency
    /// Below so many events another thread costs more than it saves.
    let eventsPerWorker: Int

    func extract(
        _ range: Range<UInt64>, of source: any LineSource, workers: Int, names: inout GlobalNames,
        base: borrowing LaneSnapshot
    ) throws -> ExtractedBatch {
        let parts = try extractParts(range, of: source, workers: workers)
        return try joined(parts, range, names: &names, base: base)
    }

    /// Extracts what follows a position, at least `limit` events where there are so many: what was extracted early is
    /// taken from the shelf, the rest from the lines.
    func extract(
        from start: UInt64, head: UInt64, limit: Int, early: borrowing Mutex<EarlyShelf>,
        of source: any LineSource, workers: Int, names: inout GlobalNames, base: borrowing LaneSnapshot
    ) throws -> ExtractedBatch {
        var parts: [ExtractedPart] = []
        var end = start
        while end < head, end - start < UInt64(limit) {
            if let facts = early.withLock({ $0.take(at: end, head: head) }) {
                var part = facts.part
                part.shift = end
                end += UInt64(facts.count)
                part.lastLineHash = try Self.lineHash(at: end - 1, of: source)
                parts.append(part)
            } else {
                let next = early.withLock { $0.next(behind: end) } ?? head
                let stop = min(head, start + UInt64(limit), next)
                parts += try extractParts(end..<stop, of: source, workers: workers)
                end = stop
            }
        }
        early.withLock { $0.forget(below: end) }
        return try joined(parts, start..<end, names: &names, base: base)
    }

    private static func lineHash(at position: UInt64, of source: any LineSource) throws -> UInt64 {
        var hash: UInt64 = 0
        try source.forEachLine(in: position..<position + 1) { _, line in hash = StableHash.hash(line) }
        return hash
    }

    private func joined(
        _ parts: [ExtractedPart], _ range: Range<UInt64>, names: inout GlobalNames,
        base: borrowing LaneSnapshot
    ) throws -> ExtractedBatch {
        var batch = ExtractedBatch(range: range)
        batch.facts.reserveCapacity(parts.reduce(0) { $0 + $1.extraction.facts.count })
        for part in parts {
            try join(part, to: &batch, names: &names, base: base)
            batch.lastLineHash = part.lastLineHash
        }
        (batch.newCustomers, batch.newCodes) = names.takeNew()
        return batch
    }

    private func extractParts(
        _ range: Range<UInt64>, of source: any LineSource, workers: Int
    ) throws -> [ExtractedPart] {
        let count = range.upperBound - range.lowerBound
        let wanted = max(1, min(UInt64(workers), count / UInt64(eventsPerWorker)))
        let bounds = (0...wanted).map { range.lowerBound + count * $0 / wanted }
        let results = Mutex<[Int: Result<ExtractedPart, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: Int(wanted)) { index in
            let result = Result { try extractPart(bounds[index]..<bounds[index + 1], of: source) }
            results.withLock { $0[index] = result }
        }
        let all = results.withLock { $0 }
        return try (0..<Int(wanted)).compactMap { try all[$0]?.get() }
    }

    private func extractPart(_ range: Range<UInt64>, of source: any LineSource) throws -> ExtractedPart {
        var part = ExtractedPart()
        var extractor = FactExtractor(zone: zone, currency: currency)
        part.extraction.facts.reserveCapacity(range.count)
        try source.forEachLine(in: range) { position, line in
            try extractor.extract(
                line, position: Position(position), interner: &part.interner, into: &part.extraction)
            if !part.extraction.acts.isEmpty {
                for act in part.extraction.acts {
                    try resolve(act, line: line, of: source, &extractor, &part)
                }
                part.extraction.acts.removeAll(keepingCapacity: true)
            }
            if position + 1 == range.upperBound { part.lastLineHash = StableHash.hash(line) }
        }
        return part
    }

    /// Finds what an act names. Here, not after the joining, so that a correction's codes get their numbers
    /// where the correction stands.
    private func resolve(
        _ act: Act, line: Span<UInt8>, of source: any LineSource, _ extractor: inout FactExtractor,
        _ part: inout ExtractedPart
    ) throws {
        switch act.content {
        case .merge(let ended, let into):
            part.acts.append(ActRecord(kind: .merge, position: act.position, customer: ended, other: into))
        case .split(let freed, let from):
            part.acts.append(ActRecord(kind: .split, position: act.position, customer: freed, other: from))
        case .reference(let type, let data):
            part.references.append(
                ReferenceRecord(position: act.position, time: act.time, type: type, data: data.canonicalText))
        case .void(let key):
            guard let target = try source.position(of: key), target < act.position else { return }
            var extraction = Extraction()
            try source.forEachLine(in: target..<(target + 1)) { _, line in
                try extractor.extract(
                    line, position: Position(target), interner: &part.interner, into: &extraction)
            }
            part.acts.append(
                ActRecord(
                    kind: .void, position: act.position, target: target,
                    customer: extraction.facts.first?.customer ?? ActRecord.nobody))
        case .correction(let key):
            guard let target = try source.position(of: key), target < act.position else { return }
            var facts: [Fact] = []
            try source.forEachLine(in: target..<(target + 1)) { _, targetLine in
                try extractor.extractCorrection(
                    line, at: Position(act.position), of: targetLine, at: Position(target),
                    interner: &part.interner, into: &facts)
            }
            guard let customer = facts.first?.customer else { return }
            part.acts.append(
                ActRecord(kind: .correction, position: act.position, target: target, customer: customer))
            part.replacements.append((act.position, facts))
        }
    }

    private func join(
        _ part: ExtractedPart, to batch: inout ExtractedBatch, names: inout GlobalNames,
        base: borrowing LaneSnapshot
    ) throws {
        let customers = try names.customers(part.interner.customers, base: base)
        let codes = (0..<part.interner.codes.count).map { names.code(part.interner.codes.text($0)) }
        func renumbered(_ fact: Fact) -> Fact {
            var fact = fact
            fact.position += part.shift
            fact.customer = customers[Int(fact.customer)]
            fact.code = codes[Int(fact.code)]
            switch fact.kind.keyMeaning {
            case .number: break
            case .code: fact.key = UInt64(codes[Int(fact.key)])
            case .customer: fact.key = UInt64(customers[Int(fact.key)])
            }
            if fact.kind.referenceMeaning == .code { fact.reference = UInt64(codes[Int(fact.reference)]) }
            return fact
        }
        func renumbered(_ customer: UInt32) -> UInt32 {
            customer == ActRecord.nobody ? customer : customers[Int(customer)]
        }
        for fact in part.extraction.facts {
            batch.facts.append(renumbered(fact))
        }
        for (correction, facts) in part.replacements {
            batch.replacements.append((correction, facts.map(renumbered)))
        }
        for var act in part.acts {
            act.customer = renumbered(act.customer)
            act.other = renumbered(act.other)
            batch.acts.append(act)
        }
        batch.references.append(contentsOf: part.references)
    }
}
