import LMDB

/// The names and numbers of what is stored. They are part of the format: none is ever given another meaning.
///
/// `lines`: key = position of a block's first event, 8 bytes; value = a block (`BlockHeader`).
/// `tiles`: key = level, 1 byte, and index of a tile, 8 bytes; value = the hashes of that tile and, at level 0,
/// of those that follow it and were filled by the same commit. Level 0 holds full tiles only: the hashes
/// behind them are those of lines at the end of the log. Higher levels hold their partial tile too.
/// `state`: the records named below. `indexes…`: see `LogIndexes`. All numbers are big-endian.
enum LogFormat {
    /// The version that this program writes, and the newest that it reads.
    static let version: UInt32 = 1

    static let lines = "lines"
    static let tiles = "tiles"
    static let state = "state"

    /// `state`: the version, 4 bytes.
    static let versionKey = Key("format")
    /// `state`: a `HeadRecord`.
    static let headKey = Key("head")
    /// `state`: `LedgerFacts` as JSON.
    static let ledgerKey = Key("ledger")
    /// `state`: how the keys of signed checkpoints begin; the size follows, 8 bytes. The value is the note.
    static let checkpointKey = Key("checkpoint/")
    /// `state`: the keys that signed, as JSON; absent while there is but the one of `ledger`.
    static let signingKeysKey = Key("signing keys")
    /// `state`: the keys of the witnesses whose cosignatures were kept, as a JSON array.
    static let witnessesKey = Key("witnesses")

    /// A sealed line is at most so long: the length of a tlog entry is 16 bits.
    static let maximumLineByteCount = 65_535
    /// A block's value fills at most 16 pages: an overflow value of 4,096 n − 16 bytes wastes nothing.
    static let blockByteCount = 16 * 4_096 - 16
}

/// What a commit leaves behind about the log as a whole.
struct HeadRecord: Equatable {
    static let byteCount = 8 + 8 + 8 + 32

    /// The number of events.
    var count: UInt64
    /// The recorded time of the last one, in microseconds.
    var lastRecorded: Int64
    /// The position of the first event that was recorded by the ledger's clock; `UInt64.max` while there is
    /// none, which is how long recorded times can be taken over.
    var firstRecordedNow: UInt64
    /// The Merkle root over all events.
    var root: [UInt8]

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.append(bigEndian: count)
        bytes.append(bigEndian: UInt64(bitPattern: lastRecorded))
        bytes.append(bigEndian: firstRecordedNow)
        bytes.append(contentsOf: root)
        return bytes
    }

    init(count: UInt64, lastRecorded: Int64, firstRecordedNow: UInt64, root: [UInt8]) {
        self.count = count
        self.lastRecorded = lastRecorded
        self.firstRecordedNow = firstRecordedNow
        self.root = root
    }

    /// Reads a record; nil where it is shorter than one. A longer one was written by a newer version that
    /// added to it, which a program of this version may ignore.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= Self.byteCount else { return nil }
        count = bytes.bigEndianUInt64(at: 0)
        lastRecorded = Int64(bitPattern: bytes.bigEndianUInt64(at: 8))
        firstRecordedNow = bytes.bigEndianUInt64(at: 16)
        root = [UInt8](copying: bytes.extracting(24..<56))
    }
}

extension [UInt8] {
    mutating func append(bigEndian number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append(bigEndian number: UInt32) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append(bigEndian number: UInt16) {
        append(UInt8(truncatingIfNeeded: number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }
}
