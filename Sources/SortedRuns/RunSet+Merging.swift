public import LMDB
import Synchronization

extension RunSet {
    /// How many entries of runs that nobody reads any more are deleted in one commit.
    private static let deletionsPerStep = 64

    /// Deletes what a merge that was interrupted left behind. To be called once on opening for writing,
    /// before anything merges. Does nothing, and writes nothing, where nothing was left.
    public func recover(_ environment: LMDBEnvironment) throws {
        try merging.withLock { _ in
            try abandonMerges(environment)
            while try deleteDoomed(environment) {}
        }
    }

    /// Merges neighbouring runs as long as there are many of a size, then deletes what they replaced.
    ///
    /// Works in steps of about a mebibyte, each with its own short commit, so that other writers get their
    /// turn; a kill at any point loses only work. `goOn` is asked before every step.
    ///
    /// - Parameter completely: merges everything into one run, as after a large import.
    public func mergeIfNeeded(
        _ environment: LMDBEnvironment, completely: Bool = false, while goOn: () -> Bool = { true }
    ) throws {
        try merging.withLock { _ in
            // A merge that failed in this process left its half as one that was killed would have.
            try abandonMerges(environment)
            while goOn(), try deleteDoomed(environment) {}
            while goOn(), let runs = try environment.read({ try nextMerge(in: $0, completely) }) {
                var merge = RunMerge(runs, in: self)
                var hasMore = true
                while hasMore {
                    guard goOn() else { return try abandonMerges(environment) }
                    hasMore = try merge.step(environment)
                }
                while goOn(), try deleteDoomed(environment) {}
            }
        }
    }

    /// Gives up a half-made run; what it wrote is deleted by the next merge.
    private func abandonMerges(_ environment: LMDBEnvironment) throws {
        if try environment.read({ try catalogue(in: $0).building.isEmpty }) { return }
        try environment.write { transaction in
            var catalogue = try catalogue(in: transaction.reading)
            catalogue.doomed += catalogue.building
            catalogue.building = []
            try store(catalogue, in: &transaction)
        }
    }

    /// The runs to merge next: of the lowest level at which eight or more stand at the end, all of that level
    /// and below. Nil when all is well.
    private func nextMerge(in transaction: borrowing ReadTransaction, _ completely: Bool) throws -> [Run]? {
        let runs = try catalogue(in: transaction).runs
        if completely { return runs.count > 1 ? runs : nil }
        for level in 0..<22 {
            let end = Array(runs.reversed().prefix { $0.level <= level }.reversed())
            if end.count >= Self.mergeFactor { return end }
        }
        return nil
    }

    /// Deletes a bounded number of entries of runs that nobody reads; true while there are more.
    private func deleteDoomed(_ environment: LMDBEnvironment) throws -> Bool {
        let hasDoomed = try environment.read { try !catalogue(in: $0).doomed.isEmpty }
        guard hasDoomed else { return false }
        return try environment.write { transaction in
            var catalogue = try catalogue(in: transaction.reading)
            guard let number = catalogue.doomed.first else { return false }
            let deleted = try transaction.delete(
                from: runPrefix(number), upTo: runPrefix(number + 1), in: database,
                limit: Self.deletionsPerStep)
            if deleted < Self.deletionsPerStep {
                catalogue.doomed.removeFirst()
                try store(catalogue, in: &transaction)
            }
            return true
        }
    }
}
