import LMDB

/// One run being read from end to end, a block at a time, for a merge.
struct MergeInput {
    let run: Run
    private(set) var key: UInt64 = 0
    private(set) var isAtEnd = false
    private var bytes: [UInt8] = []
    private var block: Block?
    private var reader: GroupReader?
    /// Where the next block is looked for.
    private var next: Key?

    init(_ run: Run, in set: RunSet) {
        self.run = run
        next = set.blockKey(run.number, 0, 0)
    }

    /// Moves to the next group, reading the next block where one ends.
    mutating func advance(_ set: RunSet, _ cursor: inout Cursor) throws {
        while true {
            if var reader, let block {
                let hasGroup = try reader.nextGroup(block, bytes.span)
                self.reader = reader
                if hasGroup {
                    key = reader.key
                    return
                }
            }
            guard try readBlock(set, &cursor) else {
                isAtEnd = true
                return
            }
        }
    }

    private mutating func readBlock(_ set: RunSet, _ cursor: inout Cursor) throws -> Bool {
        guard let target = next, try cursor.seek(atLeast: target), set.isInBlocks(run, cursor) else {
            return false
        }
        bytes.removeAll(keepingCapacity: true)
        // A copy, because the merge goes on in another transaction.
        cursor.withValue { lent in for index in lent.indices { bytes.append(lent[index]) } }
        // A zero byte behind the key makes the smallest key that sorts after it.
        next = cursor.withKey { Key(copying: $0).appending(0 as UInt8) }
        let block = try Block(bytes.span)
        reader = try GroupReader(block, bytes.span)
        self.block = block
        return true
    }

    /// Hands the rest of the group to the encoder, until that has `limit` bytes ready; true when all is done.
    mutating func drain(into encoder: inout RunEncoder, limit: Int) throws -> Bool {
        guard var reader else { return true }
        let bytes = self.bytes
        let span = bytes.span
        while reader.remaining > 0, encoder.pendingByteCount < limit {
            encoder.append(key: key, position: try reader.nextPosition(span) + run.covering.lowerBound)
        }
        let isDone = reader.remaining == 0
        self.reader = reader
        return isDone
    }
}

/// A merge of neighbouring runs into one, in steps: each writes at most about a mebibyte, in one commit.
///
/// Until the last step swaps the new run in, its number stands under `building` in the catalogue, and nobody
/// reads it. Killed at any point, it leaves the index as it was; what it wrote is deleted on opening.
struct RunMerge {
    static let partByteCount = 1 << 20

    private let set: RunSet
    private let runs: [Run]
    private var inputs: [MergeInput]
    private var number: UInt32?
    private var encoder: RunEncoder
    private var filter: RunFilter.Builder?
    private let filterBlockCount: UInt64
    private var hasStarted = false
    private var filteredKey: UInt64?

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
            for place in inputs.indices { try inputs[place].advance(set, &cursor) }
            hasStarted = true
        }
        while let key = lowestKey() {
            if key != filteredKey {
                filter?.add(key << UInt64(64 - set.options.keyBits))
                filteredKey = key
            }
            // Neighbours cover ascending positions, so their lists of one key follow each other.
            for place in inputs.indices {
                while !inputs[place].isAtEnd, inputs[place].key == key {
                    let isDone = try inputs[place].drain(into: &encoder, limit: Self.partByteCount)
                    if !isDone { return false }
                    try inputs[place].advance(set, &cursor)
                }
            }
            if encoder.pendingByteCount >= Self.partByteCount { return false }
        }
        return true
    }

    private func lowestKey() -> UInt64? {
        var lowest: UInt64?
        for input in inputs where !input.isAtEnd {
            if let known = lowest, known <= input.key { continue }
            lowest = input.key
        }
        return lowest
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
