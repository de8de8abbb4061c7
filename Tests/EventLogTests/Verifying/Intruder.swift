import Events
import Foundation
import LMDB
import Merkle

@testable import EventLog

/// Somebody with access to the files of a log and all the time in the world.
struct Intruder {
    let folder: String

    /// Opens a copy's environment for what is to be done to it.
    private func altering(_ body: (LogStorage, inout WriteTransaction) throws -> Void) throws {
        let environment = try LMDBEnvironment(folder: folder + "/log", access: .write)
        let storage = try LogStorage(environment)
        var transaction = try environment.beginWriting()
        try body(storage, &transaction)
        try transaction.commit()
        try environment.close()
    }

    /// All lines, with their recorded times.
    func lines() throws -> [[UInt8]] {
        let log = try EventLog(opening: folder, access: .read)
        defer { try? log.close() }
        return try log.read { view in
            var lines: [[UInt8]] = []
            try view.forEachLine { _, line in
                lines.append([UInt8](copying: line))
                return true
            }
            return lines
        }
    }

    /// Writes other lines in the place of the log's, and leaves tree and head as they are.
    func put(_ lines: [[UInt8]]) throws {
        try altering { storage, transaction in try Self.put(lines, storage, &transaction) }
    }

    /// Writes other lines, and computes tiles and head anew, as the log itself would have.
    func putAndRecompute(_ lines: [[UInt8]]) throws {
        try altering { storage, transaction in
            try Self.put(lines, storage, &transaction)
            try transaction.empty(storage.tiles)
            var tree = TreeBuilder()
            for line in lines { tree.append(TreeHasher.leaf(line)) }
            for tile in tree.takeFullTiles() {
                try Self.put(tile.hashes, at: tile.address, storage, &transaction)
            }
            for level in tree.partialTiles.indices.dropFirst() where !tree.partialTiles[level].isEmpty {
                let index = tree.size >> UInt64(8 * (level + 1))
                try Self.put(
                    tree.partialTiles[level], at: TileAddress(level: level, index: index), storage,
                    &transaction)
            }
            var head = try storage.head(in: transaction.reading)
            head.count = tree.size
            head.root = tree.root.bytes
            try transaction.put(head.bytes.span, for: LogFormat.headKey, in: storage.state)
            try Self.index(lines, storage, &transaction)
        }
    }

    /// Forgets what the log signed.
    func removeCheckpoints() throws {
        try altering { storage, transaction in
            for signed in try storage.checkpoints(in: transaction.reading) {
                let key = LogFormat.checkpointKey.appending(signed.checkpoint.size)
                _ = try transaction.delete(key, in: storage.state)
            }
        }
    }

    /// Puts a key of the intruder's own in the place of the ledger's, everywhere that it is named.
    func swapKeys(for key: NoteSigningKey) throws {
        try altering { storage, transaction in
            let facts = try storage.facts(in: transaction.reading)
            let swapped = LedgerFacts(
                origin: facts.origin, zone: facts.zone, currency: facts.currency, created: facts.created,
                publicKey: key.verifier.text)
            try transaction.put(swapped.json.span, for: LogFormat.ledgerKey, in: storage.state)
        }
        try FileManager.default.removeItem(atPath: folder + "/keys/signing.key")
        try Files.writeSecret(key.secretText + "\n", to: folder + "/keys/signing.key")
    }

    /// Changes one byte of the tile that holds a position's leaf, at a level.
    func spoilTile(level: Int, of position: UInt64) throws {
        try altering { storage, transaction in
            let index = position >> UInt64(8 * (level + 1))
            let address = TileAddress(level: level, index: index)
            let size = try storage.head(in: transaction.reading).count
            var hashes = try storage.tile(address, inTreeOf: size, in: transaction.reading)
            let place = Int(position >> UInt64(8 * level)) % TileAddress.fullWidth
            hashes[place] = TreeHasher.leaf(hashes[place].bytes)
            try Self.put(hashes, at: address, storage, &transaction)
        }
    }

    /// Changes the head.
    func changeHead(_ change: (inout HeadRecord) -> Void) throws {
        try altering { storage, transaction in
            var head = try storage.head(in: transaction.reading)
            change(&head)
            try transaction.put(head.bytes.span, for: LogFormat.headKey, in: storage.state)
        }
    }

