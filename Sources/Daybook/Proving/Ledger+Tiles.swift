import EventLog
public import Events
import Merkle

extension Ledger {
    /// Writes the ledger as a static transparency log (C2SP tlog-tiles) into a folder, entries being sealed
    /// lines. What an earlier run wrote stays; the checkpoint comes last.
    ///
    /// - Parameter progress: called with the events done and their number.
    /// - Returns: `{size, from, files}`: for how many events, from how many it went on, how many files were written.
    /// - Throws: `verification` where the folder holds what this ledger does not continue.
    public func exportTiles(
        to path: String, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let folder = TileFolder(path: path)
            let signed = try log.read { try self.signed(covering: 1, $0) }
            let size = signed.checkpoint.size
            let earlier = try earlierSize(in: folder, signed)
            var files = 0
            for level in 0..<TileAddress.levelCount(inTreeOf: size) {
                // The last tile of the earlier run was perhaps partial: it is the first one to write now.
                let first = earlier >> UInt64(8 * (level + 1))
                let wasPartial = TileAddress(level: level, index: first).width(inTreeOf: earlier) > 0
                for index in first... {
                    let address = TileAddress(level: level, index: index)
                    let width = address.width(inTreeOf: size)
                    guard width > 0 else { break }
                    if index > first || width != address.width(inTreeOf: earlier) {
                        files += try write(address, width: width, size: size, to: folder)
                        if wasPartial, index == first, width == TileAddress.fullWidth {
                            try folder.removePartial(address.path(width: width))
                            if level == 0 { try folder.removePartial(address.entriesPath(width: width)) }
                        }
                    }
                    if level == 0 { progress(min((index + 1) * UInt64(TileAddress.fullWidth), size), size) }
                }
            }
            try folder.publish(signed.note)
            return [
                "size": .number(Double(size)), "from": .number(Double(earlier)),
                "files": .number(Double(files + 1)),
            ]
        }
    }

    /// Up to which size a folder is written already, by a checkpoint of this ledger that it still continues.
    private func earlierSize(in folder: TileFolder, _ signed: SignedCheckpoint) throws -> UInt64 {
        guard let note = try folder.checkpoint() else { return 0 }
        return try log.read { view in
            let earlier = try Trust(view.signingEras()).checkpoint(note)
            guard earlier.size <= signed.checkpoint.size,
                try view.root(ofFirst: Position(earlier.size)) == earlier.root
            else {
                throw LedgerError(
                    .verification,
                    "\(folder.path) holds \(earlier.size) events that this ledger does not continue: one of the two "
                        + "was rolled back or is a fork")
            }
            return earlier.size
        }
    }

    /// Writes a tile and, of level 0, its entries; how many files that were. Each in a view of its own, so that
    /// a long export keeps no page from being used again.
    private func write(
        _ address: TileAddress, width: Int, size: UInt64, to folder: TileFolder
    ) throws -> Int {
        let (hashes, entries) = try log.read { view in
            let hashes = try view.tile(address, ofFirst: Position(size))
            var entries: [UInt8] = []
            guard address.level == 0 else { return (hashes, entries) }
            let start = address.index * UInt64(TileAddress.fullWidth)
            var place = 0
            try view.forEachLine(from: Position(start), upTo: Position(start + UInt64(width))) {
                position, line in
                guard place < hashes.count, TreeHasher.leaf(line) == hashes[place] else {
                    throw LedgerError(
                        .verification,
                        "the event at \(position) is not the one that was written: run `daybook verify --log`"
                    )
                }
                place += 1
                entries.append(UInt8(line.count >> 8))
                entries.append(UInt8(line.count & 255))
                for index in line.indices { entries.append(line[index]) }
                return true
            }
            return (hashes, entries)
        }
        var bytes: [UInt8] = []
        for hash in hashes { hash.append(to: &bytes) }
        try folder.write(bytes, to: address.path(width: width))
        guard address.level == 0 else { return 1 }
        try folder.write(entries, to: address.entriesPath(width: width))
        return 2
    }
}
