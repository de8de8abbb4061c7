import EventLog
public import Events
import Projection
import Views

extension Ledger {
    /// Every view of one customer: DOMAIN.md section 26. A merged id answers as the one that goes on.
    ///
    /// - Throws: `notFound` where no event of the customer counts at that point.
    public func customer(
        _ id: String, at question: Question, views: [String]? = nil
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let point = try resolve(question)
            let chosen = try chosen(views, at: point)
            let needed = catalogue.closure(of: chosen.map(\.name))
            guard let fold = try lane.customer(id, at: point.fold, catalogue: needed), fold.counts else {
                throw LedgerError(
                    .notFound,
                    "no event of customer \(id) counts at \(point.answer.effectiveAt) as known at position "
                        + "\(point.answer.position)")
            }
            let revision = try log.read {
                try $0.revision(
                    ofCustomer: fold.id, amongFirst: Position(point.answer.position),
                    soleBelow: Position(try lane.soleHolder(of: fold.id)))
            }
            var base = fold.base
            base.lookup = lookup(known: point.answer.position)
            return try point.answer.customer(
                0, of: base, id: fold.id, aliases: fold.aliases, revision: Int(revision), views: chosen)
        }
    }

    /// The base as a table: those customers with at least one event that counts, by id unless sorted.
    public func customers(
        _ query: CustomerQuery, at question: Question
    ) async throws(LedgerError) -> [JSONValue] {
        try await customerList(query, at: question).rows()
    }

    /// The same, with rows that are made when they are asked for.
    public func customerList(
        _ query: CustomerQuery, at question: Question
    ) async throws(LedgerError) -> CustomerList {
        try asking {
            let point = try resolve(question)
            let plain = CustomerTable.plainMembers + point.answer.members.map(\.0)
            for column in query.columns where !plain.contains(Self.viewName(column)) {
                try Self.check(column, in: catalogue)
            }
            let chosen = try chosen(query.views, at: point)
            let condition = try query.condition.map { try Condition(parsing: $0) }
            let asked = (condition?.paths ?? []) + [query.sort].compactMap { $0 }
            let mentioned = Set(asked.map(Self.viewName))
            let base = try everybody(
                at: point.fold,
                catalogue.filter { chosen.map(\.name).contains($0.name) || mentioned.contains($0.name) },
                names: true)
            let roster = try lane.roster(of: base, at: point.fold)
            let actCounts = try actCounts(known: point.answer.position)
            let table = CustomerTable(
                base: base, roster: roster, actCounts: actCounts, catalogue: catalogue, point: point.answer)
            return CustomerList(
                table, try table.select(condition, sort: query.sort, limit: query.limit), views: chosen,
                workers: lane.workers)
        }
    }

    /// How many customers there are at a point.
    public func customerCount(at question: Question) async throws(LedgerError) -> Int {
        try asking {
            try lane.everybody(at: try resolve(question).fold, catalogue: [], names: false).count
        }
    }

    /// The read models that an answer at a point is to hold.
    func chosen(_ names: [String]?, at point: ResolvedPoint) throws(LedgerError) -> [RegisteredReadModel] {
        try chosen(names).filter { point.views?.contains($0.name) ?? true }
    }

    /// The read models of these names that have rows, in the order of the catalogue; all of them for nil.
    func chosen(_ names: [String]?) throws(LedgerError) -> [RegisteredReadModel] {
        let rows = catalogue.filter { !$0.isReportOnly }
        guard let names else { return rows }
        for name in names where !rows.contains(where: { $0.name == name }) {
            throw LedgerError(
                .notFound,
                "there is no view \(name); there are \(rows.map(\.name).joined(separator: ", "))")
        }
        return rows.filter { names.contains($0.name) }
    }

    /// The view that a dotted path begins with, a sort's minus aside.
    static func viewName(_ path: String) -> String {
        let path = path.hasPrefix("-") ? path.dropFirst() : path[...]
        return path.split(separator: ".").first.map(String.init) ?? String(path)
    }

    /// By customer, how many acts (which have no facts, but count as revisions) have it as their subject.
    func actCounts(known position: UInt64) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let reader = JSONReader()
        try log.read { view in
            for type in ["event.voided", "event.corrected", "customer.merged", "customer.split"] {
                try view.forEachEvent(.type(type), upTo: Position(position)) { _, line in
                    try reader.parse(line)
                    if let subject = reader.member(0, "subject") {
                        counts[reader.string(subject), default: 0] += 1
                    }
                    return true
                }
            }
        }
        return counts
    }
}
