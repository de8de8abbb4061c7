import Daybook
import Events
import Foundation
import SQLExport
import SyntheticShop
import Testing

/// A ledger of a synthetic shop, and its database at a point.
private final class ShopFixture: Sendable {
    let folder = FileManager.default.temporaryDirectory.path + "/daybook-sql-\(UUID().uuidString)"
    let ledger: Ledger

    init() async throws {
        let now = try Instant(parsing: "2025-03-01T00:00:00Z")
        ledger = try await Ledger.create(at: folder, zone: "Europe/Berlin", currency: "CNY", clock: { now })
        var lines: [[UInt8]] = []
        _ = SyntheticShop(seed: 9, customers: 60, days: 400).forEachEvent { line in
            lines.append(line.indices.map { line[$0] })
        }
        _ = try ledger.takeOver(lines, recorded: "field", settingAside: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") }
    }

    func database(_ question: Question = Question()) async throws -> LedgerDatabase {
        LedgerDatabase(try await ledger.tables(at: question))
    }

    func first(_ sql: String, _ question: Question = Question()) async throws -> JSONValue {
        try await database(question).answer(sql).records.first ?? .null
    }
}

@Suite("Questions in SQL")
struct SQLTests {
    @Test func tablesOfViewsSayWhatTheAnswersSayAtEveryPoint() async throws {
        let shop = try await ShopFixture()
        let june = Question(
            effectiveAt: .day(try LocalDay(parsing: "2024-06-30")), knownAt: .position(400))
        for question in [Question(), june] {
            let rows = try await shop.ledger.customers(CustomerQuery(), at: question)
            try #require(rows.count > 10)
            let database = try await shop.database(question)
            for table in SQLTable.all where Ledger.views.contains(where: { $0.name == table.name }) {
                let records = try database.answer("SELECT * FROM \"\(table.name)\" ORDER BY customer").records
                #expect(records.count == rows.count, "\(table.name)")
                for (record, row) in zip(records, rows) {
                    #expect(record["customer"] == row["customer"])
                    for column in table.columns.dropFirst() {
                        let value = column.value(in: row[table.name] ?? .null)
                        #expect(
                            Self.isSame(record[column.name] ?? .null, value, column),
                            "\(table.name).\(column.name): \(record[column.name] ?? .null) is not \(value)")
                    }
                }
            }
            let list = try database.answer("SELECT * FROM customers ORDER BY customer").records
            #expect(list.map { $0["revision"] } == rows.map { $0["revision"] })
            #expect(list.map { $0["aliases"]?.stringValue } == rows.map { $0["aliases"]?.canonicalText })
            #expect(
                try database.answer("SELECT token FROM about").records == [
                    ["token": rows[0]["token"] ?? .null]
                ])
        }
    }

    private static func isSame(_ found: JSONValue, _ value: JSONValue, _ column: SQLTable.Column) -> Bool {
        switch value {
        case .bool(let truth): found == .number(truth ? 1 : 0)
        case .object where column.kind == .money: found == value["amount"]
        case .array, .object: found == .string(value.canonicalText)
        case .null, .number, .string: found == value
        }
    }

    @Test func everyMemberOfEveryRowIsInSomeColumn() async throws {
        let shop = try await ShopFixture()
        let rows = try await shop.ledger.customers(CustomerQuery(), at: Question())
        for table in SQLTable.all where Ledger.views.contains(where: { $0.name == table.name }) {
            let paths = table.columns.map(\.path)
            #expect(
                Set(table.columnNames.map { $0.lowercased() }).count == table.columnNames.count,
                "\(table.name)")
            for row in rows {
                for path in Self.leaves(row[table.name] ?? .null, "") {
                    #expect(
                        paths.contains { path == $0 || path.hasPrefix($0 + ".") },
                        "\(table.name) has no column for \(path)")
                }
            }
            for column in table.columns {
                #expect(!column.description.isEmpty, "\(table.name).\(column.name)")
            }
        }
    }

    private static func leaves(_ value: JSONValue, _ path: String) -> [String] {
        guard let object = value.objectValue, !object.isEmpty else { return value == .null ? [] : [path] }
        return object.flatMap { leaves($0.value, path.isEmpty ? $0.name : path + "." + $0.name) }
    }

    @Test func amountsAreDecimalTextsAndIntegersAndDaysCanBeCompared() async throws {
        let shop = try await ShopFixture()
        let report = try await shop.ledger.report("value", ReportQuery(), at: Question())
        let record = try await shop.first(
            """
            SELECT count(*) AS n, sum(net_revenue_minor) AS minor, typeof(net_revenue) AS text,
                max(last_purchase) >= '2024-01-01' AS lately
            FROM value WHERE tier = 'A'
            """)
        #expect(record["n"] == report.value(at: "tiers.A.customers"))
        #expect(record["text"] == "text")
        #expect(record["lately"] == 1)
        let amount = try #require(report.value(at: "tiers.A.value.amount")?.stringValue)
        #expect(record["minor"] == .number(Double(amount.filter { $0 != "." })!))
    }

    @Test func eventsAreThoseThatWereKnownAndHadHappened() async throws {
        let shop = try await ShopFixture()
        let at = try Instant(parsing: "2024-05-01T00:00:00Z")
        let question = Question(effectiveAt: .instant(at), knownAt: .position(500))
        let expected = try await shop.ledger.trail(TrailQuery()).entries.prefix(500).filter { entry in
            (entry["time"]?.stringValue ?? "") <= at.description
        }
        let found = try await shop.database(question).answer("SELECT * FROM events ORDER BY position").records
        #expect(found.map { $0["id"] } == expected.map { $0["id"] })
        #expect(found.map { $0["data"]?.stringValue } == expected.map { $0["data"]?.canonicalText })
        let total = try await shop.first(
            "SELECT count(*) AS n FROM events WHERE type = 'purchase.completed' AND data ->> 'total' <> ''",
            question)
        #expect(total["n"] == .number(Double(expected.count { $0["type"] == "purchase.completed" })))
    }

    @Test func whatWritesOrIsMisspeltIsRefusedInWords() async throws {
        let shop = try await ShopFixture()
        let other = shop.folder + "/other.sqlite"
        for (sql, hint) in [
            ("SELECT teir FROM value", "no such column"), ("SELECT * FROM valve", "customers"),
            ("DELETE FROM value", "DELETE"), ("WITH x AS (SELECT 1) DELETE FROM value", "write"),
            ("ATTACH '\(other)' AS other", "ATTACH"), ("/* SELECT */ VACUUM INTO '\(other)'", "VACUUM"),
            ("PRAGMA writable_schema = ON", "PRAGMA"), ("SELECT 1; DROP TABLE value", "statement"),
            ("", "empty"), ("-- nothing", "empty"),
        ] {
            do {
                _ = try await shop.database().answer(sql)
                Issue.record("answered: \(sql)")
            } catch let error as LedgerError {
                #expect(error.category == .usage, "\(sql)")
                #expect(error.message.contains(hint), "\(sql): \(error.message)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: other))
    }

    @Test func aKeptDatabaseHasTheTablesThatWereReadAndAFailedOneLeavesNothing() async throws {
        let shop = try await ShopFixture()
        let file = shop.folder + "/kept.sqlite"
        let database = try await shop.database()
        let answer = try database.keep(
            as: file, answering: "SELECT count(*) AS n FROM value JOIN churn USING (customer)")
        #expect(answer?.records.first?["n"]?.integerValue ?? 0 > 10)
        let bytes = try #require(FileManager.default.contents(atPath: file))
        #expect(bytes.starts(with: Data("SQLite format 3".utf8)))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("CREATE TABLE \"churn\"") && !text.contains("CREATE TABLE \"events\""))
        #expect(throws: LedgerError.self) { try database.keep(as: file, answering: nil) }
        let all = shop.folder + "/all.sqlite"
        #expect(throws: LedgerError.self) {
            try database.keep(as: all, answering: "SELECT nothing FROM events")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: shop.folder).filter { $0.contains("all.") }
                == [])
        let nowhere = #expect(throws: LedgerError.self) {
            try database.keep(as: shop.folder + "/none/all.sqlite", answering: nil)
        }
        #expect(nowhere?.message.contains("no folder that can be written to") == true)
        let two = #expect(throws: LedgerError.self) { try database.answer("SELECT 1; SELECT 2") }
        #expect(two?.message.contains("more than one statement") == true)
        #expect(try database.answer("SELECT 1 AS x;").records.count == 1)
        #expect(try database.keep(as: all, answering: nil) == nil)
        #expect(FileManager.default.fileExists(atPath: all))
    }

    @Test func columnsOfOneNameAreToldApartAndBigNumbersStayExact() async throws {
        let shop = try await ShopFixture()
        let record = try await shop.first(
            "SELECT 1 AS n, 2 AS n, 9007199254740993 AS big, x'00ff' AS bytes, null AS no")
        #expect(record == ["n": 1, "n_2": 2, "big": "9007199254740993", "bytes": "00ff", "no": .null])
    }
}
