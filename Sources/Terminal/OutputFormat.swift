/// The forms that an answer can be printed in. All hold the same values.
public enum OutputFormat: String, CaseIterable, Sendable {
    /// For people: tables, pages and charts.
    case table
    /// One JSON value.
    case json
    /// One JSON value a line.
    case jsonl
    /// Comma-separated values (RFC 4180); nested members are columns with dotted names.
    case csv
}

/// Rows of text as comma-separated values, RFC 4180: CR LF at the end of each line, quotes only where needed.
public enum CSV {
    /// One line, with its end.
    public static func line(_ fields: some Sequence<String>) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    /// A field, in quotes where it holds a comma, a quote, a line end or spaces at its ends.
    public static func quoted(_ field: String) -> String {
        let needsQuotes = field.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r")
        }
        guard needsQuotes || field.hasPrefix(" ") || field.hasSuffix(" ") else { return field }
        var result = "\""
        for character in field.unicodeScalars {
            if character == "\"" { result.unicodeScalars.append("\"") }
            result.unicodeScalars.append(character)
        }
        return result + "\""
    }
}
