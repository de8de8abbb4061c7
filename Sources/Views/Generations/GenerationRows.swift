import Crypto
public import Events
import Foundation

/// What a generation last stood by, kept so that it can be compared when the code that made it is gone: what the
/// rows say in words, and the reports.
public struct GenerationRows: Sendable, Equatable {
    /// What the rows of all customers say.
    public internal(set) var table: WordTable
    /// The reports, by view.
    public internal(set) var reports: [(name: String, report: JSONValue)]

    /// Rows.
    public init(table: WordTable, reports: [(name: String, report: JSONValue)]) {
        self.table = table
        self.reports = reports
    }

    /// Whether both say the same.
    public static func == (left: GenerationRows, right: GenerationRows) -> Bool {
        left.table == right.table && left.reports.map(\.name) == right.reports.map(\.name)
            && left.reports.map(\.report) == right.reports.map(\.report)
    }
}

/// The file of a generation's rows: a heading as JSON, then blocks of customers, each with their names and, field
/// by field, the places of their values; a SHA-256 over all of it at the end.
enum GenerationRowsFile {
    private static let magic = Array("daybook rows 1\n".utf8)
    private static let customersPerBlock = 4_096

    /// Writes the file, whole or not at all.
    static func write(_ rows: GenerationRows, to path: String) throws {
        let draft = path + ".new"
        var hash = SHA256()
        let writer = try DurableWriter(draft)
        func put(_ bytes: [UInt8]) throws {
            hash.update(data: bytes)
            try writer.write(bytes)
        }
        do {
            var head = ByteWriter()
            head.write(String(decoding: heading(of: rows).canonicalBytes, as: UTF8.self))
            try put(magic + head.bytes)
            let table = rows.table
            for start in stride(from: 0, to: table.customers.count, by: customersPerBlock) {
                let end = min(start + customersPerBlock, table.customers.count)
                var block = ByteWriter()
                for customer in table.customers[start..<end] { block.write(customer) }
                for column in table.columns {
                    for code in column.codes[start..<end] {
                        if column.words.count <= 256 {
                            block.write(UInt8(code))
                        } else {
                            block.write(code)
                        }
                    }
                }
                try put(block.bytes)
            }
            try writer.write(Array(hash.finalize()))
            try writer.close()
            try DurableFile.move(draft, to: path)
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
    }

    /// Reads the file.
    ///
    /// - Throws: `LaneDamage` where it is not there or not what was written.
    static func read(_ path: String) throws -> GenerationRows {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw LaneDamage(what: "rows that are gone")
        }
        let bytes = [UInt8](data)
        let end = bytes.count - 32
        guard end >= magic.count, Array(bytes[..<magic.count]) == magic,
            Array(SHA256.hash(data: bytes[..<end])) == Array(bytes[end...])
        else { throw LaneDamage(what: "rows that are not what was written") }
        var reader = ByteReader(Array(bytes[magic.count..<end]))
        guard let heading = try? JSONValue(parsing: try reader.text()),
            let count = heading["customers"]?.integerValue
        else { throw LaneDamage(what: "rows without a heading") }
        var table = WordTable()
        for column in heading["columns"]?.arrayValue ?? [] {
            table.columns.append(
                WordTable.Column(
                    field: column["field"]?.stringValue ?? "", words: column["words"]?.arrayValue ?? [.null]))
        }
        while table.customers.count < count {
            let inBlock = min(customersPerBlock, count - table.customers.count)
            for _ in 0..<inBlock { table.customers.append(try reader.text()) }
            for place in table.columns.indices {
                let isNarrow = table.columns[place].words.count <= 256
                for _ in 0..<inBlock {
                    let code: UInt32 =
                        isNarrow ? UInt32(try reader.number(UInt8.self)) : try reader.number(UInt32.self)
                    guard code < table.columns[place].words.count else {
                        throw LaneDamage(what: "rows with a value that is not there")
                    }
                    table.columns[place].codes.append(code)
                }
            }
        }
        let reports = (heading["reports"]?.arrayValue ?? []).map { entry in
            (name: entry["view"]?.stringValue ?? "", report: entry["report"] ?? .null)
        }
        return GenerationRows(table: table, reports: reports)
    }

    private static func heading(of rows: GenerationRows) -> JSONValue {
        [
            "customers": .number(Double(rows.table.customers.count)),
            "columns": .array(
                rows.table.columns.map { ["field": .string($0.field), "words": .array($0.words)] }),
            "reports": .array(rows.reports.map { ["view": .string($0.name), "report": $0.report] }),
        ]
    }
}
