/// Events as a person or a program hands them over: one JSON object, a JSON array of them, or JSON Lines.
public struct EventText: Sendable {
    /// One event's JSON text.
    public struct Piece: Sendable, Equatable {
        /// The text of the object.
        public let json: [UInt8]
        /// The line it begins on, from 1; nil for elements of an array.
        public let line: Int?
    }

    /// The events, in order.
    public let pieces: [Piece]

    /// Takes a text apart. Whether each piece is a valid event is left to whoever reads it.
    ///
    /// - Throws: an `EventProblem` where the text as a whole is no JSON.
    public init(_ text: [UInt8]) throws(EventProblem) {
        guard let first = text.firstIndex(where: { !Self.isSpace($0) }) else {
            pieces = []
            return
        }
        let reader = JSONReader()
        if text[first] == UInt8(ascii: "[") {
            pieces = try Self.elements(of: text, reader)
        } else if Self.startsWithWholeLine(text, from: first, reader) {
            pieces = Self.lines(of: text)
        } else {
            do { try reader.parse(text) } catch {
                throw EventProblem(error).at(line: Self.line(of: error, in: text))
            }
            pieces = [Piece(json: text, line: Self.lineNumber(of: first, in: text))]
        }
    }

    private static func elements(of text: [UInt8], _ reader: JSONReader) throws(EventProblem) -> [Piece] {
        do { try reader.parse(text) } catch { throw EventProblem(error).at(line: line(of: error, in: text)) }
        var pieces: [Piece] = []
        reader.forEachElement(of: 0) { element in
            var json: [UInt8] = []
            reader.writeCanonical(element, to: &json)
            pieces.append(Piece(json: json, line: nil))
        }
        return pieces
    }

    /// Whether the first line is a JSON value by itself. If it is not, the text may be one value on many lines.
    private static func startsWithWholeLine(_ text: [UInt8], from first: Int, _ reader: JSONReader) -> Bool {
        let end = text[first...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
        guard text[end...].contains(where: { !isSpace($0) }) else { return true }
        do {
            try reader.parse(Array(text[first..<end]))
            return true
        } catch {
            // An object that is closed on its line is meant to stand alone, whatever is wrong within.
            let last = text[first..<end].last { !isSpace($0) }
            let next = text[end...].first { !isSpace($0) }
            return last == UInt8(ascii: "}") && next == UInt8(ascii: "{")
        }
    }

    private static func lines(of text: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        where line.contains(where: { !isSpace($0) }) {
            pieces.append(Piece(json: Array(line), line: number + 1))
        }
        return pieces
    }

    private static func line(of error: JSONError, in text: [UInt8]) -> Int {
        lineNumber(of: min(error.byteOffset, text.count), in: text)
    }

    private static func lineNumber(of offset: Int, in text: [UInt8]) -> Int {
        1 + text[..<offset].count { $0 == UInt8(ascii: "\n") }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
