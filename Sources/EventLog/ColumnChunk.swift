import LMDB

/// The columns of consecutive events, at most 4,096, as one stored value of about six bytes an event.
///
/// Header: version (1 byte), a zero, count (2). Then, for each attribute: how many different hashes there are
/// (2), how wide a code is (1: 0, 1 or 2 bytes), the hashes (4 each), the codes. Then the minutes: width (1: 0,
/// 1, 2 or 4 bytes), the first and the last minute (4 each), the distances from the first. Big-endian.
struct ColumnChunk {
    static let version: UInt8 = 1
    static let capacity = 4_096
    private static let headerByteCount = 4

    /// Which of a column's codes pass a filter.
    enum Match {
        case none
        case all
        case some([Bool])
    }

    struct Column {
        var hashes: Range<Int>
        var width: Int
        var codes: Int
    }

    /// How many events are in it.
    let count: Int
    /// From the first minute to the last.
    let minutes: ClosedRange<Int32>
    private(set) var columns: [Column] = []
    let minuteWidth: Int
    let distances: Int

    /// Finds the parts of a stored chunk.
    init(_ bytes: Span<UInt8>) throws(LogError) {
        guard bytes.count > Self.headerByteCount, bytes[0] == Self.version else { throw Self.damaged }
        count = Int(bytes.bigEndianUInt16(at: 2))
        var offset = Self.headerByteCount
        for _ in ColumnKind.allCases {
            guard offset + 3 <= bytes.count else { throw Self.damaged }
            let hashCount = Int(bytes.bigEndianUInt16(at: offset))
            let width = Int(bytes[offset + 2])
            let hashes = offset + 3..<offset + 3 + hashCount * 4
            columns.append(Column(hashes: hashes, width: width, codes: hashes.upperBound))
            guard width <= 2, width == 2 || hashCount <= (width == 0 ? 1 : 256) else { throw Self.damaged }
            offset = hashes.upperBound + count * width
        }
        guard offset + 9 <= bytes.count else { throw Self.damaged }
        minuteWidth = Int(bytes[offset])
        let first = Int32(bitPattern: bytes.bigEndianUInt32(at: offset + 1))
        let last = Int32(bitPattern: bytes.bigEndianUInt32(at: offset + 5))
        distances = offset + 9
        guard first <= last, bytes.count == distances + count * minuteWidth else { throw Self.damaged }
        minutes = first...last
    }

    private static var damaged: LogError {
        LogError(.damaged, "a chunk of the log's columns cannot be read; it can be deleted and is made again")
    }

    // MARK: Asking

    /// Which codes of a column stand for one of some hashes.
    func match(_ kind: ColumnKind, _ wanted: [UInt32], _ bytes: Span<UInt8>) -> Match {
        let column = columns[kind.rawValue]
        var passing: [Bool] = []
        passing.reserveCapacity(column.hashes.count / 4)
        var passed = 0
        for offset in stride(from: column.hashes.lowerBound, to: column.hashes.upperBound, by: 4) {
            let passes = wanted.contains(bytes.bigEndianUInt32(at: offset))
            passed += passes ? 1 : 0
            passing.append(passes)
        }
        return passed == 0 ? .none : passed == passing.count ? .all : .some(passing)
    }

    /// The places whose code passes.
    func filter(
        _ kind: ColumnKind, by passing: [Bool], _ bytes: Span<UInt8>, within range: Range<Int>,
        among places: [Int]?
    ) -> [Int] {
        let column = columns[kind.rawValue]
        let codes = bytes.extracting(column.codes..<column.codes + count * column.width)
        let passing = passing.span
        // A code without a hash is damage, which `verify` names; here it passes nothing.
        func passes(_ code: Int) -> Bool { code < passing.count && passing[code] }
        if column.width == 1 { return filter(range, places) { passes(Int(codes[$0])) } }
        return filter(range, places) { passes(Int(codes.bigEndianUInt16(at: 2 * $0))) }
    }

    /// The places whose minute lies in a range.
    func filter(
        by wanted: ClosedRange<Int32>, _ bytes: Span<UInt8>, within range: Range<Int>, among places: [Int]?
    ) -> [Int] {
        let all = bytes.extracting(distances..<distances + count * minuteWidth)
        let first = Int64(minutes.lowerBound)
        let low = Int64(wanted.lowerBound) - first
        let high = Int64(wanted.upperBound) - first
        switch minuteWidth {
        case 0: return low <= 0 && high >= 0 ? places ?? Array(range) : []
        case 1: return filter(range, places) { low <= Int64(all[$0]) && Int64(all[$0]) <= high }
        case 2:
            return filter(range, places) { place in
                let distance = Int64(all.bigEndianUInt16(at: 2 * place))
                return low <= distance && distance <= high
            }
        default:
            return filter(range, places) { place in
                let distance = Int64(all.bigEndianUInt32(at: 4 * place))
                return low <= distance && distance <= high
            }
        }
    }

