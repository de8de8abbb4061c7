// Unsafe: calls of the C library without arguments of its own.
import EventLog
import Events
import Foundation
import Merkle

/// A folder in the layout of C2SP tlog-tiles: `checkpoint`, `tile/LEVEL/…` and `tile/entries/…`, as any static
/// web host can serve it.
struct TileFolder {
    let path: String

    /// The checkpoint that the folder was last written for; nil where there is none yet.
    func checkpoint() throws -> SignedNote? {
        guard FileManager.default.fileExists(atPath: path + "/checkpoint") else { return nil }
        let data = try Data(contentsOf: URL(filePath: path + "/checkpoint"))
        guard let text = String(validating: data, as: UTF8.self) else {
            throw LedgerError(.verification, "\(path)/checkpoint is not UTF-8 text")
        }
        return try ProofCheck.note(text)
    }

    /// Writes a file under its final name at once, whatever is there.
    func write(_ bytes: [UInt8], to name: String) throws {
        let target = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: target, options: .atomic)
    }

    /// Takes away the partial tiles in the place of which a full one stands now.
    func removePartial(_ name: String) throws {
        let partial = path + "/" + name + ".p"
        if FileManager.default.fileExists(atPath: partial) {
            try FileManager.default.removeItem(atPath: partial)
        }
    }

    /// Writes the checkpoint, once all that it names is on the disk.
    func publish(_ note: SignedNote) throws {
        sync()
        try write(Array(note.description.utf8), to: "checkpoint")
    }
}

extension TileAddress {
    /// The path of the entries whose hashes a tile of level 0 holds.
    func entriesPath(width: Int) -> String {
        precondition(level == 0, "only tiles of leaves have entries")
        return "tile/entries" + path(width: width).dropFirst("tile/0".count)
    }
}
