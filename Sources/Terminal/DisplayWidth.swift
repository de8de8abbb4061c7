/// How many columns of a terminal text takes, and cutting and padding by columns.
///
/// A character is what a reader sees as one (a grapheme cluster). East Asian wide characters and emoji take two
/// columns, combining marks none: the rule of Unicode Standard Annex 11 for terminals, by the blocks it names
/// as wide, with emoji by their presentation property.
public enum DisplayWidth {
    /// The columns that a text takes in one line.
    public static func columns(of text: some StringProtocol) -> Int {
        var total = 0
        for character in text {
            total += columns(of: character)
        }
        return total
    }

    /// The columns that one character takes: 0, 1 or 2.
    public static func columns(of character: Character) -> Int {
        if character.isASCII {
            // CR LF is one character, and like all controls takes no column.
            guard let value = character.asciiValue, value >= 0x20, value != 0x7F else { return 0 }
            return 1
        }
        var widest = 0
        for scalar in character.unicodeScalars {
            if scalar == "\u{FE0F}" { return 2 }
            if isRegionalIndicator(scalar), character.unicodeScalars.count > 1 { return 2 }
            widest = max(widest, columns(of: scalar))
        }
        return widest
    }

    /// The text, cut to so many columns: what does not fit is replaced by `…`, which takes one of them.
    public static func truncated(_ text: String, to limit: Int) -> String {
        if columns(of: text) <= limit { return text }
        guard limit > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let width = columns(of: character)
            if used + width > limit - 1 { break }
            result.append(character)
            used += width
        }
        return result + "…"
    }

    /// The text, filled with spaces to so many columns. A longer text is left as it is.
    public static func padded(_ text: String, to width: Int, alignment: Alignment = .leading) -> String {
        let missing = width - columns(of: text)
        guard missing > 0 else { return text }
        let spaces = String(repeating: " ", count: missing)
        return alignment == .leading ? text + spaces : spaces + text
    }

    /// The text broken between words into lines of at most so many columns. A longer word stands alone.
    public static func wrapped(_ text: String, to limit: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if columns(of: line) + 1 + columns(of: word) <= limit {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return lines + [line]
    }

    /// Text from outside made safe to show: control characters become their pictures, so that no event can move
    /// the cursor, colour the screen or turn the direction of writing.
    public static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafeToShow) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(isUnsafeToShow(scalar) ? picture(of: scalar) : scalar)
        }
        return String(result)
    }

    private static func isUnsafeToShow(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x0A, 0x2028, 0x2029: "⏎"
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        default: "\u{FFFD}"
        }
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .surrogate, .lineSeparator,
            .paragraphSeparator:
            return 0
        default:
            return isWide(scalar) ? 2 : 1
        }
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x1100: return false
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
            0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
            0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
            0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            return true
        default:
            return scalar.properties.isEmojiPresentation
        }
    }
}

/// Where text stands within its column.
public enum Alignment: Sendable, Equatable {
    /// At the left: words.
    case leading
    /// At the right: numbers, so that their digits stand below one another.
    case trailing
}
