import Events
import LMDB
import Merkle

/// The sealed lines of consecutive events as one stored value.
///
/// Header, 24 bytes: codec (0 plain, 1 packed), a zero, count (2 bytes), bytes of all lines (4), recorded time of the
/// first and of the last line in microseconds (8 each). Then 4 bytes a line: its length and where in it the
/// digits of its recorded time begin. Then the lines, one behind the other. Codec 1 packs what follows the
/// header by Zstandard; unpacked, the block is the plain one.
enum BlockHeader {
    static let byteCount = 24
    static let entryByteCount = 4
    static let plainCodec: UInt8 = 0
    static let packedCodec: UInt8 = 1
    /// Fewer bytes than these are not worth the unpacking: two pages.
    static let leastPackedByteCount = 8_192
    /// No block that this program or an older one wrote is longer than this when it is unpacked.
    static let mostUnpackedByteCount = 1 << 20

    /// The stored value is a packed block.
    static func isPacked(_ value: Span<UInt8>) -> Bool {
        value.count >= byteCount && value[0] == packedCodec
    }

    /// The plain block of a packed one.
    static func unpacked(
        _ value: Span<UInt8>, first: UInt64, by packer: BlockPacker, into block: inout [UInt8]
    ) throws(LogError) {
        block.removeAll(keepingCapacity: true)
        let byteCount =
            Int(value.bigEndianUInt16(at: 2)) * entryByteCount + Int(value.bigEndianUInt32(at: 4))
        block.append(lent: value.extracting(0..<Self.byteCount))
        block[0] = plainCodec
        guard byteCount <= mostUnpackedByteCount,
            packer.unpack(
                value.extracting(Self.byteCount..<value.count), byteCount: byteCount, into: &block)
        else {
            throw LogError(.damaged, "the block at position \(first) cannot be unpacked")
        }
    }
}

/// Gathers lines until they fill a block.
struct BlockBuilder {
    /// The position of the first line.
    private(set) var first: UInt64
    private(set) var count = 0
    private var entries: [UInt8] = []
    private var lines: [UInt8] = []
    /// Where in `lines` each line begins, and behind them where the last one ends.
    private var starts: [UInt32] = [0]
    private var firstRecorded: Int64 = 0
    private var lastRecorded: Int64 = 0

    init(first: UInt64) { self.first = first }

    /// Whether another line of this length would make the block too large. An empty block takes any line.
    func isFull(for lineByteCount: Int) -> Bool {
        let entryBytes = (count + 1) * BlockHeader.entryByteCount
        return count > 0
            && BlockHeader.byteCount + entryBytes + lines.count + lineByteCount > LogFormat.blockByteCount
    }

    /// Adds a line.
    ///
    /// - Parameter text: the digits of the recorded time, put into the line; nothing where they stand in it already.
    mutating func append(
        _ line: Span<UInt8>, recordedOffset: Int, recorded: Int64, setting text: [UInt8] = []
    ) {
        if count == 0 { firstRecorded = recorded }
        lastRecorded = recorded
        count += 1
        entries.append(bigEndian: UInt16(line.count))
        entries.append(bigEndian: UInt16(recordedOffset))
        let start = lines.count + recordedOffset
        lines.append(lent: line)
        for place in text.indices { lines[start + place] = text[place] }
        starts.append(UInt32(lines.count))
    }

    /// Appends the leaf hashes of the lines.
    func appendLeaves(to leaves: inout [TreeHash]) {
        TreeHasher.appendLeaves(of: lines.span, starts: starts.span, to: &leaves)
    }

    /// The stored value, packed where that makes it shorter; the builder then begins the next block.
    mutating func finish(into value: inout [UInt8], packer: BlockPacker) {
        value.removeAll(keepingCapacity: true)
        value.append(BlockHeader.plainCodec)
        value.append(0)
        value.append(bigEndian: UInt16(count))
        value.append(bigEndian: UInt32(lines.count))
        value.append(bigEndian: UInt64(bitPattern: firstRecorded))
        value.append(bigEndian: UInt64(bitPattern: lastRecorded))
        entries.append(contentsOf: lines)
        if entries.count >= BlockHeader.leastPackedByteCount, packer.pack(entries.span, into: &value) {
            value[0] = BlockHeader.packedCodec
        } else {
            value.append(contentsOf: entries)
        }
        first += UInt64(count)
        count = 0
        entries.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        starts.removeSubrange(1...)
    }
}

