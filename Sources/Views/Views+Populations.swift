import Events
import Foundation
import LMDB
import Projection
import Synchronization

/// Populations depend on everybody: they are computed once for a point and kept. A kept one that does not
/// say exactly what it is of is not used.
extension Views {
    /// By view, what names everything that its population depends on; empty for points that no question names.
    ///
    /// While no fact and no reference event lies in the future of the point, only its local day matters.
    func populationKeys(
        _ point: FoldPoint, _ catalogue: [RegisteredReadModel]
    ) throws -> [String: String] {
        guard point.isQuestion, !catalogue.isEmpty else { return [:] }
        let latest = try withSnapshot(covering: point.factsKnown) { snapshot in
            max(
                try snapshot.latestTime() ?? .min, try scope(point, snapshot).latestCorrection ?? .min,
                try snapshot.references().filter { $0.position < point.factsKnown }.map(\.time).max() ?? .min)
        }
        let isQuiet = latest <= point.clock.instant
        let moment = isQuiet ? "day \(point.clock.day)" : "instant \(point.clock.instant)"
        let common =
            "@\(point.factsKnown), \(moment), policy \(point.rules.policy.hash), facts \(Fact.layoutVersion)"
        var keys: [String: String] = [:]
        for model in catalogue {
            let versions = catalogue.closure(of: [model.name]).map { "\($0.name) \($0.version)" }
            keys[model.name] = "\(model.name) \(common), \(versions.joined(separator: ", "))"
        }
        return keys
    }

    /// By view, the populations that were kept under their keys.
    func keptPopulations(
        _ keys: [String: String], _ catalogue: [RegisteredReadModel]
    ) throws -> [String: any Codable & Sendable] {
        var found: [String: any Codable & Sendable] = [:]
        var wanted: [(model: RegisteredReadModel, key: String)] = []
        let remembered = memory.withLock { $0.knownPopulations }
        for model in catalogue {
            guard let key = keys[model.name] else { continue }
            if let known = remembered[key] {
                found[model.name] = known
            } else {
                wanted.append((model, key))
            }
        }
        guard !wanted.isEmpty, let store = memory.withLock({ $0.store }) else { return found }
        let stored = try store.environment.read { transaction in
            try wanted.map { entry in
                try transaction.value(for: Self.cacheKey(entry.key), in: store.cache) { [UInt8](copying: $0) }
            }
        }
        for (entry, bytes) in zip(wanted, stored) {
            guard let bytes, let kept = Self.decoded(bytes, entry.key, entry.model) else { continue }
            found[entry.model.name] = kept
            memory.withLock { $0.knownPopulations[entry.key] = kept }
        }
        return found
    }

    /// Keeps populations under their keys.
    func keep(_ populations: [String: any Codable & Sendable]) throws {
        guard !populations.isEmpty else { return }
        memory.withLock { memory in
            if memory.knownPopulations.count >= Self.mostKept { memory.knownPopulations = [:] }
            memory.knownPopulations.merge(populations) { _, new in new }
        }
        guard isWriting, let store = memory.withLock({ $0.store }) else { return }
        var encoded: [(key: Key, bytes: [UInt8])] = []
        for (key, population) in populations {
            encoded.append((Self.cacheKey(key), try Self.encoded(population, key)))
        }
        try store.environment.write { transaction in
            if try transaction.reading.count(of: store.cache) >= Self.mostKept {
                try transaction.empty(store.cache)
            }
            for (key, bytes) in encoded {
                try transaction.put(bytes.span, for: key, in: store.cache)
            }
        }
    }

    private static let mostKept = 2_048

    private static func cacheKey(_ key: String) -> Key {
        Key(StableHash.hash(key)).appending(StableHash.hash(key, seed: 1))
    }

    private static func encoded(_ population: any Codable & Sendable, _ key: String) throws -> [UInt8] {
        var writer = ByteWriter()
        writer.write(key)
        writer.write(String(decoding: try JSONEncoder().encode(population), as: UTF8.self))
        return writer.bytes
    }

    /// Nil for what was kept of something else or is damaged: it is then computed again.
    private static func decoded(
        _ bytes: [UInt8], _ key: String, _ model: RegisteredReadModel
    ) -> (any Codable & Sendable)? {
        var reader = ByteReader(bytes)
        guard let storedKey = try? reader.text(), storedKey == key, let text = try? reader.text(),
            reader.isAtEnd
        else { return nil }
        return try? JSONDecoder().decode(model.populationType, from: Data(text.utf8))
    }
}
