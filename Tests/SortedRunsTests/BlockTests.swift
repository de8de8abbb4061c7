import Testing

@testable import SortedRuns

struct BlockTests {
    /// Encodes postings and reads all blocks again.
    private func roundTrip(_ postings: [Posting], base: UInt64) throws -> [Posting] {
        var encoder = RunEncoder(base: base)
        for posting in postings { try encoder.append(key: posting.key, position: posting.position) }
        encoder.finish()
        var read: [Posting] = []
        for encoded in encoder.takeBlocks() {
            #expect(encoded.bytes.count <= Block.capacity)
            let span = encoded.bytes.span
            let block = try Block(span)
            var reader = try GroupReader(block, span)
            var isFirst = true
            while try reader.nextGroup(block, span) {
                while reader.remaining > 0 {
                    let posting = Posting(key: reader.key, position: try reader.nextPosition(span) + base)
                    if isFirst {
                        #expect(posting == Posting(key: encoded.firstKey, position: encoded.firstPosition))
                    }
                    isFirst = false
                    read.append(posting)
                }
            }
        }
        #expect(encoder.postingCount == UInt64(read.count))
        return read
    }

    @Test func extremeKeysAndPositionsSurvive() throws {
        let high = UInt64(Int64.max)
        let postings = [
            Posting(key: 0, position: 0), Posting(key: 0, position: high),
            Posting(key: 1, position: high - 1),
            Posting(key: .max - 1, position: 0), Posting(key: .max, position: 3),
            Posting(key: .max, position: high),
        ]
        #expect(try roundTrip(postings, base: 0) == postings)
    }

    @Test(arguments: [1, 2, 3, 127, 128, 129, 130, 16_000, 100_000])
    func listsOfAnyLengthSurvive(count: Int) throws {
        let postings = (0..<count).map { Posting(key: 42, position: UInt64($0) + 1_000) }
        #expect(try roundTrip(postings, base: 1_000) == postings)
        let mixed = (0..<count).map { Posting(key: UInt64($0 / 7) << 20, position: UInt64($0 * $0)) }
        #expect(try roundTrip(mixed, base: 0) == mixed)
    }

    @Test func aRepeatedPostingCountsOnce() throws {
        let postings = [5, 5, 6, 6, 6].map { Posting(key: 1, position: $0) }
        #expect(
            try roundTrip(postings, base: 0) == [Posting(key: 1, position: 5), Posting(key: 1, position: 6)])
    }

    @Test func everyCutOrChangedByteIsReadOrRefusedButNeverTraps() throws {
        var random = SeededGenerator(seed: 7)
        var encoder = RunEncoder(base: 0)
        for number in 0..<300 as Range<UInt64> {
            try encoder.append(key: number * number << 8, position: number)
            try encoder.append(key: number * number << 8, position: number + 900)
        }
        encoder.finish()
        let bytes = encoder.takeBlocks()[0].bytes
        for _ in 0..<3_000 {
            var damaged = bytes
            damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            if random.next() % 4 == 0 { damaged.removeLast(Int(random.next() % UInt64(bytes.count))) }
            let span = damaged.span
            do throws(BlockDamage) {
                let block = try Block(span)
                var reader = try GroupReader(block, span)
                while try reader.nextGroup(block, span) {
                    while reader.remaining > 0 { _ = try reader.nextPosition(span) }
                }
                _ = try GroupReader(of: random.next() >> 40, block, span)
            } catch {
                // Refused, as it should be.
            }
        }
    }

    @Test(arguments: [0, 1, 64, 65, 1_000, 70_000])
    func sortingIsByKeyThenPosition(count: Int) {
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        // Spread keys, few keys, keys that share their upper bits, and all keys equal.
        let masks: [UInt64] = [.max, 7, 0xFFFF, 7 << 60 | 7, 0]
        for mask in masks {
            var postings = (0..<count).map { _ in
                Posting(key: random.next() & mask, position: random.next() >> 40)
            }
            let expected = postings.sorted { ($0.key, $0.position) < ($1.key, $1.position) }
            postings.sortByKeyAndPosition()
            #expect(postings == expected)
        }
    }

    @Test func aFilterNeverDeniesAKeyThatIsThere() {
        var random = SeededGenerator(seed: 3)
        let keys = (0..<20_000).map { _ in random.next() }.sorted()
        let blockCount = RunFilter.blockCount(keys: UInt64(keys.count), bitsPerKey: 12)
        var builder = RunFilter.Builder(blockCount: blockCount)
        for key in keys { builder.add(key) }
        builder.finish()
        let bytes = builder.takeParts().flatMap(\.bytes)
        #expect(bytes.count == Int(blockCount) * RunFilter.blockByteCount)
        func answers(_ key: UInt64) -> Bool {
            let offset = Int(RunFilter.block(of: key, in: blockCount)) * RunFilter.blockByteCount
            return RunFilter.mayContain(key, bytes.span, at: offset)
        }
        for key in keys { #expect(answers(key)) }
        let wrong = (0..<20_000).count { _ in answers(random.next()) }
        #expect(wrong < 400, "more than 2 % of absent keys pass")
    }
}
