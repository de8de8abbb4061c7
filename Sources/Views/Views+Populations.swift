import Events
import Foundation
import LMDB
import Projection
import Synchronization

/// Populations depend on everybody: they are computed once for a point and kept. A kept one that does not
/// say exactly what it is of is not used.
extension Views {
    /// Names everything that the populations of a point depend on; nil for points that no question names.
    ///
    /// While no fact lies in the future of the point, only its local day matters.
    func populationKey(
        _ point: FoldPoint, _ catalogue: [RegisteredReadModel]
    ) throws -> String? {
        guard point.isQuestion else { return nil }
        let latest = try withSnapshot(covering: point.factsKnown) { snapshot in
            max(try snapshot.latestTime() ?? .min, try scope(point, snapshot).latestCorrection ?? .min)
        }
        let isQuiet = latest <= point.clock.instant
        let moment = isQuiet ? "day \(point.clock.day)" : "instant \(point.clock.instant)"
        let versions = catalogue.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        return
            "@\(point.factsKnown), \(moment), policy \(point.rules.policy.hash), facts \(Fact.layoutVersion), "
            + versions
    }

    func keptPopulations(
        _ key: String, _ catalogue: [RegisteredReadModel]
    ) throws -> [String: any Codable & Sendable]? {
        if let known = memory.withLock({ $0.knownPopulations[key] }) { return known }
        guard let store = memory.withLock({ $0.store }) else { return nil }
        let found = try store.environment.read { transaction in
            try transaction.value(for: Self.cacheKey(key), in: store.cache) { bytes in
                Data((0..<bytes.count).map { bytes[$0] })
            }
        }
        guard let found, let kept = Self.decoded(found, key, catalogue) else { return nil }
        memory.withLock { $0.knownPopulations[key] = kept }
        return kept
    }

    func keep(_ populations: [String: any Codable & Sendable], for key: String) throws {
        memory.withLock { memory in
            if memory.knownPopulations.count >= 512 { memory.knownPopulations = [:] }
            memory.knownPopulations[key] = populations
        }
        guard isWriting, let store = memory.withLock({ $0.store }) else { return }
        let bytes = try Self.encoded(populations, key)
        try store.environment.write { transaction in
            if try transaction.reading.count(of: store.cache) >= 512 {
                try transaction.empty(store.cache)
            }
            try transaction.put(bytes.span, for: Self.cacheKey(key), in: store.cache)
        }
    }

    private static func cacheKey(_ key: String) -> Key {
        Key(StableHash.hash(key)).appending(StableHash.hash(key, seed: 1))
    }

    // One length-framed JSON text a view: a population is decoded by its own type.
    private static func encoded(
        _ populations: [String: any Codable & Sendable], _ key: String
    ) throws -> [UInt8] {
        var writer = ByteWriter()
        writer.write(key)
        writer.write(UInt32(populations.count))
        for (name, population) in populations.sorted(by: { $0.key < $1.key }) {
            writer.write(name)
            writer.write(String(decoding: try JSONEncoder().encode(population), as: UTF8.self))
        }
        return writer.bytes
    }

    private static func decoded(
        _ data: Data, _ key: String, _ catalogue: [RegisteredReadModel]
    ) -> [String: any Codable & Sendable]? {
        var reader = ByteReader([UInt8](data))
        guard let storedKey = try? reader.text(), storedKey == key,
            let count = try? reader.number(UInt32.self), Int(count) == catalogue.count
        else { return nil }
        var result: [String: any Codable & Sendable] = [:]
        for _ in 0..<count {
            guard let name = try? reader.text(), let text = try? reader.text(),
                let model = catalogue.first(where: { $0.name == name }),
                let population = try? JSONDecoder().decode(model.populationType, from: Data(text.utf8))
            else { return nil }
            result[name] = population
        }
        return reader.isAtEnd ? result : nil
    }
}
