public import Daybook
public import Events
import Foundation
import GRDB

/// A ledger at one point as a database of SQLite, to be asked in SQL.
///
/// Only the tables that a question reads are filled. The database is private and goes away with the answer,
/// unless it is kept as a file; what does not fit into its cache lies in a temporary file of SQLite's.
public struct LedgerDatabase {
    private let tables: LedgerTables

    /// A database of a ledger's tables.
    public init(_ tables: LedgerTables) {
        self.tables = tables
    }

    /// What a question was answered.
    public struct Answer: Sendable {
        /// The names of the columns, each once.
        public let columns: [String]
        /// The rows, each an object of the columns.
        public let records: [JSONValue]
    }

    /// The tables that a question may read: those that it names. Without a question, all of them.
    static func tables(namedIn sql: String?) -> [SQLTable] {
        guard let sql else { return SQLTable.all }
        let words = SQLText(sql).words
        return SQLTable.all.filter { words.contains($0.name) }
    }

    /// Answers a question in SQL.
    ///
    /// - Throws: `usage` where SQLite does not understand it, where it would write, or where it is more than one
    ///   statement.
    public func answer(_ sql: String) throws(LedgerError) -> Answer {
        try work { try answer(sql, in: try DatabaseQueue(path: "", configuration: Self.configuration)) }
    }

    /// Keeps the database as a file: the tables that a question reads, all of them without one.
    ///
    /// The file appears when it is complete.
    /// - Returns: the answer to the question; nil without one.
    /// - Throws: `conflict` where there is a file of this name.
    public func keep(as path: String, answering sql: String?) throws(LedgerError) -> Answer? {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw LedgerError(.conflict, "\(path) is there already: name another file, or remove it first")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw LedgerError(.io, "\(path) cannot be written: \(folder) is no folder that can be written to")
        }
        let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
        defer {
            // It is gone when all went well; otherwise half a database is of no use.
            do { try FileManager.default.removeItem(atPath: draft) } catch {}
        }
        return try work {
            let queue = try DatabaseQueue(path: draft, configuration: Self.configuration)
            let answer: Answer?
            if let sql {
                answer = try self.answer(sql, in: queue)
            } else {
                try queue.writeWithoutTransaction { database in
                    try create(in: database)
                    try fill(SQLTable.all, in: database)
                }
                answer = nil
            }
            try queue.close()
            try FileManager.default.moveItem(atPath: draft, toPath: path)
            return answer
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // 64 MiB of cache. Nobody else sees the database before it is complete: it needs no journal.
            try database.execute(sql: "PRAGMA cache_size = -65536")
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = OFF")
        }
        return configuration
    }

    private func answer(_ sql: String, in queue: DatabaseQueue) throws -> Answer {
        try queue.writeWithoutTransaction { database in
            try create(in: database)
            _ = try Self.question(sql, in: database)
            let read = Self.tables(namedIn: sql)
            try fill([SQLTable.about] + read.filter { $0.name != SQLTable.about.name }, in: database)
            for table in SQLTable.all where !read.contains(where: { $0.name == table.name }) {
                guard table.name != SQLTable.about.name else { continue }
                try database.execute(sql: "DROP TABLE \(SQLTable.quoted(table.name))")
            }
            try database.execute(sql: "PRAGMA query_only = ON")
            return try Self.rows(of: try Self.question(sql, in: database))
        }
    }

    private func create(in database: GRDB.Database) throws {
        for table in SQLTable.all { try database.execute(sql: table.creation) }
    }

    /// A question that reads, ready to be run.
    private static func question(_ sql: String, in database: GRDB.Database) throws -> Statement {
        guard let word = SQLText(sql).firstWord else {
            throw LedgerError(.usage, "the SQL is empty: ask something like SELECT count(*) FROM customers")
        }
        // SQLite takes ATTACH and some PRAGMAs for reading, though they make files.
        guard ["SELECT", "WITH", "VALUES", "EXPLAIN"].contains(word) else {
            throw LedgerError(
                .usage,
                "\(word) is not answered: only SELECT, WITH, VALUES and EXPLAIN. A ledger is written "
                    + "by its events alone")
        }
        let statements = try database.allStatements(sql: sql)
        guard let statement = try statements.next() else {
            throw LedgerError(.usage, "the SQL is empty: ask something like SELECT count(*) FROM customers")
        }
        guard try statements.next() == nil else {
            throw LedgerError(.usage, "the SQL is more than one statement: ask for one after the other")
        }
        guard statement.isReadonly else {
            throw LedgerError(.usage, "the SQL would write: a ledger is written by its events alone")
        }
        return statement
    }

    private func fill(_ wanted: [SQLTable], in database: GRDB.Database) throws {
        try database.inTransaction {
            for table in wanted where table.name == SQLTable.about.name {
                let row = about
                try TableWriter(table, in: database).add { row[$0.path] }
            }
            try fillCustomers(wanted, in: database)
            for table in wanted where table.name == SQLTable.events.name {
                let writer = try TableWriter(table, in: database)
                try tables.forEachEvent { event in
                    try Task.checkCancellation()
                    try writer.add { event[$0.path] }
                }
            }
            return .commit
        }
    }

    private func fillCustomers(_ wanted: [SQLTable], in database: GRDB.Database) throws {
        let views = wanted.filter { table in Ledger.views.contains { $0.name == table.name } }
        let list = wanted.first { $0.name == SQLTable.customers.name }
        guard list != nil || !views.isEmpty else { return }
        let writers = try views.map { (name: $0.name, writer: try TableWriter($0, in: database)) }
        let listWriter = try list.map { try TableWriter($0, in: database) }
        try tables.forEachCustomer(views: views.map(\.name)) { customer in
            try Task.checkCancellation()
            try listWriter?.add { customer[$0.path] }
            for (name, writer) in writers {
                let row = customer[name] ?? .null
                try writer.add { $0.name == "customer" ? customer["customer"] : $0.value(in: row) }
            }
        }
    }

    private var about: JSONObject {
        var row = JSONObject(tables.point.members)
        row["policy"] = .string(tables.point.policy)
        row["currency"] = .string(tables.currency)
        row["zone"] = .string(tables.zone.identifier)
        return row
    }

    private static func rows(of statement: Statement) throws -> Answer {
        let columns = SQLText.distinct(statement.columnNames)
        var records: [JSONValue] = []
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            try Task.checkCancellation()
            var record = JSONObject()
            for (place, name) in columns.enumerated() {
                let value: DatabaseValue = row[place]
                record[name] = SQLText.value(value)
            }
            records.append(.object(record))
        }
        return Answer(columns: columns, records: records)
    }

    private func work<R>(_ body: () throws -> R) throws(LedgerError) -> R {
        do { return try body() } catch let error as LedgerError {
            throw error
        } catch let error as DatabaseError {
            throw SQLText.failure(error)
        } catch is CancellationError {
            throw LedgerError(.failed, "cancelled")
        } catch {
            throw LedgerError(.io, "\(error)")
        }
    }
}
