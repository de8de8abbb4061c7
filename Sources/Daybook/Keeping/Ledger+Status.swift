import EventLog
public import Events
import Foundation
import Merkle
import Projection
import Views

extension Ledger {
    /// How the ledger stands: `{position, customers, root, last_recorded, sync_mode, views, size_bytes}`.
    public func status() async throws(LedgerError) -> JSONValue {
        try asking {
            let (head, root, recorded) = try log.read { view in
                (view.head.rawValue, view.root.base64Text, view.lastRecorded)
            }
            let point = try resolveUnserved(Question())
            let customers = try lane.everybody(at: point.fold, catalogue: [], names: false).count
            let generation = lane.liveGeneration() ?? lane.generations().last
            let proved = lane.provedPosition(versions: versions)
            let covered = try lane.covered()
            let caches = lane.cacheCensus()
            let views = catalogue.map { model -> JSONValue in
                let isOurs = generation?.versions[model.name] == model.version
                return [
                    "name": .string(model.name), "version": .number(Double(model.version)),
                    "generation": generation.map { .number(Double($0.id)) } ?? .null,
                    "position": .number(Double(covered)),
                    "digest": isOurs ? generation?.digests[model.name].map { .string($0) } ?? .null : .null,
                    "proved_position": proved.map { .number(Double($0)) } ?? .null,
                ]
            }
            return [
                "ledger": .string(path), "origin": .string(origin), "zone": .string(zone.identifier),
                "currency": .string(currency), "position": .number(Double(head)),
                "customers": .number(Double(customers)), "root": .string(root),
                "last_recorded": .string(recorded.description), "sync_mode": "fsync",
                "views": .array(views),
                "cached_points": .number(Double(caches.kept)),
                "ignored_caches": .number(Double(caches.ignored)),
                "notes": .array(notes.map { .string($0) }),
                "size_bytes": .number(Double(Self.byteCount(of: path))),
            ]
        }
    }

    /// The bytes of all files below a folder.
    static func byteCount(of folder: String) -> Int {
        var total = 0
        let files = FileManager.default
        for name in files.enumerator(atPath: folder) ?? FileManager.DirectoryEnumerator() {
            guard let name = name as? String else { continue }
            do {
                let attributes = try files.attributesOfItem(atPath: folder + "/" + name)
                if attributes[.type] as? FileAttributeType == .typeRegular {
                    total += attributes[.size] as? Int ?? 0
                }
            } catch {
                // A file that went away meanwhile has no size.
                continue
            }
        }
        return total
    }
}
