import Foundation
import Synchronization

/// What there is of generations: which there are, which is live, who changed that. One small file, replaced as a
/// whole, so that readers see one state or the next; any process may change it, one at a time.
final class GenerationRegister: Sendable {
    /// What the file holds.
    struct Content: Codable, Equatable {
        var format = 1
        var generations: [Generation] = []
        /// The number of the next generation.
        var next = 1
        var live: Int?
        var history: [GenerationChange] = []
        var proof: Proof?
    }

    /// A proof that the views equal the log.
    struct Proof: Codable, Equatable {
        var position: UInt64
        var versions: [String: Int]
    }

    let folder: String
    private let cache = Mutex<(stamp: FileStamp, content: Content)?>(nil)

    /// The register below a folder of views. Nothing is read or made yet.
    init(viewsFolder: String) {
        folder = viewsFolder + "/generations"
    }

    private var path: String { folder + "/register.json" }

    /// The file with the rows of a generation.
    func rowsPath(_ id: Int) -> String { "\(folder)/\(id).rows" }

    /// The file with the upper part of the tree over a generation's rows, once it was attested.
    func treePath(_ id: Int) -> String { "\(folder)/\(id).tree" }

    /// What a person should know where the register cannot be read.
    static let damage =
        "the register of generations cannot be read: the views are served as this program has them"

    /// Whether there is a register that cannot be read.
    var isDamaged: Bool {
        guard let stamp = DurableFile.stamp(of: path) else { return false }
        return read(stamp) == nil
    }

    /// What the register says now; empty where there is none or it cannot be read.
    func content() -> Content {
        guard let stamp = DurableFile.stamp(of: path) else { return Content() }
        return read(stamp) ?? Content()
    }

    private func read(_ stamp: FileStamp) -> Content? {
        if let known = cache.withLock({ $0 }), known.stamp == stamp { return known.content }
        guard let data = FileManager.default.contents(atPath: path),
            let content = try? JSONDecoder().decode(Content.self, from: data), content.format == 1
        else { return nil }
        cache.withLock { $0 = (stamp, content) }
        return content
    }

    /// The live generation; nil where none is.
    func live() -> Generation? {
        let content = content()
        return content.generations.first { $0.id == content.live }
    }

    /// Changes the register, one process at a time.
    func change<R>(_ body: (inout Content) throws -> R) throws -> R {
        try makeFolder()
        let lock = try FileLock(waitingFor: folder + "/register.lock")
        return try withExtendedLifetime(lock) {
            if isDamaged {
                // What cannot be read is set aside, for whoever wants to look at it.
                try DurableFile.move(path, to: folder + "/register.damaged.json")
            }
            var content = self.content()
            let result = try body(&content)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try DurableFile.replace(path, with: [UInt8](try encoder.encode(content)))
            return result
        }
    }

    func makeFolder() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// The lock of whoever makes a generation; nil where another process holds it.
    func beginMaking() throws -> FileLock? {
        try makeFolder()
        return try FileLock(trying: folder + "/making.lock")
    }
}
