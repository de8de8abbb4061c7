import Events
import Foundation

/// The populations computed for points, in files of their own below `views/`, so that a program that only reads can
/// keep them as well. Deleting them costs the time to compute them again.
///
/// One file holds the populations of several views at one point, each under the whole text of its key. A file is
/// replaced as a whole and carries a hash of what is in it: one that is torn, damaged, or of another ledger is not
/// used, and counted.
final class PopulationCache: Sendable {
    /// How many points are kept; the half that was written longest ago goes when there are more.
    private static let mostFiles = 512
    private static let magic: UInt32 = 0x4450_4f50

    private let folder: String
    private let origin: String

    /// - Parameter origin: of the ledger; what was kept of another one is not used.
    init(viewsFolder: String, origin: String) {
        folder = viewsFolder + "/points"
        self.origin = origin
    }

    /// What was kept of a point, by key.
    func load(_ point: String) -> [String: [UInt8]] {
        let path = path(of: point)
        guard let data = FileManager.default.contents(atPath: path) else { return [:] }
        return decoded([UInt8](data)) ?? [:]
    }

    /// Keeps populations of a point beside those that are kept of it.
    func keep(_ added: [String: [UInt8]], of point: String) {
        let files = FileManager.default
        let entries = load(point).merging(added) { _, new in new }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(encoded(entries)).write(to: URL(filePath: path(of: point)), options: .atomic)
            try forgetOldest()
        } catch {
            // Nobody waits for a cache: whoever may not write here, or has no room, computes again next time.
            return
        }
    }

    /// Forgets everything: for when what it was computed from cannot be trusted.
    func removeAll() {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            // There was nothing, or it may not be written: then a reader looks at what another program must mend.
            return
        }
    }

    /// How many points are kept, and how many files are not used since they are damaged or of another ledger.
    func census() -> (kept: Int, ignored: Int) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var (kept, unusable) = (0, 0)
        for name in names {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            if decoded([UInt8](data)) == nil { unusable += 1 } else { kept += 1 }
        }
        return (kept, unusable)
    }

    private func path(of point: String) -> String {
        let text = origin + "\n" + point
        return "\(folder)/\(Self.hex(StableHash.hash(text)))\(Self.hex(StableHash.hash(text, seed: 1)))"
    }

    private static func hex(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func encoded(_ entries: [String: [UInt8]]) -> [UInt8] {
        var content = ByteWriter()
        content.write(origin)
        content.write(UInt32(entries.count))
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            content.write(key)
            content.write(String(decoding: value, as: UTF8.self))
        }
        var header = ByteWriter()
        header.write(Self.magic)
        header.write(StableHash.hash(content.bytes.span))
        return header.bytes + content.bytes
    }

    /// Nil where the bytes are not what `encoded` makes for this ledger.
    private func decoded(_ bytes: [UInt8]) -> [String: [UInt8]]? {
        var reader = ByteReader(bytes)
        guard let magic = try? reader.number(UInt32.self), magic == Self.magic,
            let hash = try? reader.number(UInt64.self),
            hash == StableHash.hash(bytes.span.extracting(12..<bytes.count)),
            let owner = try? reader.text(), owner == origin, let count = try? reader.number(UInt32.self)
        else { return nil }
        var entries: [String: [UInt8]] = [:]
        for _ in 0..<count {
            guard let key = try? reader.text(), let value = try? reader.text() else { return nil }
            entries[key] = Array(value.utf8)
        }
        return reader.isAtEnd ? entries : nil
    }

    private func forgetOldest() throws {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: folder)
        guard names.count > Self.mostFiles else { return }
        let dated = try names.map { name in
            let attributes = try files.attributesOfItem(atPath: folder + "/" + name)
            return (name: name, written: attributes[.modificationDate] as? Date ?? .distantPast)
        }
        for entry in dated.sorted(by: { $0.written < $1.written }).prefix(names.count / 2) {
            try files.removeItem(atPath: folder + "/" + entry.name)
        }
    }
}
