/// One record as it stands in a file: a line, a CSV row or an element of a JSON array.
public struct RawRecord: Sendable, Equatable {
    /// First byte in the batch's bytes.
    public var start: Int
    /// First byte after the record.
    public var end: Int
    /// Line on which the record begins, counted from 1.
    public var line: Int
    /// Number of the record in its file, counted from 1; empty lines and the CSV header are not counted.
    public var number: Int
    /// Offset of the first byte in the file's text (after inflating, byte order mark included).
    public var byteOffset: Int
    /// The size of a record that is too long to be read; 0 for all others. Such a record has no bytes.
    public var oversizeBytes: Int
}

/// How the records of a file are written.
public enum RecordFormat: Sendable, Equatable {
    /// JSON objects, one a line or as elements of one array.
    case json
    /// CSV rows under these column names.
    case csv(columns: [String], delimiter: UInt8)
}

/// How far the reading is.
public struct ReadProgress: Sendable, Equatable {
    /// Bytes read of all files, as they lie on disk.
    public var bytesRead: Int
    /// Size of all files on disk; nil if one of them is a pipe.
    public var totalBytes: Int?
    /// Records read of all files.
    public var records: Int
    /// Where events are sorted: how many there are in all, once everything was read.
    public var eventsToCome: Int?

    /// Makes a progress report.
    public init(bytesRead: Int, totalBytes: Int?, records: Int, eventsToCome: Int? = nil) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
        self.records = records
        self.eventsToCome = eventsToCome
    }
}

/// A run of records of one file, with their bytes. Batches can be mapped on any thread.
public struct RawBatch: Sendable {
    /// Index of the input among those given.
    public var file: Int
    /// How the records are written.
    public var format: RecordFormat
    /// The text that holds the records.
    public var bytes: [UInt8]
    /// The records, in file order.
    public var records: [RawRecord]
    /// How far reading was when this batch was complete.
    public var progress: ReadProgress
}
