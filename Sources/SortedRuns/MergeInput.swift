import LMDB

/// One run being read from end to end, a block at a time, for a merge.
struct MergeInput {
    let run: Run
    /// The key of the group at which it stands.
    var key: UInt64 { reader.key }
    private var bytes: [UInt8] = []
    private var block: Block?
    private var reader = GroupReader()
    /// Where the next block is looked for.
    private var next: Key

    init(_ run: Run, in set: RunSet) {
        self.run = run
        next = set.blockKey(run.number, 0, 0)
    }

    /// Moves to the next group, reading the next block where one ends; false at the end of the run.
    mutating func advance(_ set: RunSet, _ cursor: inout Cursor) throws -> Bool {
        while true {
            if let block {
                var moved = reader
                let hasGroup = try moved.nextGroup(block, bytes.span)
                reader = moved
                if hasGroup { return true }
            }
            guard try readBlock(set, &cursor) else { return false }
        }
    }

    private mutating func readBlock(_ set: RunSet, _ cursor: inout Cursor) throws -> Bool {
        guard try cursor.seek(atLeast: next), set.isInBlocks(run, cursor) else { return false }
        // A copy, because the merge goes on in another transaction.
        bytes = cursor.withValue { [UInt8](copying: $0) }
        // A zero byte behind the key makes the smallest key that sorts after it.
        next = cursor.withKey { Key(copying: $0).appending(0 as UInt8) }
        let block = try Block(bytes.span)
        reader = try GroupReader(block, bytes.span)
        self.block = block
        return true
    }

    /// Hands the rest of the group to the encoder, until that has `limit` bytes ready; true when all is done.
    mutating func drain(into encoder: inout RunEncoder, limit: Int) throws -> Bool {
        let base = run.covering.lowerBound
        var moved = reader
        while moved.remaining > 0, encoder.pendingByteCount < limit {
            let position = try moved.nextPosition(bytes.span) &+ base
            guard run.covering.contains(position) else { throw BlockDamage() }
            try encoder.append(key: moved.key, position: position)
        }
        reader = moved
        return moved.remaining == 0
    }
}

/// The inputs of a merge by the keys at which they stand: a binary heap, lowest key first, and of equal keys
/// the earlier input.
struct MergeHeads {
    private var entries: [(key: UInt64, input: Int)] = []

    /// The lowest key and the input that stands at it.
    var lowest: (key: UInt64, input: Int)? { entries.first }

    mutating func insert(key: UInt64, input: Int) {
        entries.append((key, input))
        var place = entries.count - 1
        while place > 0, entries[place] < entries[(place - 1) / 2] {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// The lowest input has moved on to a key that is not lower.
    mutating func replaceLowest(key: UInt64) {
        sink((key, entries[0].input))
    }

    /// The lowest input is at its end.
    mutating func removeLowest() {
        let last = entries.removeLast()
        if !entries.isEmpty { sink(last) }
    }

    /// Puts an entry in at the top and lets it sink to its place.
    private mutating func sink(_ entry: (key: UInt64, input: Int)) {
        var place = 0
        while true {
            var child = place * 2 + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[place] = entries[child]
            place = child
        }
        entries[place] = entry
    }
}