/// Where the lines of a stored block are. It holds no bytes: they are passed in again by who borrowed them.
struct BlockShape {
    /// One line of a block: its place in the block's bytes.
    struct Line {
        let position: UInt64
        let range: Range<Int>
        /// Where in the line the digits of its recorded time begin.
        let recordedOffset: Int
    }

    /// The position of the first line.
    let first: UInt64
    /// How many lines there are.
    let count: Int
    /// The recorded time of the first line.
    let firstRecorded: Int64
    private let linesStart: Int

    /// The position behind the last line.
    var end: UInt64 { first + UInt64(count) }

    /// What the header of a stored block says, packed or plain: the position behind its last line, and the
    /// recorded time of its first.
    static func extent(
        _ value: Span<UInt8>, first: UInt64
    ) throws(LogError) -> (end: UInt64, firstRecorded: Int64) {
        guard value.count > BlockHeader.byteCount else {
            throw LogError(.damaged, "the block at position \(first) is shorter than its header")
        }
        return (
            first + UInt64(value.bigEndianUInt16(at: 2)), Int64(bitPattern: value.bigEndianUInt64(at: 8))
        )
    }

    /// Checks the header against the value's length: a block that does not add up is damaged.
    init(_ bytes: Span<UInt8>, first: UInt64) throws(LogError) {
        guard bytes.count >= BlockHeader.byteCount else {
            throw LogError(.damaged, "the block at position \(first) is shorter than its header")
        }
        guard bytes[0] == BlockHeader.plainCodec else {
            throw LogError(
                .newerVersion,
                "the block at position \(first) is packed by codec \(bytes[0]), which this program does not "
                    + "know; use the version of Daybook that wrote it, or a newer one")
        }
        let count = Int(bytes.bigEndianUInt16(at: 2))
        let linesStart = BlockHeader.byteCount + count * BlockHeader.entryByteCount
        guard count > 0, bytes.count == linesStart + Int(bytes.bigEndianUInt32(at: 4)) else {
            throw LogError(.damaged, "the block at position \(first) is not as long as its header says")
        }
        self.first = first
        self.count = count
        self.linesStart = linesStart
        firstRecorded = Int64(bitPattern: bytes.bigEndianUInt64(at: 8))
    }

    /// The place of the line at a position, which must be in the block.
    func line(at position: UInt64, in bytes: Span<UInt8>) throws(LogError) -> Line {
        let index = Int(position - first)
        var start = linesStart
        for earlier in 0..<index { start += length(earlier, in: bytes) }
        return try line(index, from: start, in: bytes)
    }

    /// Calls `body` for the lines from one position up to another, until it returns false; whether it never did.
    func forEachLine(
        from start: UInt64, upTo end: UInt64, in bytes: Span<UInt8>, _ body: (Line) throws -> Bool
    ) throws -> Bool {
        var line = try line(at: max(start, first), in: bytes)
        let last = min(end, self.end)
        while true {
            guard try body(line) else { return false }
            guard line.position + 1 < last else { return true }
            line = try self.line(Int(line.position + 1 - first), from: line.range.upperBound, in: bytes)
        }
    }

    private func line(_ index: Int, from start: Int, in bytes: Span<UInt8>) throws(LogError) -> Line {
        let entry = BlockHeader.byteCount + index * BlockHeader.entryByteCount
        let end = start + length(index, in: bytes)
        let recordedOffset = Int(bytes.bigEndianUInt16(at: entry + 2))
        guard end <= bytes.count, recordedOffset < end - start else {
            throw LogError(.damaged, "the block at position \(first) has a line that leaves it")
        }
        return Line(position: first + UInt64(index), range: start..<end, recordedOffset: recordedOffset)
    }

    private func length(_ index: Int, in bytes: Span<UInt8>) -> Int {
        Int(bytes.bigEndianUInt16(at: BlockHeader.byteCount + index * BlockHeader.entryByteCount))
    }
}

extension Span where Element == UInt8 {
    func bigEndianUInt16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }
}
