import Daybook
import Events
import GRDB

/// What is to be known of a statement and of values without SQLite's help.
struct SQLText {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The first word in capitals, behind blanks and comments; nil where there is none.
    var firstWord: String? {
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == ";" || $0 == "(" }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                rest = rest.firstRange(of: "*/").map { rest[$0.upperBound...] } ?? ""
            } else {
                break
            }
        }
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        return word.isEmpty ? rest.first.map(String.init) : word.uppercased()
    }

    /// All words in small letters: no table is read whose name is not among them. SQLite's own report of what a
    /// statement reads leaves out tables that are joined by USING.
    var words: Set<String> {
        Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map { $0.lowercased() })
    }

    /// Names of columns, the later of equal ones with a number behind.
    static func distinct(_ names: [String]) -> [String] {
        var taken: Set<String> = []
        return names.map { name in
            var candidate = name
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = "\(name)_\(number)"
                number += 1
            }
            return candidate
        }
    }

    /// A value as JSON. Whole numbers that a double cannot hold are texts; bytes are hexadecimal texts.
    static func value(_ value: DatabaseValue) -> JSONValue {
        switch value.storage {
        case .null: .null
        case .int64(let number):
            Int64(exactly: Double(number)) == number && number.magnitude <= 1 << 53
                ? .number(Double(number)) : .string(String(number))
        case .double(let number): number.isFinite ? .number(number) : .string("\(number)")
        case .string(let text): .string(text)
        case .blob(let bytes):
            .string(
                bytes.map { byte in
                    let digits = String(byte, radix: 16)
                    return digits.count == 1 ? "0" + digits : digits
                }.joined())
        }
    }

    /// What SQLite did not like, and what there is.
    static func failure(_ error: DatabaseError) -> LedgerError {
        let message = error.message ?? "\(error)"
        switch error.resultCode {
        case .SQLITE_ERROR, .SQLITE_MISUSE, .SQLITE_AUTH, .SQLITE_READONLY, .SQLITE_RANGE, .SQLITE_TOOBIG:
            let names = SQLTable.all.map(\.name).joined(separator: ", ")
            return LedgerError(.usage, "SQL: \(message). The tables are \(names)")
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN:
            return LedgerError(.io, "SQLite could not write: \(message)")
        default:
            return LedgerError(.failed, "SQLite: \(message)")
        }
    }
}
