/// How files are cut into records and batches.
public struct ReadingOptions: Sendable {
    /// A record of more bytes is set aside unread.
    public var recordLimitBytes: Int
    /// A batch is handed on when it has this many records …
    public var batchRecords: Int
    /// … or this many bytes.
    public var batchBytes: Int
    /// How CSV is written; nil: the input is JSON.
    public var csv: CSVOptions?

    /// Makes options; records up to 1 MiB, batches of 8,192 records or 4 MiB.
    public init(
        csv: CSVOptions? = nil, recordLimitBytes: Int = 1 << 20, batchRecords: Int = 8192,
        batchBytes: Int = 4 << 20
    ) {
        self.csv = csv
        self.recordLimitBytes = recordLimitBytes
        self.batchRecords = batchRecords
        self.batchBytes = batchBytes
    }
}

/// How a CSV file is written (RFC 4180, with a free choice of the delimiter).
public struct CSVOptions: Sendable, Equatable {
    /// The byte between two cells.
    public var delimiter: UInt8
    /// Names of the columns; nil: the first row names them.
    public var columns: [String]?

    /// Makes options.
    public init(delimiter: UInt8 = UInt8(ascii: ","), columns: [String]? = nil) {
        self.delimiter = delimiter
        self.columns = columns
    }
}

/// What was read of one file.
public struct FileSummary: Sendable, Equatable {
    /// The file, as it was named.
    public let name: String
    /// Its size on disk in bytes.
    public let bytes: Int
    /// Hex SHA-256 of the file as it lies on disk.
    public let sha256: String
    /// Records found in it.
    public let records: Int
}

/// Reads one input record by record. Memory: one batch, and at most one record more.
public final class RecordReader {
    /// Index of the input among those given.
    public let file: Int
    private let stream: ByteStream
    private let options: ReadingOptions
    private var framer: RecordFramer?
    private var format = RecordFormat.json
    /// What stands in the buffer belongs to the next batch.
    private var carried: [UInt8] = []
    /// Offset in the text of the first carried byte.
    private var carriedOffset = 0
    private var line = 1
    private var records = 0
    private var reachedEnd = false

    /// Opens an input.
    public init(_ input: ImportInput, file: Int, options: ReadingOptions) throws(SourceError) {
        self.file = file
        self.options = options
        stream = try ByteStream(input)
    }

    /// Bytes read of the file as it lies on disk.
    public var bytesRead: Int { stream.bytesRead }
    /// Size of the file as it lies on disk; nil for a pipe.
    public var totalBytes: Int? { stream.totalBytes }
    /// What was read; complete once `next()` answered nil.
    public var summary: FileSummary {
        FileSummary(name: stream.name, bytes: stream.bytesRead, sha256: stream.digest, records: records)
    }

    /// The next batch; nil at the end of the file.
    public func next() throws(SourceError) -> RawBatch? {
        if framer == nil { try begin() }
        var bytes = carried
        carried = []
        var found: [RawRecord] = []
        found.reserveCapacity(options.batchRecords)
        var start = 0
        while true {
            let isFull = try frame(&bytes, &start, into: &found)
            if isFull || (!found.isEmpty && bytes.count >= options.batchBytes) || reachedEnd { break }
            if bytes.count - start > options.recordLimitBytes {
                try skipOversize(&bytes, start, into: &found)
                continue
            }
            let got = try stream.read(atMost: 256 * 1024, appendingTo: &bytes)
            if got == 0 {
                try finish(&bytes, &start, into: &found)
                reachedEnd = true
            }
        }
        if start < bytes.count {
            carried = Array(bytes[start...])
            reachedEnd = false
        }
        carriedOffset += start
        guard !found.isEmpty else { return nil }
        return RawBatch(
            file: file, format: format, bytes: bytes, records: found,
            progress: ReadProgress(bytesRead: bytesRead, totalBytes: totalBytes, records: records))
    }

    /// Takes records out of the buffer; answers whether the batch is full.
    private func frame(
        _ bytes: inout [UInt8], _ start: inout Int, into found: inout [RawRecord]
    ) throws(SourceError) -> Bool {
        do {
            while let frame = try framer!.next(in: bytes, from: start) {
                take(frame, bytes, into: &found)
                start = frame.next
                if found.count == options.batchRecords { return true }
            }
        } catch {
            throw failure(error, in: bytes, from: start)
        }
        return false
    }

    private func finish(
        _ bytes: inout [UInt8], _ start: inout Int, into found: inout [RawRecord]
    ) throws(SourceError) {
        do {
            if let frame = try framer!.last(in: bytes, from: start) { take(frame, bytes, into: &found) }
            start = bytes.count
        } catch {
            throw failure(error, in: bytes, from: start)
        }
    }

    private func take(_ frame: Frame, _ bytes: [UInt8], into found: inout [RawRecord]) {
        let place = line + frame.linesBefore
        line = place + frame.linesWithin
        let size = frame.end - frame.start
        if size > options.recordLimitBytes {
            appendOversize(size, line: place, offset: carriedOffset + frame.start, into: &found)
        } else if !isBlank(bytes, frame) {
            records += 1
            found.append(
                RawRecord(
                    start: frame.start, end: frame.end, line: place, number: records,
                    byteOffset: carriedOffset + frame.start, oversizeBytes: 0))
        }
    }

