import LMDB
import Testing

@testable import SortedRuns

/// What a kill leaves on disk is what the last commit left: a copy of the environment between two steps is
/// the same image.
struct MergeCrashTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func index(
        _ environment: LMDBEnvironment, _ options: RunSet.Options
    ) throws -> RunSet {
        let database = try environment.database("indexes", create: true)
        // Parts of a few blocks, so that a small merge takes many steps.
        return RunSet(index: 9, in: database, options: options, partByteCount: 4_000)
    }

    @Test(arguments: [RunSet.Options.present, .usuallyAbsent])
    func aMergeKilledBetweenAnyTwoStepsLosesNothing(options: RunSet.Options) throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var model = RunModel(keyCount: 150, using: &random)
        let environment = try LMDBEnvironment(folder: folder.path + "/live", access: .create)
        let set = try index(environment, options)
        for _ in 0..<9 {
            let (postings, covering) = model.nextRun(positions: 2_000 + random.next() % 3_000, using: &random)
            try environment.write { try set.add(postings, covering: covering, in: &$0) }
        }
        var steps = 0
        try set.mergeIfNeeded(environment) {
            steps += 1
            do {
                try checkImage(environment, "\(folder.path)/killed-\(steps)", options, model, &random)
            } catch { Issue.record(error) }
            return true
        }
        #expect(steps > 8, "the merge took too few steps to show anything")
        try model.check(set, in: environment, using: &random)
        #expect(try environment.read { try set.statistics(in: $0).runCount } == 1)
    }

    /// Opens what a kill at this moment would leave, before and after it recovers and goes on.
    private func checkImage(
        _ environment: LMDBEnvironment, _ path: String, _ options: RunSet.Options, _ model: RunModel,
        _ random: inout SeededGenerator
    ) throws {
        try environment.copy(to: path, compact: false)
        let image = try LMDBEnvironment(folder: path, access: .write)
        let set = try index(image, options)
        var model = model
        try model.check(set, in: image, using: &random)
        try set.recover(image)
        try model.check(set, in: image, using: &random)
        try expectNothingLeftOver(set, image)
        let (postings, covering) = model.nextRun(positions: 100, using: &random)
        try image.write { try set.add(postings, covering: covering, in: &$0) }
        try set.mergeIfNeeded(image)
        try model.check(set, in: image, using: &random)
        try expectNothingLeftOver(set, image)
    }

    /// Every entry of the database is the catalogue, or belongs to a run that the catalogue lists.
    private func expectNothingLeftOver(_ set: RunSet, _ environment: LMDBEnvironment) throws {
        let transaction = try environment.beginReading()
        let runs = Set(try set.catalogue(in: transaction).runs.map(\.number))
        try transaction.forEach(in: set.database) { key, _ in
            if key[1] == 1 { #expect(runs.contains(key.bigEndianUInt32(at: 2))) }
            return true
        }
    }

    @Test func aMergeThatIsToldToStopStopsAndGoesOnLater() throws {
        var random = SeededGenerator(seed: 1)
        var model = RunModel(keyCount: 150, using: &random)
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let set = try index(environment, .usuallyAbsent)
        var limit = 1
        for _ in 0..<40 {
            let (postings, covering) = model.nextRun(positions: 1_000, using: &random)
            try environment.write { try set.add(postings, covering: covering, in: &$0) }
            var steps = 0
            try set.mergeIfNeeded(environment) {
                steps += 1
                return steps <= limit
            }
            limit = (limit + 3) % 40
        }
        try model.check(set, in: environment, using: &random)
        try set.mergeIfNeeded(environment)
        try expectNothingLeftOver(set, environment)
        try model.check(set, in: environment, using: &random)
    }

    @Test func aReaderKeepsItsRunsWhileTheyAreMergedAway() throws {
        var random = SeededGenerator(seed: 2)
        var model = RunModel(keyCount: 300, using: &random)
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let set = try index(environment, .present)
        for _ in 0..<9 {
            let (postings, covering) = model.nextRun(positions: 1_000, using: &random)
            try environment.write { try set.add(postings, covering: covering, in: &$0) }
        }
        let before = try environment.beginReading()
        try set.mergeIfNeeded(environment, completely: true)
        for key in model.keys {
            #expect(try set.positions(of: key, in: before) == model.lists[key] ?? [])
        }
    }

    @Test func damageIsNamedNotAnswered() throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let set = try index(environment, .present)
        try environment.write { try set.add([Posting(key: 5, position: 1)], covering: 0..<2, in: &$0) }
        try environment.write { transaction in
            try transaction.put([1, 2, 3].span, for: set.blockKey(1, 5, 1), in: set.database)
        }
        #expect(throws: SortedRunsError.self) { try environment.read { try set.positions(of: 5, in: $0) } }
        #expect(throws: SortedRunsError.self) { try environment.read { try set.count(of: 5, in: $0) } }
        try environment.write { transaction in
            try transaction.put([1, 2, 3].span, for: Key(9 as UInt8).appending(0 as UInt8), in: set.database)
        }
        #expect(throws: SortedRunsError.self) { try environment.read { try set.coveredEnd(in: $0) } }
    }
}
