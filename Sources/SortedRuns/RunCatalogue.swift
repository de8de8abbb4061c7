import LMDB

/// One sorted run of an index, as its catalogue lists it.
struct Run: Equatable {
    var number: UInt32
    /// The positions it covers, whether or not each has a posting.
    var covering: Range<UInt64>
    var postingCount: UInt64
    var keyCount: UInt64
    var blockCount: UInt64
    var byteCount: UInt64
    /// 0: the run has no filter.
    var filterBlockCount: UInt64

    /// Runs of one level have about the same size: each level is eight times the one below.
    var level: Int { (64 - (postingCount | 1).leadingZeroBitCount - 1) / 3 }
}

/// What an index consists of: one small LMDB value, replaced in the transaction that changes it.
struct RunCatalogue: Equatable {
    static let formatVersion: UInt8 = 1

    var keyBits: UInt8
    var filterBitsPerKey: UInt8
    /// Positions below it are covered by runs.
    var coveredEnd: UInt64 = 0
    var nextNumber: UInt32 = 1
    /// In order of what they cover, without gaps or overlaps.
    var runs: [Run] = []
    /// Runs that a merge is writing: nobody reads them.
    var building: [UInt32] = []
    /// Runs that are to be deleted: nobody reads them.
    var doomed: [UInt32] = []

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ number: UInt64, _ width: Int) {
            for shift in (0..<width).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: number >> (shift * 8)))
            }
        }
        put(UInt64(Self.formatVersion), 1)
        put(UInt64(keyBits), 1)
        put(UInt64(filterBitsPerKey), 1)
        put(0, 1)
        put(coveredEnd, 8)
        for number in [nextNumber, UInt32(runs.count), UInt32(building.count), UInt32(doomed.count)] {
            put(UInt64(number), 4)
        }
        for run in runs {
            put(UInt64(run.number), 4)
            for number in [
                run.covering.lowerBound, run.covering.upperBound, run.postingCount, run.keyCount,
                run.blockCount,
                run.byteCount, run.filterBlockCount,
            ] { put(number, 8) }
        }
        for number in building + doomed { put(UInt64(number), 4) }
        // The checksum lets readers know the catalogue they parsed before, and damage.
        return Self.bytes(of: Self.checksum(bytes.span, from: 0)) + bytes
    }

    /// - Throws: `damaged` or `incompatible`.
    init(_ stored: Span<UInt8>, index: UInt8) throws(SortedRunsError) {
        guard stored.count >= 36, stored.bigEndianUInt64(at: 0) == Self.checksum(stored, from: 8) else {
            throw .damaged(index: index, "its catalogue has a wrong checksum")
        }
        guard stored[8] == Self.formatVersion else {
            throw SortedRunsError(
                .incompatible,
                "index \(index) has format \(stored[8]), this program reads \(Self.formatVersion). Use a newer program"
            )
        }
        keyBits = stored[9]
        filterBitsPerKey = stored[10]
        coveredEnd = stored.bigEndianUInt64(at: 12)
        nextNumber = stored.bigEndianUInt32(at: 20)
        let counts = (0..<3).map { Int(stored.bigEndianUInt32(at: 24 + $0 * 4)) }
        guard stored.count == 36 + counts[0] * 60 + (counts[1] + counts[2]) * 4 else {
            throw .damaged(index: index, "its catalogue has a wrong length")
        }
        for number in 0..<counts[0] {
            let place = 36 + number * 60
            let fields = (0..<7).map { stored.bigEndianUInt64(at: place + 4 + $0 * 8) }
            runs.append(
                Run(
                    number: stored.bigEndianUInt32(at: place),
                    covering: fields[0]..<max(fields[0], fields[1]),
                    postingCount: fields[2], keyCount: fields[3], blockCount: fields[4], byteCount: fields[5],
                    filterBlockCount: fields[6]))
        }
        let rest = 36 + counts[0] * 60
        let numbers = (0..<counts[1] + counts[2]).map { stored.bigEndianUInt32(at: rest + $0 * 4) }
        building = Array(numbers[..<counts[1]])
        doomed = Array(numbers[counts[1]...])
    }

    init(keyBits: UInt8, filterBitsPerKey: UInt8) {
        self.keyBits = keyBits
        self.filterBitsPerKey = filterBitsPerKey
    }

    private static func bytes(of number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - $0 * 8)) }
    }

    /// FNV-1a over the bytes from `start` on (64 bits; offset basis and prime as published by its authors).
    private static func checksum(_ bytes: Span<UInt8>, from start: Int) -> UInt64 {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in start..<bytes.count { sum = (sum ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return sum
    }
}
