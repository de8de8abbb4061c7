import Dispatch
public import Events
import Projection
import Synchronization
import Views

/// The customers that a question found, in its order. Their rows are made when they are asked for, some at a time: so
/// a base of millions is read through in little memory.
public struct CustomerList: Sendable {
    private static let rowsAtATime = 2_048

    /// Where rows come from.
    private enum Source: Sendable {
        case table(CustomerTable, [Int], [RegisteredReadModel])
        case rows([JSONValue])
    }

    private let source: Source
    private let workers: Int

    init(_ table: CustomerTable, _ indices: [Int], views: [RegisteredReadModel], workers: Int) {
        source = .table(table, indices, views)
        self.workers = workers
    }

    private init(rows: [JSONValue]) {
        source = .rows(rows)
        workers = 1
    }

    /// How many customers were found.
    public var count: Int {
        switch source {
        case .table(_, let indices, _): indices.count
        case .rows(let rows): rows.count
        }
    }

    /// All rows.
    public func rows() throws(LedgerError) -> [JSONValue] {
        try asking { try rows(0..<count) }
    }

    /// The same list with all rows made, which needs the ledger no more.
    public func made() throws(LedgerError) -> CustomerList { CustomerList(rows: try rows()) }

    /// Calls `body` with every row, in order.
    ///
    /// - Throws: `LedgerError`, and what `body` throws.
    public func forEachRow(_ body: (JSONValue) throws -> Void) throws {
        for start in stride(from: 0, to: count, by: Self.rowsAtATime) {
            let rows: [JSONValue] = try asking { try self.rows(start..<min(start + Self.rowsAtATime, count)) }
            for row in rows { try body(row) }
        }
    }

    /// Some rows, made by all workers.
    private func rows(_ range: Range<Int>) throws -> [JSONValue] {
        switch source {
        case .rows(let rows): return Array(rows[range])
        case .table(let table, let indices, let views):
            let parts = max(1, min(workers, range.count / 64))
            let results = Mutex<[Int: Result<[JSONValue], any Error>]>([:])
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let begin = range.lowerBound + range.count * part / parts
                let end = range.lowerBound + range.count * (part + 1) / parts
                let result = Result { try indices[begin..<end].map { try table.row($0, views) } }
                results.withLock { $0[part] = result }
            }
            let all = results.withLock { $0 }
            return try (0..<parts).flatMap { try all[$0]?.get() ?? [] }
        }
    }
}

extension CustomerTable {
    /// The answer for the customer at an index.
    func row(_ index: Int, _ views: [RegisteredReadModel]) throws -> JSONValue {
        try point.customer(
            index, of: base, id: base.names[index], aliases: roster.aliases[index], revision: revision(index),
            views: views)
    }
}

extension AnswerPoint {
    /// One customer's answer at this point.
    func customer(
        _ index: Int, of base: Base, id: String, aliases: [String], revision: Int,
        views: [RegisteredReadModel]
    ) throws -> JSONValue {
        var object = JSONObject([
            ("customer", .string(id)), ("aliases", .array(aliases.map { .string($0) })),
            ("revision", .number(Double(revision))),
        ])
        for (name, value) in members { object[name] = value }
        object["policy"] = .string(policy)
        for view in views { object[view.name] = try view.row(index, base) }
        return .object(object)
    }
}
