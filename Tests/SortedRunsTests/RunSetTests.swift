import LMDB
import SortedRuns
import Testing

struct RunSetTests {
    let folder: TemporaryFolder
    let environment: LMDBEnvironment
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        environment = try LMDBEnvironment(folder: folder.path, access: .create)
        database = try environment.database("indexes", create: true)
    }

    @Test func anEmptyIndexAnswersNothing() throws {
        let set = RunSet(index: 1, in: database, options: .present)
        let transaction = try environment.beginReading()
        #expect(try set.coveredEnd(in: transaction) == 0)
        #expect(try set.positions(of: 5, in: transaction) == [])
        #expect(try set.count(of: 5, in: transaction) == 0)
        #expect(try set.mayContain(5, in: transaction) == false)
    }

    @Test func aRunThatLeavesAGapIsRefused() throws {
        let set = RunSet(index: 1, in: database, options: .present)
        try environment.write { try set.add([], covering: 0..<10, in: &$0) }
        #expect(throws: SortedRunsError.self) {
            try environment.write { try set.add([], covering: 11..<20, in: &$0) }
        }
        #expect(throws: SortedRunsError.self) {
            try environment.write { try set.add([], covering: 9..<20, in: &$0) }
        }
        #expect(try environment.read { try set.coveredEnd(in: $0) } == 10)
    }

    @Test func otherOptionsAreRefused() throws {
        let set = RunSet(index: 1, in: database, options: .present)
        try environment.write { try set.add([Posting(key: 1, position: 0)], covering: 0..<1, in: &$0) }
        let other = RunSet(index: 1, in: database, options: .usuallyAbsent)
        #expect(throws: SortedRunsError.self) { try environment.read { try other.count(of: 1, in: $0) } }
    }

    @Test func indexesShareADatabaseWithoutMixing() throws {
        let first = RunSet(index: 1, in: database, options: .present)
        let second = RunSet(index: 2, in: database, options: .usuallyAbsent)
        try environment.write { transaction in
            try first.add([Posting(key: .max, position: 3)], covering: 0..<4, in: &transaction)
            try second.add([Posting(key: 0, position: 7)], covering: 0..<8, in: &transaction)
        }
        let transaction = try environment.beginReading()
        #expect(try first.positions(of: .max, in: transaction) == [3])
        #expect(try second.positions(of: .max, in: transaction) == [])
        #expect(try second.positions(of: 0, in: transaction) == [7])
        #expect(try first.positions(of: 0, in: transaction, order: .descending) == [])
    }

    @Test func anAbortedRunLeavesNoTrace() throws {
        struct Refusal: Error {}
        let set = RunSet(index: 1, in: database, options: .usuallyAbsent)
        #expect(throws: Refusal.self) {
            try environment.write { transaction in
                try set.add([Posting(key: 9 << 60, position: 0)], covering: 0..<1, in: &transaction)
                #expect(try set.positions(of: 9 << 60, in: transaction.reading) == [0])
                throw Refusal()
            }
        }
        #expect(try environment.read { try set.positions(of: 9 << 60, in: $0) } == [])
        try environment.write { try set.add([Posting(key: 8 << 60, position: 0)], covering: 0..<1, in: &$0) }
        #expect(try environment.read { try set.positions(of: 8 << 60, in: $0) } == [0])
        #expect(try environment.read { try set.positions(of: 9 << 60, in: $0) } == [])
    }

    @Test func aListOfManyBlocksIsReadFromAnyPlace() throws {
        let set = RunSet(index: 1, in: database, options: .present)
        let total: UInt64 = 200_000
        let postings = (0..<total).map { Posting(key: $0 % 3 == 0 ? 77 : 78 + $0 % 2, position: $0 * 5) }
        try environment.write { try set.add(postings, covering: 0..<total * 5, in: &$0) }
        let expected = postings.filter { $0.key == 77 }.map(\.position)
        let transaction = try environment.beginReading()
        #expect(try set.positions(of: 77, in: transaction) == expected)
        #expect(try set.count(of: 77, in: transaction) == expected.count)
        #expect(try set.positions(of: 77, in: transaction, order: .descending) == expected.reversed())
        let tail = try set.positions(of: 77, in: transaction, within: 900_000..<900_100)
        #expect(tail == expected.filter { (900_000..<900_100).contains($0) })
        let newest = try set.positions(
            of: 77, in: transaction, within: 0..<500_000, order: .descending, limit: 3)
        #expect(newest == Array(expected.filter { $0 < 500_000 }.reversed().prefix(3)))
    }

    @Test(arguments: [RunSet.Options.present, .usuallyAbsent], [1, 2, 3] as [UInt64])
    func anIndexAgreesWithADictionary(options: RunSet.Options, salt: UInt64) throws {
        let seed = UInt64.random(in: 0..<1 << 32) + salt
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var model = RunModel(keyCount: Int(random.next() % 400) + 1, using: &random)
        let set = RunSet(index: 3, in: database, options: options)
        for _ in 0..<30 {
            let size: UInt64 = 1 << (random.next() % 13)
            let (postings, covering) = model.nextRun(positions: size, using: &random)
            try environment.write { try set.add(postings, covering: covering, in: &$0) }
            if random.next() % 4 == 0 {
                try set.mergeIfNeeded(environment, completely: random.next() % 3 == 0)
            }
            if random.next() % 6 == 0 { try model.check(set, in: environment, using: &random) }
        }
        try model.check(set, in: environment, using: &random)
        try set.mergeIfNeeded(environment, completely: true)
        try model.check(set, in: environment, using: &random)
        #expect(try environment.read { try set.statistics(in: $0).runCount } == 1)
    }
}
