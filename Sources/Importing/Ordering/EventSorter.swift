import Events

/// Puts events into the order in which they were recorded; events recorded at the same instant stay in the order
/// of the files.
///
/// An external merge sort. Memory: at most `memoryBytes` while events come in, then one block of 256 KiB for every
/// run, plus one event. Events that fit in memory never touch the disk; the others go to a ``SpillFile``.
struct EventSorter {
    /// An event, and what decides its place.
    struct Entry {
        var recorded: Int64
        /// Counts the events as they come in: decides between equal times.
        var ordinal: Int
        var start: Int
        var end: Int
        var origin: RecordOrigin

        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            left.recorded != right.recorded ? left.recorded < right.recorded : left.ordinal < right.ordinal
        }
    }

    private let memoryBytes: Int
    private let folder: String
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var isOrdered = true
    private(set) var count = 0
    private var spill: SpillFile?
    private var runs: [[SpillFile.Block]] = []

    init(memoryBytes: Int, folder: String) {
        self.memoryBytes = memoryBytes
        self.folder = folder
    }

    /// Takes the events of a batch in; their recorded times must be known.
    mutating func add(_ batch: MappedBatch) throws(SourceError) {
        for event in batch.events {
            guard let recorded = event.recorded else { preconditionFailure("an event without recorded time") }
            let start = bytes.count
            bytes.append(contentsOf: batch.bytes[event.start..<event.end])
            let entry = Entry(
                recorded: recorded.microseconds, ordinal: count, start: start, end: bytes.count,
                origin: event.origin)
            if let last = entries.last, Entry.precedes(entry, last) { isOrdered = false }
            entries.append(entry)
            count += 1
            if bytes.count + entries.count * MemoryLayout<Entry>.stride >= memoryBytes { try spillRun() }
        }
    }

    /// Hands all events out in order, in batches of at most this many.
    mutating func drain(
        batchEvents: Int, progress: ReadProgress, _ consume: (MappedBatch) throws -> Void
    ) throws {
        var batch = MappedBatch(progress: progress)
        func add(_ event: RunReader.Event) throws {
            let start = batch.bytes.count
            batch.bytes.append(contentsOf: event.bytes)
            batch.events.append(
                MappedEvent(
                    start: start, end: batch.bytes.count, origin: event.origin,
                    recorded: Instant(microseconds: event.recorded)))
            batch.bytes.append(0x0A)
            if batch.events.count == batchEvents {
                try consume(batch)
                batch = MappedBatch(progress: progress)
            }
        }
        if let spill {
            try spillRun()
            var merge = try RunMerge(runs: runs, file: spill)
            while let event = try merge.next() { try add(event) }
        } else {
            sortEntries()
            for entry in entries {
                try add(
                    RunReader.Event(
                        recorded: entry.recorded, ordinal: entry.ordinal, origin: entry.origin,
                        bytes: bytes[entry.start..<entry.end]))
            }
        }
        if !batch.events.isEmpty { try consume(batch) }
    }

    private mutating func sortEntries() {
        if !isOrdered { entries.sort(by: Entry.precedes) }
        isOrdered = true
    }

    /// Sorts what is in memory and sets it down as one run.
    private mutating func spillRun() throws(SourceError) {
        guard !entries.isEmpty else { return }
        sortEntries()
        let file: SpillFile
        if let spill { file = spill } else { file = try SpillFile(folder: folder) }
        spill = file
        var blocks: [SpillFile.Block] = []
        var block: [UInt8] = []
        for entry in entries {
            RunReader.append(entry, bytes[entry.start..<entry.end], to: &block)
            if block.count >= RunReader.blockBytes {
                blocks.append(try file.write(block))
                block.removeAll(keepingCapacity: true)
            }
        }
        if !block.isEmpty { blocks.append(try file.write(block)) }
        runs.append(blocks)
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}
