import Events
import Foundation
public import Projection

extension Views {
    /// Folds again from the sealed lines what a point holds, and compares with what the lane gives and with the
    /// digests of the generation of that point, if there is one.
    ///
    /// - Parameters:
    ///   - sample: how many customers to fold again, spread evenly; nil for all, in bounded memory.
    ///   - generation: digests to compare with; they must be of the same point.
    ///   - scratch: where a lane can be extracted to; removed afterwards.
    /// - Throws: `Cancelled`.
    public func verify(
        at point: FoldPoint, catalogue: [RegisteredReadModel], sample: Int?, generation: Generation?,
        scratch: String, progress: (UInt64, UInt64) -> Bool = { _, _ in true }
    ) throws -> ViewVerification {
        var result = ViewVerification(
            position: point.factsKnown, customers: 0, isSample: sample != nil, differences: [])
        let stored = try digested(point, catalogue, workers: workers)
        if let generation {
            for model in catalogue
            where generation.versions[model.name] == model.version
                && generation.digests[model.name] != stored.digests[model.name]
            {
                result.differences.append(
                    "\(model.name): the lane no longer gives the states of generation \(generation.id)")
            }
        }
        if let sample {
            try verifySample(of: sample, stored.customers, at: point, catalogue, &result, progress)
        } else {
            let again = try extractedAgain(in: scratch, upTo: point.factsKnown, progress) {
                try $0.digested(point, catalogue, workers: workers)
            }
            result.customers = again.customers.count
            if again.customers != stored.customers {
                result.differences.append(
                    "the lane holds \(stored.customers.count) customers, the log \(again.customers.count)")
            }
            for model in catalogue where again.digests[model.name] != stored.digests[model.name] {
                result.differences.append("\(model.name): the lane gives other states than the log")
            }
        }
        if result.differences.isEmpty, sample == nil { try noteProof(upTo: point.factsKnown, catalogue) }
        return result
    }

    /// The position up to which all views were last proved to equal the log, by any process, under the rules of
    /// these versions; nil where they were not yet.
    public func provedPosition(versions: [String: Int]) -> UInt64? {
        guard let proof = register.content().proof, proof.versions == versions else { return nil }
        return proof.position
    }