    @inline(__always)
    private func filter(_ range: Range<Int>, _ places: [Int]?, _ passes: (Int) -> Bool) -> [Int] {
        var passed: [Int] = []
        if let places {
            for place in places where passes(place) { passed.append(place) }
        } else {
            for place in range where passes(place) { passed.append(place) }
        }
        return passed
    }

    // MARK: Asking about all places

    /// Sets the mask of places to 0 whose code does not pass. Without branches: where half of the codes pass, to
    /// guess which costs more than to look.
    func mask(
        _ mask: inout [UInt8], _ kind: ColumnKind, by passing: [Bool], _ bytes: Span<UInt8>,
        within range: Range<Int>
    ) {
        let column = columns[kind.rawValue]
        let codes = bytes.extracting(column.codes..<column.codes + count * column.width)
        var allowed = passing.map { $0 ? 1 as UInt8 : 0 }
        var places = mask.mutableSpan
        if column.width == 1 {
            allowed += [UInt8](repeating: 0, count: 256 - allowed.count)
            let allowed = allowed.span
            for index in places.indices { places[index] &= allowed[Int(codes[range.lowerBound + index])] }
        } else {
            let allowed = allowed.span
            for index in places.indices {
                let code = Int(codes.bigEndianUInt16(at: 2 * (range.lowerBound + index)))
                places[index] &= code < allowed.count ? allowed[code] : 0
            }
        }
    }

    /// Sets the mask of places to 0 whose minute does not lie in a range.
    func mask(
        _ mask: inout [UInt8], by wanted: ClosedRange<Int32>, _ bytes: Span<UInt8>, within range: Range<Int>
    ) {
        let all = bytes.extracting(distances..<distances + count * minuteWidth)
        let first = Int64(minutes.lowerBound)
        let low = Int64(wanted.lowerBound) - first
        let high = Int64(wanted.upperBound) - first
        let (width, start) = (minuteWidth, range.lowerBound)
        var places = mask.mutableSpan
        for index in places.indices {
            let distance: Int64 =
                switch width {
                case 0: 0
                case 1: Int64(all[start + index])
                case 2: Int64(all.bigEndianUInt16(at: 2 * (start + index)))
                default: Int64(all.bigEndianUInt32(at: 4 * (start + index)))
                }
            places[index] &= (low <= distance ? 1 : 0) & (distance <= high ? 1 : 0)
        }
    }

    // MARK: Making

    /// The stored form of some events, at most `capacity`.
    static func encode(_ entries: ArraySlice<ColumnEntry>) -> [UInt8] {
        precondition(!entries.isEmpty && entries.count <= capacity, "a chunk holds 1 to \(capacity) events")
        var bytes: [UInt8] = [version, 0]
        bytes.reserveCapacity(entries.count * 8 + 64)
        bytes.append(bigEndian: UInt16(entries.count))
        for kind in ColumnKind.allCases { encode(kind, of: entries, to: &bytes) }
        encodeMinutes(of: entries, to: &bytes)
        return bytes
    }

    private static func encode(
        _ kind: ColumnKind, of entries: ArraySlice<ColumnEntry>, to bytes: inout [UInt8]
    ) {
        var codes: [UInt32: UInt16] = [:]
        var hashes: [UInt32] = []
        var column: [UInt16] = []
        column.reserveCapacity(entries.count)
        var last: (hash: UInt32, code: UInt16)?
        for entry in entries {
            let hash = entry[kind]
            if let last, last.hash == hash {
                column.append(last.code)
                continue
            }
            let code = codes[hash] ?? UInt16(hashes.count)
            if Int(code) == hashes.count {
                codes[hash] = code
                hashes.append(hash)
            }
            last = (hash, code)
            column.append(code)
        }
        let width = hashes.count == 1 ? 0 : hashes.count <= 256 ? 1 : 2
        bytes.append(bigEndian: UInt16(hashes.count))
        bytes.append(UInt8(width))
        for hash in hashes { bytes.append(bigEndian: hash) }
        switch width {
        case 0: return
        case 1: for code in column { bytes.append(UInt8(code)) }
        default: for code in column { bytes.append(bigEndian: code) }
        }
    }

    private static func encodeMinutes(of entries: ArraySlice<ColumnEntry>, to bytes: inout [UInt8]) {
        var (first, last) = (Int32.max, Int32.min)
        for entry in entries {
            first = min(first, entry.minute)
            last = max(last, entry.minute)
        }
        let span = Int64(last) - Int64(first)
        let width = span == 0 ? 0 : span <= 0xFF ? 1 : span <= 0xFFFF ? 2 : 4
        bytes.append(UInt8(width))
        bytes.append(bigEndian: UInt32(bitPattern: first))
        bytes.append(bigEndian: UInt32(bitPattern: last))
        guard width > 0 else { return }
        for entry in entries {
            let distance = UInt32(Int64(entry.minute) - Int64(first))
            switch width {
            case 1: bytes.append(UInt8(distance))
            case 2: bytes.append(bigEndian: UInt16(distance))
            default: bytes.append(bigEndian: distance)
            }
        }
    }
}
