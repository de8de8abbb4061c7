public import Events

/// Where an event came from.
public struct RecordOrigin: Sendable, Hashable {
    /// Index of the input among those given.
    public var file: Int
    /// Line on which the record begins, counted from 1.
    public var line: Int
    /// Number of the record in its file, counted from 1.
    public var number: Int
    /// Offset of the record's first byte in the file's text.
    public var byteOffset: Int

    /// Makes an origin.
    public init(file: Int, line: Int, number: Int, byteOffset: Int) {
        self.file = file
        self.line = line
        self.number = number
        self.byteOffset = byteOffset
    }

    init(_ record: RawRecord, file: Int) {
        self.init(file: file, line: record.line, number: record.number, byteOffset: record.byteOffset)
    }
}

/// A CloudEvent as JSON text inside a batch, not yet validated by the ledger.
public struct MappedEvent: Sendable, Equatable {
    /// First byte in the batch's bytes.
    public var start: Int
    /// First byte after the event.
    public var end: Int
    /// The record it was made of.
    public var origin: RecordOrigin
    /// When the older system recorded it; nil unless recorded times are taken over.
    public var recorded: Instant?
}

/// A record that cannot become an event, and why.
public struct Rejection: Sendable, Equatable {
    /// The record.
    public var origin: RecordOrigin
    /// What is wrong with it.
    public var problem: EventProblem
    /// The record as it was read. It may hold personal data. Empty where the record was too long to be kept.
    public var raw: [UInt8]

    /// Makes a rejection.
    public init(origin: RecordOrigin, problem: EventProblem, raw: [UInt8]) {
        self.origin = origin
        self.problem = problem
        self.raw = raw
    }
}

/// Events ready for the ledger, in the order in which they are to be appended.
public struct MappedBatch: Sendable {
    /// JSON texts; what stands between two events is of no meaning.
    public var bytes: [UInt8] = []
    /// The events, as ranges of the bytes.
    public var events: [MappedEvent] = []
    /// Records that cannot become events.
    public var rejections: [Rejection] = []
    /// Records left out on purpose, by the name of the rule that says so.
    public var skipped: [String: Int] = [:]
    /// How far reading is.
    public var progress: ReadProgress

    /// Makes a batch.
    public init(progress: ReadProgress) {
        self.progress = progress
    }

    /// Lends the text of one event.
    public func withEvent<R, E: Error>(
        _ index: Int, _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try body(bytes.span.extracting(events[index].start..<events[index].end))
    }
}

/// Where the recorded times of imported events come from (DESIGN.md, section 3).
public enum RecordedSource: String, Sendable, CaseIterable {
    /// The ledger records them now, in the order of the files.
    case now
    /// An event counts as recorded when it happened.
    case effective
    /// The older system's `recordedtime` is taken over.
    case field
}