    private func noteProof(upTo position: UInt64, _ catalogue: [RegisteredReadModel]) throws {
        let versions = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, $0.version) })
        do {
            try register.change { content in
                let known = content.proof.flatMap { $0.versions == versions ? $0.position : nil } ?? 0
                content.proof = GenerationRegister.Proof(position: max(known, position), versions: versions)
            }
        } catch let failure as FileFailure {
            note("the proof could not be noted: \(failure.description)")
        }
    }

    /// Folds one customer again from the sealed lines, and compares with what the lane gives.
    ///
    /// - Returns: nil where the log has not named the customer, or no event of it counts.
    public func verify(
        customer id: String, at point: FoldPoint, catalogue: [RegisteredReadModel]
    ) throws -> ViewVerification? {
        try withSnapshot(covering: point.factsKnown) { snapshot in
            let scope = try scope(point, snapshot)
            guard let ordinal = try snapshot.ordinal(of: id) else { return nil }
            let root = scope.identity.root(of: ordinal)
            let context = try context(point, snapshot)
            let stored = try catalogue.begin(context, keeping: .states)
            let segments = try snapshot.segments(customers: scope.identity.members(of: root))
            let found = try PointFold(scope: scope, layout: layout).one(root, segments, runs: stored)
            let facts = try self.facts(of: root, scope, snapshot)
            guard !facts.isEmpty || !found.customers.isEmpty else { return nil }
            let again = try catalogue.begin(context, keeping: .states)
            if !facts.isEmpty {
                for run in again { run.consume(facts.span, ends: [facts.count].span) }
            }
            var result = ViewVerification(
                position: point.factsKnown, customers: 1, isSample: true, differences: [])
            for (model, (run, other)) in zip(catalogue, zip(stored, again))
            where model.stateBytes(run) != model.stateBytes(other) {
                result.differences.append("\(model.name): the lane gives another state of \(id) than the log")
            }
            return result
        }
    }

    /// Does something with views of every fact extracted again from the sealed lines, in a folder of their own that is
    /// removed afterwards.
    private func extractedAgain<R>(
        in scratch: String, upTo known: UInt64, _ progress: (UInt64, UInt64) -> Bool = { _, _ in true },
        _ body: (Views) throws -> R
    ) throws -> R {
        try? FileManager.default.removeItem(atPath: scratch)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let fresh = try Views(
            folder: scratch, source: source, zone: zone, currency: currency, writing: true, layout: layout,
            workers: workers)
        guard try fresh.catchUp(merging: .later, progress: progress) >= known else { throw Cancelled() }
        return try body(fresh)
    }

    /// Extracts every fact again from the sealed lines, folds everybody and counts them: what a question costs that
    /// trusts nothing but the log.
    ///
    /// - Parameter scratch: a folder that is made for it and removed.
    public func countFolded(
        at point: FoldPoint, catalogue: [RegisteredReadModel], extractingInto scratch: String
    ) throws -> Int {
        try extractedAgain(in: scratch, upTo: point.factsKnown) {
            try $0.countFolded(at: point, catalogue: catalogue)
        }
    }

    private func verifySample(
        of wanted: Int, _ customers: [UInt32], at point: FoldPoint, _ catalogue: [RegisteredReadModel],
        _ result: inout ViewVerification, _ progress: (UInt64, UInt64) -> Bool
    ) throws {
        let count = customers.count
        let chosen = wanted >= count ? Array(0..<count) : (0..<max(0, wanted)).map { $0 * count / wanted }
        try withSnapshot(covering: point.factsKnown) { snapshot in
            let scope = try scope(point, snapshot)
            let context = try context(point, snapshot)
            let stored = try catalogue.begin(context, keeping: .states)
            let again = try catalogue.begin(context, keeping: .states)
            var lane = LaneFold(segments: try snapshot.segments(), scope: scope, layout: layout, runs: stored)
            var folded: [UInt32] = []
            for (done, index) in chosen.enumerated() {
                guard progress(UInt64(done), UInt64(chosen.count)) else { throw Cancelled() }
                let customer = customers[index]
                let facts = try self.facts(of: customer, scope, snapshot)
                guard !facts.isEmpty, try lane.run(customer: customer) else {
                    result.differences.append("customer \(customer) has no event in the log")
                    continue
                }
                for run in again { run.consume(facts.span, ends: [facts.count].span) }
                folded.append(customer)
            }
            result.customers = folded.count
            for (model, (run, other)) in zip(catalogue, zip(stored, again)) {
                let (states, others) = (model.stateBytes(run), model.stateBytes(other))
                let width = folded.isEmpty ? 0 : states.count / folded.count
                for (place, customer) in folded.enumerated()
                where states[(place * width)..<((place + 1) * width)]
                    != others[(place * width)..<((place + 1) * width)]
                {
                    let name = try snapshot.names(of: [customer])
                    result.differences.append(
                        "\(model.name): the lane gives another state of \(name[0]) than the log")
                }
            }
        }
    }

    /// A customer's facts as the sealed lines have them, without the lane.
    private func facts(
        of root: UInt32, _ scope: FoldScope, _ snapshot: borrowing LaneSnapshot
    ) throws -> [Fact] {
        let members = scope.identity.members(of: root)
        var names = GlobalNames(customerCount: snapshot.customerCount, codes: try snapshot.codes())
        let extractor = BatchExtractor(
            zone: zone, currency: currency, eventsPerWorker: layout.eventsPerWorker)
        var facts: [Fact] = []
        for name in try snapshot.names(of: members) {
            for position in try source.positions(ofCustomer: name) where position < scope.known {
                let batch = try extractor.extract(
                    position..<(position + 1), of: source, workers: 1, names: &names, base: snapshot)
                facts.append(contentsOf: batch.facts)
            }
        }
        scope.history.apply(to: &facts, until: scope.until)
        return facts.map { fact in
            var fact = fact
            fact.customer = root
            return fact
        }
    }
}
