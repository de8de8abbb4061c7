import Events
import GRDB

/// Puts rows that are JSON into one table.
struct TableWriter {
    private let table: SQLTable
    private let statement: Statement

    init(_ table: SQLTable, in database: GRDB.Database) throws {
        self.table = table
        let marks = table.columnNames.map { _ in "?" }.joined(separator: ", ")
        statement = try database.makeStatement(
            sql: "INSERT INTO \(SQLTable.quoted(table.name)) VALUES (\(marks))")
    }

    /// Adds a row.
    ///
    /// - Parameter value: gives the value of a column.
    func add(_ value: (SQLTable.Column) -> JSONValue?) throws {
        var values: [DatabaseValue] = []
        for column in table.columns {
            let found = value(column) ?? .null
            if column.kind == .money {
                let amount = found["amount"]?.stringValue
                values.append(amount?.databaseValue ?? .null)
                values.append(amount.flatMap(Self.minorUnits)?.databaseValue ?? .null)
            } else {
                values.append(Self.stored(found, as: column.kind))
            }
        }
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
    }

    static func stored(_ value: JSONValue, as kind: SQLTable.Kind) -> DatabaseValue {
        switch value {
        case .null: .null
        case .bool(let truth): (truth ? 1 : 0).databaseValue
        case .number(let number):
            kind == .real
                ? number.databaseValue : Int64(exactly: number)?.databaseValue ?? number.databaseValue
        case .string(let text): text.databaseValue
        case .array, .object: value.canonicalText.databaseValue
        }
    }

    /// An amount without its decimal point: `12.34` is 1234. Every amount of a currency has the same decimals.
    static func minorUnits(_ amount: String) -> Int64? {
        Int64(amount.filter { $0 != "." })
    }
}
