import LMDB
import SortedRuns
import Testing

/// Numbers that come again with their seed (SplitMix64; Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// What an index should answer: a dictionary of lists.
struct RunModel {
    var lists: [UInt64: [UInt64]] = [:]
    var coveredEnd: UInt64 = 0
    let keys: [UInt64]

    init(keyCount: Int, using random: inout SeededGenerator) {
        keys = (0..<keyCount).map { _ in random.next() }
    }

    /// Postings of the next positions, shuffled, already noted in the model.
    mutating func nextRun(
        positions: UInt64, using random: inout SeededGenerator
    ) -> (postings: [Posting], covering: Range<UInt64>) {
        let range = coveredEnd..<coveredEnd + positions
        var postings: [Posting] = []
        for position in range where random.next() % 8 != 0 {
            // Squaring prefers the first keys: some lists are long, most are short.
            let share = Double(random.next() >> 11) / Double(1 << 53)
            let key = keys[Int(share * share * Double(keys.count))]
            postings.append(Posting(key: key, position: position))
            lists[key, default: []].append(position)
        }
        coveredEnd = range.upperBound
        postings.shuffle(using: &random)
        return (postings, range)
    }

    /// Checks every list, several ways, and keys that are absent.
    func check(_ set: RunSet, in environment: LMDBEnvironment, using random: inout SeededGenerator) throws {
        let absent = (0..<50).map { _ in random.next() }
        let transaction = try environment.beginReading()
        #expect(try set.coveredEnd(in: transaction) == coveredEnd)
        for key in keys + absent {
            let expected = lists[key] ?? []
            try #require(try set.positions(of: key, in: transaction) == expected)
            try #require(try set.count(of: key, in: transaction) == expected.count)
            if !expected.isEmpty { try #require(try set.mayContain(key, in: transaction)) }
            try checkWindow(key, expected, set, in: transaction, using: &random)
        }
        try checkBatch(absent, set, in: transaction)
        try checkKeyRange(set, in: transaction, using: &random)
        var total = 0
        try set.forEachPosting(in: transaction) { _ in total += 1 }
        #expect(total == lists.values.reduce(0) { $0 + $1.count })
    }

    private func checkWindow(
        _ key: UInt64, _ expected: [UInt64], _ set: RunSet, in transaction: borrowing ReadTransaction,
        using random: inout SeededGenerator
    ) throws {
        let low = random.next() % (coveredEnd + 1)
        let range = low..<low + random.next() % (coveredEnd - low + 2)
        let limit = Int(random.next() % 10)
        let inside = expected.filter { range.contains($0) }
        let ascending = try set.positions(of: key, in: transaction, within: range, limit: limit)
        try #require(ascending == Array(inside.prefix(limit)))
        let descending = try set.positions(
            of: key, in: transaction, within: range, order: .descending, limit: limit)
        try #require(descending == Array(inside.reversed().prefix(limit)))
    }

    private func checkKeyRange(
        _ set: RunSet, in transaction: borrowing ReadTransaction, using random: inout SeededGenerator
    ) throws {
        let ends = [random.next(), random.next()].sorted()
        // Whole upper halves, so that the bits that are not kept make no difference.
        let range = (ends[0] >> 32) << 32...ends[1] | 0xFFFF_FFFF
        var found: [UInt64] = []
        try set.forEachPosition(ofKeys: range, in: transaction) { _, position in
            found.append(position)
            return true
        }
        let expected = lists.filter { range.contains($0.key) }.flatMap(\.value)
        #expect(found.sorted() == expected.sorted())
    }

    private func checkBatch(
        _ absent: [UInt64], _ set: RunSet, in transaction: borrowing ReadTransaction
    ) throws {
        var found: [UInt64: [UInt64]] = [:]
        let asked = absent + keys
        try set.forEachMatch(of: asked, in: transaction) { number, position in
            found[asked[number], default: []].append(position)
        }
        #expect(found == lists)
    }
}