    /// Takes everything out of the indexes and columns, and writes it anew as somebody else wants it.
    ///
    /// - Parameters:
    ///   - postings: what is done to the keys that the indexes hold of an event, by its position.
    ///   - columns: what is done to what the columns hold of it.
    func index(
        postings: (UInt64, inout IndexKeys) -> Void = { _, _ in },
        columns: (UInt64, inout IndexKeys, inout Int64) -> Void = { _, _, _ in }
    ) throws {
        let lines = try lines()
        try altering { storage, transaction in
            try Self.index(lines, storage, &transaction, postings, columns)
        }
    }

    /// Changes stored bytes of the indexes and columns, by their keys.
    func changeStored(_ change: (_ key: [UInt8], _ value: inout [UInt8]) -> Bool) throws {
        try altering { storage, transaction in
            let database = try storage.environment.database(LogIndexes.database)
            var changed: [(Key, [UInt8])] = []
            try transaction.reading.withCursor(in: database) { cursor in
                var isPlaced = try cursor.first()
                while isPlaced {
                    let (key, found) = cursor.withCurrent { ([UInt8](copying: $0), [UInt8](copying: $1)) }
                    var value = found
                    if change(key, &value) {
                        changed.append((key.dropFirst().reduce(Key(key[0])) { $0.appending($1) }, value))
                    }
                    isPlaced = try cursor.next()
                }
            }
            for (key, value) in changed { try transaction.put(value.span, for: key, in: database) }
        }
    }

    private static func index(
        _ lines: [[UInt8]], _ storage: LogStorage, _ transaction: inout WriteTransaction,
        _ postings: (UInt64, inout IndexKeys) -> Void = { _, _ in },
        _ columns: (UInt64, inout IndexKeys, inout Int64) -> Void = { _, _, _ in }
    ) throws {
        var tail = TailIndex(base: 0)
        var entries: [ColumnEntry] = []
        for (number, line) in lines.enumerated() {
            let position = UInt64(number)
            let fields = try LineFields(line.span, position: position)
            let keys = IndexKeys(line.span, fields)
            var time = try fields.time(in: line.span, position: position)
            var listed = keys
            postings(position, &listed)
            tail.append(listed, time: time)
            var held = keys
            columns(position, &held, &time)
            entries.append(ColumnEntry(held, time: time))
        }
        let database = try storage.environment.database(LogIndexes.database)
        try transaction.empty(database)
        try storage.indexes.add(tail, in: &transaction)
        try transaction.delete(from: Key(0x40 as UInt8), upTo: Key(0x41 as UInt8), in: database)
        try putValues(of: lines, storage, &transaction)
        // Chunks of 300, as the log itself would have written them.
        for start in stride(from: 0, to: entries.count, by: 300) {
            let chunk = Array(entries[start..<min(start + 300, entries.count)])
            try storage.indexes.columns.add(chunk, from: UInt64(start), in: &transaction)
        }
    }

    /// Columns of values in stretches of 100, as the log itself makes them of what is committed.
    private static func putValues(
        of lines: [[UInt8]], _ storage: LogStorage, _ transaction: inout WriteTransaction
    ) throws {
        let reader = JSONReader()
        var gatherer = ValueGatherer()
        let stretches = try stride(from: 0, through: lines.count - 100, by: 100).map { start in
            gatherer.begin()
            for line in lines[start..<start + 100] {
                try reader.parse(line)
                gatherer.add(reader)
            }
            return gatherer.encode()
        }
        try storage.indexes.values.add(stretches, of: 100, from: 0, in: &transaction)
    }

    private static func put(
        _ lines: [[UInt8]], _ storage: LogStorage, _ transaction: inout WriteTransaction
    ) throws {
        try transaction.empty(storage.lines)
        var block = BlockBuilder(first: 0)
        var value: [UInt8] = []
        func finish() throws {
            let key = Key(block.first)
            block.finish(into: &value, packer: storage.packer)
            try transaction.put(value.span, for: key, in: storage.lines)
        }
        for (position, line) in lines.enumerated() {
            if block.count == 100 || block.isFull(for: line.count) { try finish() }
            let fields = try LineFields(line.span, position: UInt64(position))
            let place = BlockShape.Line(
                position: UInt64(position), range: 0..<line.count,
                recordedOffset: fields.recordedTime.lowerBound)
            block.append(
                line.span, recordedOffset: fields.recordedTime.lowerBound,
                recorded: try LogStorage.recorded(line.span, place))
        }
        try finish()
    }

    private static func put(
        _ hashes: [TreeHash], at address: TileAddress, _ storage: LogStorage,
        _ transaction: inout WriteTransaction
    ) throws {
        var value: [UInt8] = []
        for hash in hashes { hash.append(to: &value) }
        try transaction.put(value.span, for: LogStorage.tileKey(address), in: storage.tiles)
    }
}
