import Events
import Projection
import ReadModels

/// The definition of a state, word for word, without lane, segments, batches or numbers that survive: all lines
/// are read again for every question.
struct NaiveModel {
    let lines: GrowingLines
    let zone: Zone
    let currency: Currency

    struct Read {
        var facts: [Fact] = []
        var corrected: [UInt64: [Fact]] = [:]
        var acts: [Act] = []
        var targets: [UInt64: UInt64] = [:]
        var interner = MemoryInterner()
    }

    func read(_ known: UInt64) throws -> Read {
        var read = Read()
        var extractor = FactExtractor(zone: zone, currency: currency)
        for position in 0..<known {
            var extraction = Extraction()
            let line = lines.line(position)
            try extractor.extract(
                line.span, position: Position(position), interner: &read.interner, into: &extraction)
            read.facts += extraction.facts
            for act in extraction.acts {
                read.acts.append(act)
                switch act.content {
                case .void(let key): read.targets[position] = lines.position(of: key)
                case .correction(let key):
                    guard let target = lines.position(of: key) else { continue }
                    read.targets[position] = target
                    var facts: [Fact] = []
                    let targetLine = lines.line(target)
                    try extractor.extractCorrection(
                        line.span, at: Position(position), of: targetLine.span, at: Position(target),
                        interner: &read.interner, into: &facts)
                    read.corrected[position] = facts
                case .merge, .split, .reference: break
                }
            }
        }
        return read
    }

    func isWithdrawn(_ position: UInt64, _ read: Read) -> Bool {
        read.acts.contains { act in
            guard case .void = act.content, act.position > position, read.targets[act.position] == position
            else {
                return false
            }
            return !isWithdrawn(act.position, read)
        }
    }

    /// Everybody's counted facts at a point, by the name of the customer who goes on.
    func histories(_ read: Read, until: Int64) -> [String: [Fact]] {
        var next: [UInt32: UInt32] = [:]
        for act in read.acts where !isWithdrawn(act.position, read) {
            switch act.content {
            case .merge(let ended, let into):
                var customer = into
                while customer != ended, let following = next[customer] { customer = following }
                if customer != ended { next[ended] = into }
            case .split(let freed, let from):
                if next[freed] == from { next[freed] = nil }
            default: break
            }
        }
        var result: [String: [Fact]] = [:]
        for fact in read.facts where !isWithdrawn(fact.position, read) {
            let correction = read.acts.last { act in
                guard case .correction = act.content else { return false }
                return read.targets[act.position] == fact.position && !isWithdrawn(act.position, read)
                    && !(read.corrected[act.position] ?? []).isEmpty
            }
            // A correction comes in place of the whole event: once, not for each of its parts.
            if correction != nil, fact.isPart { continue }
            for var fact in correction.flatMap({ read.corrected[$0.position] }) ?? [fact]
            where fact.time <= until {
                var root = fact.customer
                while let following = next[root] { root = following }
                fact.customer = root
                result[read.interner.customers[Int(root)], default: []].append(fact)
            }
        }
        return result.mapValues { $0.sorted(by: Fact.precedes) }
    }

    /// The whole base at a point, customers in the order in which the log first names them.
    func base(
        known: UInt64, clock: Clock, catalogue: [RegisteredReadModel], hash: (JSONValue) -> String
    ) throws -> Base {
        let read = try read(known)
        let references = read.acts.filter { if case .reference = $0.content { true } else { false } }
        guard let policy = PolicyDocument.selected(from: references, clock: clock, hash: hash) else {
            preconditionFailure("a history begins with a policy")
        }
        let context = FoldContext(
            policy: policy, clock: clock, zone: zone, currency: currency, codes: read.interner.codes,
            rates: Rates(references, clock: clock, reporting: currency, carryDays: 0),
            identity: Identity(standing: read.acts.filter { !isWithdrawn($0.position, read) }))
        let runs = try catalogue.begin(context)
        let histories = histories(read, until: clock.instant)
        var customers: [UInt32] = []
        var names: [String] = []
        for (ordinal, name) in read.interner.customers.enumerated() {
            guard let facts = histories[name] else { continue }
            for run in runs {
                run.consume(facts.span, ends: [facts.count].span)
            }
            customers.append(UInt32(ordinal))
            names.append(name)
        }
        var base = Base(
            context: context, customers: customers, names: names,
            runs: Dictionary(uniqueKeysWithValues: zip(catalogue.map(\.name), runs)))
        for model in catalogue {
            base.set(try model.population(base), for: model.name)
        }
        return base
    }
}
