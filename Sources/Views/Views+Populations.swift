import Events
import Foundation
import Projection
import Synchronization

/// Populations depend on everybody: they are computed once for a point and kept. A kept one that does not
/// say exactly what it is of is not used.
extension Views {
    /// What names a point as far as populations depend on it, and by view what names everything that its population
    /// depends on besides.
    struct PopulationKeys {
        var point = ""
        var views: [String: String] = [:]
    }

    /// The keys of a point; none for points that no question names.
    ///
    /// While no fact and no reference event lies in the future of the point, only its local day matters.
    func populationKeys(
        _ point: FoldPoint, _ catalogue: [RegisteredReadModel]
    ) throws -> PopulationKeys {
        guard point.isQuestion, !catalogue.isEmpty else { return PopulationKeys() }
        let (rules, views) = (point.rules.identity, catalogue.map(\.name))
        if let kept = memory.withLock({ $0.populationKeys }), kept.of === rules, kept.views == views {
            return kept.keys
        }
        let latest = try withSnapshot(covering: point.factsKnown) { snapshot in
            max(
                try snapshot.latestTime() ?? .min, try scope(point, snapshot).latestCorrection ?? .min,
                try snapshot.references().filter { $0.position < point.factsKnown }.map(\.time).max() ?? .min)
        }
        let isQuiet = latest <= point.clock.instant
        let moment = isQuiet ? "day \(point.clock.day)" : "instant \(point.clock.instant)"
        let common =
            "@\(point.factsKnown), \(moment), policy \(point.rules.policy.hash), facts \(Fact.layoutVersion), "
            + "lane \(lane)"
        var keys = PopulationKeys(point: common)
        for model in catalogue {
            let versions = catalogue.closure(of: [model.name]).map { "\($0.name) \($0.version)" }
            keys.views[model.name] = "\(model.name) \(common), \(versions.joined(separator: ", "))"
        }
        memory.withLock { $0.populationKeys = (rules, views, keys) }
        return keys
    }

    /// By view, the populations that were kept under their keys.
    func keptPopulations(
        _ keys: PopulationKeys, _ catalogue: [RegisteredReadModel]
    ) throws -> [String: any Codable & Sendable] {
        var found: [String: any Codable & Sendable] = [:]
        var wanted: [(model: RegisteredReadModel, key: String)] = []
        let remembered = memory.withLock { $0.knownPopulations }
        for model in catalogue {
            guard let key = keys.views[model.name] else { continue }
            if let known = remembered[key] {
                found[model.name] = known
            } else {
                wanted.append((model, key))
            }
        }
        guard !wanted.isEmpty else { return found }
        guard let stored = populationCache?.load(keys.point) else { return found }
        for (model, key) in wanted {
            // One that cannot be read is computed again.
            guard let bytes = stored[key],
                let kept = try? JSONDecoder().decode(model.populationType, from: Data(bytes))
            else { continue }
            found[model.name] = kept
            memory.withLock { $0.knownPopulations[key] = kept }
        }
        return found
    }

    /// Keeps populations of a point under their keys.
    func keep(_ populations: [String: any Codable & Sendable], of point: String) throws {
        guard !populations.isEmpty else { return }
        memory.withLock { memory in
            if memory.knownPopulations.count >= Self.mostRemembered { memory.knownPopulations = [:] }
            memory.knownPopulations.merge(populations) { _, new in new }
        }
        populationCache?.keep(
            try populations.mapValues { [UInt8](try JSONEncoder().encode($0)) }, of: point)
    }

    private static let mostRemembered = 2_048

    /// How many points have kept populations, and how many files of them are not used, since they are damaged or of
    /// another ledger.
    public func cacheCensus() -> (kept: Int, ignored: Int) { populationCache?.census() ?? (0, 0) }
}
