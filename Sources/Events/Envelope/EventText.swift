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
        if let packer = Self.packer(of: text) {
            throw EventProblem(
                code: "packed", pointer: "", expected: "JSON text",
                found: "bytes packed by \(packer); unpack them first (an import reads gzip as it is)")
        }
        if text[first] == UInt8(ascii: "[") {
            pieces = try Self.elements(of: text)
        } else if Self.startsWithWholeLine(text, from: first) {
            pieces = Self.lines(of: text, from: first)
        } else {
            do { try JSONReader().parse(text) } catch {
                throw EventProblem(error).at(line: Self.line(of: error, in: text))
            }
            pieces = [Piece(json: text, line: Self.lineNumber(of: first, in: text))]
        }
    }

    /// What packed the bytes, by how they begin.
    private static func packer(of text: [UInt8]) -> String? {
        if text.starts(with: [0x1F, 0x8B]) { return "gzip" }
        if text.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "zstd" }
        return nil
    }

    private static func elements(of text: [UInt8]) throws(EventProblem) -> [Piece] {
        let reader = JSONReader()
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
    private static func startsWithWholeLine(_ text: [UInt8], from first: Int) -> Bool {
        let end = text[first...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
        guard text[end...].contains(where: { !isSpace($0) }) else { return true }
        do {
            try JSONReader().parse(Array(text[first..<end]))
            return true
        } catch {
            // An object that is closed on its line is meant to stand alone, whatever is wrong within.
            let last = text[first..<end].last { !isSpace($0) }
            let next = text[end...].first { !isSpace($0) }
            return last == UInt8(ascii: "}") && next == UInt8(ascii: "{")
        }
    }

    private static func lines(of text: [UInt8], from first: Int) -> [Piece] {
        var pieces: [Piece] = []
        // One event on one line, which most texts are.
        if first == 0, !text.contains(UInt8(ascii: "\n")) { return [Piece(json: text, line: 1)] }
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
