import Events
import Foundation
import LMDB

extension Views {
    static func openForWriting(
        _ folder: String, source: any LineSource, notes: inout [String]
    ) throws -> ViewStore {
        let store: ViewStore
        do {
            store = try ViewStore(folder: folder, writing: true)
        } catch let error as LMDBError where remediable.contains(error.code) {
            notes.append("the views could not be read (\(error.message)) and are being made again")
            for name in ["data.mdb", "lock.mdb"] {
                try? FileManager.default.removeItem(atPath: folder + "/" + name)
            }
            store = try ViewStore(folder: folder, writing: true)
        }
        let isNew = try store.environment.read { try store.meta.isEmpty($0) }
        let problem: String?
        do {
            problem = try Self.problem(of: store, source: source)
        } catch let damage as LaneDamage {
            problem = damage.what
        }
        if let problem {
            if !isNew { notes.append("\(problem): the views are being made again") }
            try store.reset(origin: source.origin)
        }
        return store
    }

    static func openForReading(
        _ folder: String, source: any LineSource, notes: inout [String]
    ) -> ViewStore? {
        guard FileManager.default.fileExists(atPath: folder + "/data.mdb") else {
            notes.append("there are no views yet: every answer reads the whole log")
            return nil
        }
        do {
            let store = try ViewStore(folder: folder, writing: false)
            if let problem = try problem(of: store, source: source) {
                notes.append("\(problem): the views are not used")
                return nil
            }
            return store
        } catch {
            notes.append("the views cannot be read and are not used: \(error)")
            return nil
        }
    }

    /// What LMDB can say of a file that is no environment of ours: it is made again.
    private static let remediable: Set<LMDBError.Code> = [
        .corrupted, .versionMismatch, .notAnEnvironment, .incompatible, .panic,
    ]

    /// Why stored views are not those of this log; nil where they are.
    static func problem(of store: ViewStore, source: any LineSource) throws -> String? {
        try store.environment.read { transaction in
            guard let state = try store.state(transaction) else {
                return "another version of the program made the views"
            }
            guard state.origin == source.origin else { return "the views are those of \(state.origin)" }
            guard state.covered <= (try source.head()) else {
                return "the views cover more events than the log has"
            }
            guard state.covered > 0 else { return nil }
            var hash: UInt64 = 0
            try source.forEachLine(in: (state.covered - 1)..<state.covered) { _, line in
                hash = StableHash.hash(line)
            }
            return hash == state.lastLineHash ? nil : "the views are those of another history of this ledger"
        }
    }
}

extension Database {
    func isEmpty(_ transaction: borrowing ReadTransaction) throws -> Bool {
        try transaction.count(of: self) == 0
    }
}
