import LMDB

/// A merge of neighbouring runs into one, in steps: each writes at most about a mebibyte, in one commit.
///
/// Until the last step swaps the new run in, its number stands under `building` in the catalogue, and nobody
/// reads it. Killed at any point, it leaves the index as it was; what it wrote is deleted on opening.
struct RunMerge {
    private let set: RunSet
    private let runs: [Run]
    private var inputs: [MergeInput]
    private var heads = MergeHeads()
    private var number: UInt32?
    private var encoder: RunEncoder
    private var filter: RunFilter.Builder?
    private let filterBlockCount: UInt64
    private var hasStarted = false

    init(_ runs: [Run], in set: RunSet) {
        self.set = set
        self.runs = runs
        inputs = runs.map { MergeInput($0, in: set) }
        encoder = RunEncoder(base: runs[0].covering.lowerBound)
        if set.options.filterBitsPerKey > 0 {
            filterBlockCount = RunFilter.blockCount(
                keys: runs.reduce(0) { $0 + $1.keyCount }, bitsPerKey: set.options.filterBitsPerKey)
            filter = RunFilter.Builder(blockCount: filterBlockCount)
        } else {
            filterBlockCount = 0
        }
    }

    /// Reads and writes one part; true while there is more to do.
    mutating func step(_ environment: LMDBEnvironment) throws -> Bool {
        let isDone: Bool
        do {
            isDone = try environment.read { transaction in
                try transaction.withCursor(in: set.database) { cursor in try gather(&cursor) }
            }
        } catch is BlockDamage {
            throw SortedRunsError.damaged(index: set.index, "a block of \(runs.map(\.number)) cannot be read")
        }
        if isDone {
            encoder.finish()
            filter?.finish()
        }
        try write(environment, isLast: isDone)
        return !isDone
    }

    /// Merges until a part is full; true when all inputs are at their end.
    private mutating func gather(_ cursor: inout Cursor) throws -> Bool {
        if !hasStarted {
            for place in inputs.indices where try inputs[place].advance(set, &cursor) {
                heads.insert(key: inputs[place].key, input: place)
            }
            hasStarted = true
        }
        let shift = UInt64(64 - set.options.keyBits)
        while let (key, place) = heads.lowest {
            filter?.add(key << shift)
            // Neighbours cover ascending positions, and of equal keys the earlier run comes first: the lists
            // of one key follow each other.
            guard try inputs[place].drain(into: &encoder, limit: set.partByteCount) else { return false }
            if try inputs[place].advance(set, &cursor) {
                heads.replaceLowest(key: inputs[place].key)
            } else {
                heads.removeLowest()
            }
            if encoder.pendingByteCount >= set.partByteCount { return false }
        }
        return true
    }

    private mutating func write(_ environment: LMDBEnvironment, isLast: Bool) throws {
        let blocks = encoder.takeBlocks()
        let parts = filter?.takeParts() ?? []
        var number = self.number
        try environment.write { transaction in
            var catalogue = try set.catalogue(in: transaction.reading)
            let output = number ?? catalogue.nextNumber
            if number == nil {
                catalogue.nextNumber += 1
                catalogue.building.append(output)
                number = output
            }
            guard catalogue.building.contains(output), let place = place(in: catalogue) else {
                throw SortedRunsError.damaged(
                    index: set.index, "its runs changed while they were merged, by a second writer")
            }
            try set.put(blocks, output, in: &transaction)
            try set.put(parts, output, in: &transaction)
            if isLast {
                catalogue.runs.replaceSubrange(place, with: [merged(output)])
                catalogue.building.removeAll { $0 == output }
                catalogue.doomed += runs.map(\.number)
            }
            try set.store(catalogue, in: &transaction)
        }
        self.number = number
    }

    /// Where the inputs stand in the catalogue: side by side, as when the merge began.
    private func place(in catalogue: RunCatalogue) -> Range<Int>? {
        guard let first = catalogue.runs.firstIndex(of: runs[0]) else { return nil }
        let place = first..<first + runs.count
        guard place.upperBound <= catalogue.runs.count, Array(catalogue.runs[place]) == runs else {
            return nil
        }
        return place
    }

    private func merged(_ number: UInt32) -> Run {
        Run(
            number: number,
            covering: runs[0].covering.lowerBound..<runs[runs.count - 1].covering.upperBound,
            postingCount: encoder.postingCount, keyCount: encoder.keyCount, blockCount: encoder.blockCount,
            byteCount: encoder.byteCount, filterBlockCount: filterBlockCount)
    }
}
