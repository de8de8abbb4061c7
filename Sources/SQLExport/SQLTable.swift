import Daybook
public import Events

/// A table of a ledger's database: what `daybook sql --schema` prints.
public struct SQLTable: Sendable {
    /// What a column holds.
    public enum Kind: String, Sendable {
        /// Words, days (`YYYY-MM-DD`) and moments (RFC 3339).
        case text
        /// Whole numbers.
        case integer
        /// Other numbers.
        case real
        /// 1 for true, 0 for false.
        case flag
        /// An amount as a decimal text; a second column has it in minor units.
        case money
        /// Lists, and members that people name: JSON text.
        case json

        /// The type in SQLite.
        var declaration: String {
            switch self {
            case .text, .money, .json: "TEXT"
            case .integer, .flag: "INTEGER"
            case .real: "REAL"
            }
        }
    }

    /// One column.
    public struct Column: Sendable {
        /// Its name.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// The dotted path of the member that it shows; empty for the whole row.
        public let path: String
        /// What it says, in words.
        public let description: String

        /// What it shows of a row.
        public func value(in row: JSONValue) -> JSONValue {
            path.isEmpty ? row : row.value(at: path) ?? .null
        }
    }

    /// Its name.
    public let name: String
    /// What a row is.
    public let description: String
    /// Its columns; of an amount, the second column is not among them.
    public let columns: [Column]

    /// The names of the columns as SQLite has them.
    public var columnNames: [String] {
        columns.flatMap { $0.kind == .money ? [$0.name, $0.name + Self.minorSuffix] : [$0.name] }
    }

    static let minorSuffix = "_minor"

    /// The statement that makes it.
    var creation: String {
        let parts = columns.flatMap { column -> [String] in
            let own = "\(Self.quoted(column.name)) \(column.kind.declaration)"
            return column.kind == .money
                ? [own, "\(Self.quoted(column.name + Self.minorSuffix)) INTEGER"] : [own]
        }
        return "CREATE TABLE \(Self.quoted(name)) (\(parts.joined(separator: ", ")))"
    }

    /// A name as SQL has it, whatever words SQL keeps for itself.
    static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}

extension SQLTable {
    /// All tables: the point, the customers, a table a view, the events.
    public static let all: [SQLTable] =
        [about, customers] + Ledger.views.filter { !$0.isReportOnly }.map(table) + [events]

    static let about = SQLTable(
        name: "about", description: "The point that all tables are of: one row.",
        columns: [
            column("effective_at", .text, "What had happened by then."),
            column("known_at", .text, "What had been recorded by then."),
            column("position", .integer, "How many events were known."),
            column("token", .text, "Gives the same answer again: --token."),
            column("policy", .text, "The hash of the policy that holds there."),
            column("currency", .text, "The currency of all amounts in the tables of views."),
            column("zone", .text, "The time zone in which days begin and end."),
        ])

    static let customers = SQLTable(
        name: "customers", description: "A row a customer of whom any event counts.",
        columns: [
            column("customer", .text, "The customer's id."),
            column("aliases", .json, "The ids that go on as this customer."),
            column("revision", .integer, "How many events have exactly this customer as their subject."),
        ])

    static let events = SQLTable(
        name: "events",
        description:
            "A row an event that was known and had happened, voided and corrected ones as they were sent.",
        columns: [
            column("position", .integer, "Where the event stands in the log, from 0."),
            column("recorded_at", .text, "When the ledger took it."),
            column("time", .text, "When it happened."),
            column("type", .text, "Its type."),
            column("customer", .text, "Whose event it is; null for the ledger's own."),
            column("source", .text, "The system that sent it."),
            column("id", .text, "Its id within that system."),
            column("actor", .text, "Who did it."),
            column("channel", .text, "By which channel."),
            column("correlation", .text, "The conversation that it belongs to."),
            column("causation", .text, "The id of the event that caused it."),
            column("data", .json, "Its data, personal values opened where you may read them."),
        ])

    private static func column(_ name: String, _ kind: Kind, _ description: String) -> Column {
        Column(name: name, kind: kind, path: name, description: description)
    }

    /// The table of a view: the columns that its schema gives; of a view without one, a column a member.
    private static func table(of view: Ledger.View) -> SQLTable {
        let named = view.members.map { (path: $0, kind: Kind.json) }
        // A row that is a list has no members: it is one column, called as the view.
        let members = ViewColumns.columns(of: view.name) ?? (named.isEmpty ? [("", .json)] : named)
        let columns = members.map { path, kind in
            Column(
                name: path.isEmpty ? view.name : path.replacing(".", with: "_"), kind: kind, path: path,
                description: Ledger.rule(of: path.isEmpty ? view.name : "\(view.name).\(path)") ?? "")
        }
        return SQLTable(
            name: view.name, description: "The view \(view.name): a row a customer.",
            columns: [column("customer", .text, "The customer's id.")] + columns)
    }
}
