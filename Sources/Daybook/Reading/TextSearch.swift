import Events

/// Searches for words, whatever the case of their letters.
///
/// Lines are looked at as they are stored: a piece of the words that stands in every match byte for byte (but
/// for the case of ASCII letters) rules most lines out before anything is parsed.
struct TextSearch: Sendable {
    /// The words in lower case.
    let text: String
    /// The longest such piece; empty where there is none.
    private let piece: [UInt8]
    /// Which byte of the piece is looked for first: the one that is rarest in what people write.
    private let anchor: Int
    /// Whether the piece is of CJK ideographs.
    private let isIdeographic: Bool
    /// Whether the piece is all of the words.
    private let isWhole: Bool
    /// Whether a number may be what is searched for.
    let mayBeNumber: Bool

    init(_ text: String) {
        let lower = text.lowercased()
        self.text = lower
        let plain = Self.longestRun(in: lower, where: Self.isPlain)
        let ideographs = Self.longestRun(in: lower, where: Self.isIdeograph)
        isIdeographic = ideographs.utf8.count > plain.utf8.count
        let piece = Array((isIdeographic ? ideographs : plain).utf8)
        self.piece = piece
        isWhole = !isIdeographic && !lower.isEmpty && plain.utf8.count == lower.utf8.count
        anchor = piece.indices.min { Self.frequency(piece[$0]) < Self.frequency(piece[$1]) } ?? 0
        mayBeNumber = lower.utf8.first.map { $0 == UInt8(ascii: "-") || (48...57).contains($0) } ?? false
    }

    /// Whether a line may hold the words: false is certain, as far as values are not sealed.
    func mayStand(in line: Span<UInt8>) -> Bool {
        piece.isEmpty || stands(in: line) || isIdeographic && Self.holdsCompatibilityIdeograph(line)
    }

    /// Whether a text holds the words.
    func isHeld(by bytes: Span<UInt8>) -> Bool {
        if isWhole, Self.isASCII(bytes) { return stands(in: bytes) }
        do { return isHeld(by: String(copying: try UTF8Span(validating: bytes))) } catch {
            preconditionFailure("what was parsed as JSON is UTF-8")
        }
    }

    /// Whether a text holds the words.
    func isHeld(by string: String) -> Bool { string.lowercased().contains(text) }

    // MARK: Pieces

    private static func longestRun(in text: String, where fits: (Character) -> Bool) -> String {
        var (longest, run) = ("", "")
        for character in text {
            if fits(character) { run.append(character) } else { run = "" }
            if run.utf8.count > longest.utf8.count { longest = run }
        }
        return longest
    }

    /// ASCII that no escape touches and that no other character turns into: the Kelvin sign becomes a k in lower
    /// case, and a Greek question mark and a varia are equal to a semicolon and a grave accent.
    private static func isPlain(_ character: Character) -> Bool {
        guard let code = character.asciiValue else { return false }
        return (0x20...0x7E).contains(code) && !"k;`\"\\".utf8.contains(code)
    }

    private static func isIdeograph(_ character: Character) -> Bool {
        character.unicodeScalars.count == 1
            && character.unicodeScalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) }
    }

    /// How common a byte is in text: letters by their order in English, everything else as rare.
    static func frequency(_ byte: UInt8) -> Int {
        let letters = Array("zqxjvbpygfwmucldrhsnioate \":,".utf8)
        return (letters.firstIndex(of: byte) ?? -1) + 1
    }

    // MARK: Bytes

    private func stands(in line: Span<UInt8>) -> Bool {
        let piece = piece.span
        guard line.count >= piece.count else { return false }
        let wanted = piece[anchor]
        let isLetter = (97...122).contains(wanted)
        let other = isLetter ? wanted ^ 0x20 : wanted
        let last = line.count - piece.count + anchor
        var place = anchor
        while place <= last {
            let byte = line[place]
            if byte == wanted || byte == other, isAt(place - anchor, of: line, piece) { return true }
            place += 1
        }
        return false
    }

    @inline(__always)
    private func isAt(_ start: Int, of line: Span<UInt8>, _ piece: Span<UInt8>) -> Bool {
        for index in piece.indices {
            let byte = line[start + index]
            let lower = (65...90).contains(byte) ? byte | 0x20 : byte
            if lower != piece[index] { return false }
        }
        return true
    }

    private static func isASCII(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] >= 0x80 { return false }
        return true
    }

    /// U+F900 to U+FAFF and U+2F800 to U+2FA1F are equal to ideographs with other codes.
    private static func holdsCompatibilityIdeograph(_ line: Span<UInt8>) -> Bool {
        var place = 0
        while place + 1 < line.count {
            let (byte, next) = (line[place], line[place + 1])
            if byte == 0xEF, (0xA4...0xAB).contains(next) { return true }
            if byte == 0xF0, next == 0xAF { return true }
            place += 1
        }
        return false
    }
}
