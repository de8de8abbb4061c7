import Dispatch

/// What an import does with its inputs.
public struct ImportOptions: Sendable {
    /// Where recorded times come from.
    public var recorded: RecordedSource
    /// How files are cut into records and batches.
    public var reading: ReadingOptions
    /// gzip files are read once through before their first event is handed on, so that nothing is taken of a file
    /// that is damaged or cut off. (Where events are sorted, that is so in any case.)
    public var checksArchivesFirst: Bool
    /// Bytes of events held in memory for sorting; what is more goes to an encrypted temporary file.
    public var sortMemoryBytes: Int
    /// The folder for that file.
    public var temporaryFolder: String

    /// Makes options.
    public init(
        recorded: RecordedSource = .now, reading: ReadingOptions = ReadingOptions(),
        checksArchivesFirst: Bool = true, sortMemoryBytes: Int = 128 << 20, temporaryFolder: String = "/tmp"
    ) {
        self.recorded = recorded
        self.reading = reading
        self.checksArchivesFirst = checksArchivesFirst
        self.sortMemoryBytes = sortMemoryBytes
        self.temporaryFolder = temporaryFolder
    }
}

/// Reads inputs, maps their records, puts the events in order and hands them on in batches.
///
/// Reading and mapping run on a thread of their own, a few batches ahead of whoever takes them. Memory: four
/// batches, three more where they are prepared as well, and `sortMemoryBytes` where events are sorted.
public struct Importer: Sendable {
    /// What is read, in order.
    public let inputs: [ImportInput]
    /// How records become events; nil: they are CloudEvents.
    public let mapping: Mapping?
    /// How the import goes.
    public let options: ImportOptions

    /// Makes an importer; nothing is read yet. CSV needs a mapping, standard input can be named once.
    public init(inputs: [ImportInput], mapping: Mapping?, options: ImportOptions) {
        precondition(!inputs.isEmpty, "an import of nothing")
        self.inputs = inputs
        self.mapping = mapping
        var options = options
        if let csv = mapping?.csv { options.reading.csv = csv }
        self.options = options
    }

    /// Runs the import on the calling thread, which only waits and consumes.
    ///
    /// Without sorting, batches come as the files are read. With sorting, batches without events come first: they
    /// tell the progress of reading and what was rejected; then all events follow in order.
    ///
    /// - Parameter consume: Takes a batch; what it throws ends the import and is thrown on.
    /// - Returns: What was read of each input.
    /// - Throws: ``SourceError`` where an input cannot be read on.
    @discardableResult
    public func run(_ consume: (MappedBatch) throws -> Void) throws -> [FileSummary] {
        for input in inputs where options.checksArchivesFirst && options.recorded == .now {
            try input.checkArchive()
        }
        guard options.recorded != .now else { return try forEachUnsortedBatch(consume) }
        var sorter = EventSorter(memoryBytes: options.sortMemoryBytes, folder: options.temporaryFolder)
        var progress = ReadProgress(bytesRead: 0, totalBytes: nil, records: 0)
        let summaries = try forEachUnsortedBatch { batch in
            try sorter.add(batch)
            progress = batch.progress
            var report = MappedBatch(progress: progress)
            report.rejections = batch.rejections
            report.skipped = batch.skipped
            try consume(report)
        }
        progress.eventsToCome = sorter.count
        try sorter.drain(batchEvents: options.reading.batchRecords, progress: progress, consume)
        return summaries
    }

    /// Runs the import with a step in between, on a thread of its own: a batch is prepared while the one before it
    /// is consumed on the calling thread.
    ///
    /// - Parameters:
    ///   - prepare: Makes of a batch what `consume` takes beside it; what it throws ends the import.
    ///   - consume: Takes a batch, in order; what it throws ends the import and is thrown on.
    /// - Returns: What was read of each input.
    /// - Throws: ``SourceError`` where an input cannot be read on.
    @discardableResult
    public func run<Prepared: Sendable>(
        preparing prepare: @escaping @Sendable (MappedBatch) throws -> Prepared,
        _ consume: (MappedBatch, Prepared) throws -> Void
    ) throws -> [FileSummary] {
        var summaries: [FileSummary] = []
        try Self.handOver("daybook.import.prepare", depth: 2) {
            (queue: BatchQueue<PreparedPiece<Prepared>>) in
            let all = try run { batch in
                guard queue.put(.batch(batch, try prepare(batch))) else { throw Stopped() }
            }
            _ = queue.put(.summaries(all))
        } to: { piece in
            switch piece {
            case .batch(let batch, let prepared): try consume(batch, prepared)
            case .summaries(let all): summaries = all
            }
        }
        return summaries
    }

    private enum PreparedPiece<Prepared: Sendable>: Sendable {
        case batch(MappedBatch, Prepared)
        case summaries([FileSummary])
    }

    /// Whoever consumes has given up: nobody sees this.
    private struct Stopped: Error {}

    private func forEachUnsortedBatch(_ consume: (MappedBatch) throws -> Void) throws -> [FileSummary] {
        var summaries: [FileSummary] = []
        try Self.handOver("daybook.import", depth: 3) { queue in
            try produce(into: queue)
        } to: { piece in
            switch piece {
            case .batch(let batch): try consume(batch)
            case .summary(let summary): summaries.append(summary)
            }
        }
        return summaries
    }

    /// Runs `produce` on a thread of its own, a few values ahead of `consume`, which runs on this one. What either of
    /// them throws ends both.
    private static func handOver<Value: Sendable>(
        _ label: String, depth: Int, from produce: @escaping @Sendable (BatchQueue<Value>) throws -> Void,
        to consume: (Value) throws -> Void
    ) throws {
        let queue = BatchQueue<Value>(depth: depth)
        // A queue of its own gets a thread of its own: the shared ones may all be waiting for something.
        DispatchQueue(label: label).async {
            do {
                try produce(queue)
                queue.finish(nil)
            } catch {
                queue.finish(error)
            }
        }
        do {
            while let value = try queue.take() { try consume(value) }
        } catch {
            queue.cancel()
            throw error
        }
    }

    private enum Piece: Sendable {
        case batch(MappedBatch)
        case summary(FileSummary)
    }

    private func produce(into queue: BatchQueue<Piece>) throws(SourceError) {
        var mapper = Mapper(mapping: mapping, inputs: inputs, recorded: options.recorded)
        var readers: [RecordReader] = []
        for (index, input) in inputs.enumerated() {
            readers.append(try RecordReader(input, file: index, options: options.reading))
        }
        let sizes = readers.map(\.totalBytes)
        let total = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }
        var before = ReadProgress(bytesRead: 0, totalBytes: total, records: 0)
        for reader in readers {
            while var batch = try reader.next() {
                batch.progress.bytesRead += before.bytesRead
                batch.progress.records += before.records
                batch.progress.totalBytes = total
                guard queue.put(.batch(mapper.map(batch))) else { return }
            }
            let summary = reader.summary
            before.bytesRead += summary.bytes
            before.records += summary.records
            guard queue.put(.summary(summary)) else { return }
        }
    }
}

extension ImportInput {
    /// Reads a gzip file through and throws where it is damaged or cut off; other inputs are left alone.
    public func checkArchive() throws(SourceError) {
        guard case .file = self else { return }
        let stream = try ByteStream(self)
        guard stream.isCompressed else { return }
        var bytes: [UInt8] = []
        while try stream.read(atMost: 256 * 1024, appendingTo: &bytes) > 0 {
            bytes.removeAll(keepingCapacity: true)
        }
    }
}
