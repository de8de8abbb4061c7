/// One record found in a buffer.
struct Frame {
    /// First byte of the record.
    var start: Int
    /// First byte after the record (its line end is not part of it).
    var end: Int
    /// Where the search goes on.
    var next: Int
    /// Line ends between the start of the search and the start of the record.
    var linesBefore: Int
    /// Line ends between the start of the record and `next`.
    var linesWithin: Int
}

/// What went wrong between two records, where the text as a whole stops making sense.
struct FramingFailure: Error {
    /// Index in the buffer.
    let index: Int
    let message: String
}

/// Finds where records begin and end. Stateless between records: a search that ran out of bytes starts again at
/// the record's first byte, except for what `scanned` says was already seen.
enum RecordFramer {
    case lines
    case rows(RowFramer)
    case array(ArrayFramer)

    /// The record at or after `start`; nil when the buffer ends first.
    mutating func next(in bytes: [UInt8], from start: Int) throws(FramingFailure) -> Frame? {
        switch self {
        case .lines:
            // LF ends a line, CRLF too; a lone CR is part of the line and is refused by the JSON reader.
            guard let end = bytes.firstIndex(of: 0x0A, from: start) else { return nil }
            let isCRLF = end > start && bytes[end - 1] == 0x0D
            return Frame(
                start: start, end: isCRLF ? end - 1 : end, next: end + 1, linesBefore: 0, linesWithin: 1)
        case .rows(let framer):
            return framer.next(in: bytes.span, from: start)
        case .array(var framer):
            defer { self = .array(framer) }
            return try framer.next(in: bytes.span, from: start)
        }
    }

    /// The last record, which no line end follows; nil if there is none.
    func last(in bytes: [UInt8], from start: Int) throws(FramingFailure) -> Frame? {
        switch self {
        case .lines:
            guard start < bytes.count else { return nil }
            let end = bytes[bytes.count - 1] == 0x0D ? bytes.count - 1 : bytes.count
            return Frame(start: start, end: end, next: bytes.count, linesBefore: 0, linesWithin: 0)
        case .rows:
            guard start < bytes.count else { return nil }
            let end = bytes[bytes.count - 1] == 0x0D ? bytes.count - 1 : bytes.count
            return Frame(start: start, end: end, next: bytes.count, linesBefore: 0, linesWithin: 0)
        case .array(let framer):
            try framer.finish(in: bytes.span, from: start)
            return nil
        }
    }
}

/// Finds the rows of a CSV text: line ends inside quotes do not end a row.
struct RowFramer {
    /// What stands between two cells.
    let delimiter: UInt8

    /// The row at or after `start`; nil when the buffer ends first.
    func next(in bytes: Span<UInt8>, from start: Int) -> Frame? {
        var index = start
        var isQuoted = false
        var reopening = -1
        var lines = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x22 {
                // A quote opens a cell only where the cell begins: one inside a cell that has none is a fault
                // of this row, and must not swallow the rows behind it. A doubled quote closes and opens again.
                let begins = index == start || bytes[index - 1] == delimiter
                let closes = isQuoted
                isQuoted = !isQuoted && (begins || index == reopening)
                reopening = closes ? index + 1 : -1
            } else if byte == 0x0A {
                lines += 1
                if !isQuoted {
                    let isCRLF = index > start && bytes[index - 1] == 0x0D
                    return Frame(
                        start: start, end: isCRLF ? index - 1 : index, next: index + 1, linesBefore: 0,
                        linesWithin: lines)
                }
            }
            index += 1
        }
        return nil
    }
}

/// Finds the elements of one JSON array that fills the text, without reading them.
struct ArrayFramer {
    private enum Place {
        case beforeArray, beforeFirst, beforeNext, afterElement, afterArray
    }
    private var place = Place.beforeArray

    /// The element at or after `start`; nil when the buffer ends first, or the array has ended.
    mutating func next(in bytes: Span<UInt8>, from start: Int) throws(FramingFailure) -> Frame? {
        let (frame, _) = try scan(bytes, from: start)
        // Only an element moves the search on: what ran out of bytes is searched again from the same place.
        if frame != nil { place = .afterElement }
        return frame
    }

    /// Says whether the text may end here.
    func finish(in bytes: Span<UInt8>, from start: Int) throws(FramingFailure) {
        let (_, place) = try scan(bytes, from: start)
        guard place != .afterArray else { return }
        throw FramingFailure(
            index: bytes.count, message: "the array is not closed with ]; the file was cut off")
    }

    /// Looks for the next element; answers it, or where in the array the bytes ended.
    private func scan(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(FramingFailure) -> (frame: Frame?, place: Place) {
        var place = self.place
        var index = start
        var lines = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0A { lines += 1 }
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                index += 1
                continue
            }
            switch (place, byte) {
            case (.beforeArray, UInt8(ascii: "[")): place = .beforeFirst
            case (.beforeFirst, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): place = .afterArray
            case (.afterElement, UInt8(ascii: ",")): place = .beforeNext
            case (.beforeNext, UInt8(ascii: "]")), (.beforeNext, UInt8(ascii: ",")),
                (.beforeFirst, UInt8(ascii: ",")):
                throw FramingFailure(
                    index: index, message: "expected an element of the array, found \(printable(byte))")
            case (.beforeFirst, _), (.beforeNext, _):
                guard let end = elementEnd(in: bytes, from: index) else { return (nil, place) }
                let within = countLines(in: bytes, from: index, to: end)
                let frame = Frame(
                    start: index, end: end, next: end, linesBefore: lines, linesWithin: within)
                return (frame, place)
            case (.afterElement, _):
                throw FramingFailure(
                    index: index,
                    message: "expected a comma or ] after an element of the array, found \(printable(byte))")
            default:
                throw FramingFailure(
                    index: index, message: "expected nothing after the array, found \(printable(byte))")
            }
            index += 1
        }
        return (nil, place)
    }

    private func elementEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        var depth = 0
        var isString = false
        while index < bytes.count {
            let byte = bytes[index]
            if isString {
                if byte == 0x5C {
                    index += 1
                } else if byte == 0x22 {
                    isString = false
                    if depth == 0 { return index + 1 }
                }
            } else {
                switch byte {
                case 0x22: isString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return index }
                    depth -= 1
                    if depth == 0 { return index + 1 }
                case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                    if depth == 0 { return max(index, start + 1) }
                default: break
                }
            }
            index += 1
        }
        return nil
    }

    private func countLines(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var lines = 0
        for index in start..<end where bytes[index] == 0x0A { lines += 1 }
        return lines
    }
}

/// A byte as a person reads it.
func printable(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7F
        ? "\"\(Character(UnicodeScalar(byte)))\"" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
}