    private func appendOversize(_ size: Int, line: Int, offset: Int, into found: inout [RawRecord]) {
        records += 1
        found.append(
            RawRecord(
                start: 0, end: 0, line: line, number: records, byteOffset: offset, oversizeBytes: size))
    }

    private func isBlank(_ bytes: [UInt8], _ frame: Frame) -> Bool {
        var index = frame.start
        while index < frame.end {
            guard bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0D else { return false }
            index += 1
        }
        return true
    }

    /// Reads over a record that is too long, without keeping it. Only a line can be skipped: in an array and in
    /// CSV nothing says where the next record begins.
    private func skipOversize(
        _ bytes: inout [UInt8], _ start: Int, into found: inout [RawRecord]
    ) throws(SourceError) {
        guard case .lines? = framer else {
            throw SourceError(
                .structure, file: stream.name, line: line,
                message: "a record is longer than \(options.recordLimitBytes) bytes; is a quote or a bracket "
                    + "not closed?")
        }
        let offset = carriedOffset + start
        var size = bytes.count - start
        bytes.removeLast(size)
        var piece: [UInt8] = []
        while true {
            piece.removeAll(keepingCapacity: true)
            let got = try stream.read(atMost: 256 * 1024, appendingTo: &piece)
            let end = piece.firstIndex(of: 0x0A, from: 0)
            size += end ?? got
            if let end {
                // The bytes left out are counted as if they had been in the buffer.
                carriedOffset += size + 1
                bytes.append(contentsOf: piece[(end + 1)...])
            }
            if end != nil || got == 0 { break }
        }
        appendOversize(size, line: line, offset: offset, into: &found)
        line += 1
    }

    private func failure(_ failure: FramingFailure, in bytes: [UInt8], from start: Int) -> SourceError {
        var place = line
        for index in start..<min(failure.index, bytes.count) where bytes[index] == 0x0A { place += 1 }
        return SourceError(
            .structure, file: stream.name, line: place, byteOffset: carriedOffset + failure.index,
            message: failure.message)
    }

    /// Looks at the first bytes: encoding, JSON Lines or a JSON array, the CSV header.
    private func begin() throws(SourceError) {
        while carried.count < 4, try stream.read(atMost: 64 * 1024, appendingTo: &carried) > 0 {}
        switch TextStart(carried.span) {
        case .other(let name):
            throw SourceError(
                .encoding, file: stream.name, byteOffset: 0,
                message: "is \(name); only UTF-8 is read: convert it, for example with "
                    + "`iconv -t UTF-8 FILE`")
        case .utf8(let skip):
            carried.removeSubrange(..<skip)
            carriedOffset = skip
        }
        guard let csv = options.csv else {
            framer = try isArray() ? .array(ArrayFramer()) : .lines
            return
        }
        framer = .rows(RowFramer(delimiter: csv.delimiter))
        if let columns = csv.columns {
            format = .csv(columns: columns, delimiter: csv.delimiter)
        } else {
            try readHeader(csv)
        }
    }

    private func isArray() throws(SourceError) -> Bool {
        var index = 0
        while true {
            while index < carried.count {
                let byte = carried[index]
                guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else {
                    return byte == UInt8(ascii: "[")
                }
                index += 1
            }
            // A text of blanks only is no array; it is not read to its end for that.
            guard index < options.recordLimitBytes else { return false }
            if try stream.read(atMost: 64 * 1024, appendingTo: &carried) == 0 { return false }
        }
    }

    private func readHeader(_ csv: CSVOptions) throws(SourceError) {
        let framer = RowFramer(delimiter: csv.delimiter)
        var frame = framer.next(in: carried.span, from: 0)
        while frame == nil && carried.count <= options.recordLimitBytes {
            let got = try stream.read(atMost: 64 * 1024, appendingTo: &carried)
            frame = framer.next(in: carried.span, from: 0)
            if got == 0 { break }
        }
        let end = frame?.end ?? carried.count
        guard end > 0 else { return }
        var row = CSVRow(delimiter: csv.delimiter)
        do {
            try row.read(carried, from: 0, to: end)
        } catch {
            throw SourceError(.structure, file: stream.name, line: 1, message: "the header: \(error.message)")
        }
        let columns = row.texts()
        for (index, name) in columns.enumerated() {
            guard !name.isEmpty, columns.firstIndex(of: name) == index else {
                throw SourceError(
                    .structure, file: stream.name, line: 1,
                    message: name.isEmpty
                        ? "column \(index + 1) of the header has no name"
                        : "the header names the column \"\(name)\" twice")
            }
        }
        format = .csv(columns: columns, delimiter: csv.delimiter)
        let next = frame?.next ?? carried.count
        carried.removeSubrange(..<next)
        carriedOffset += next
        line += frame?.linesWithin ?? 0
    }
}
