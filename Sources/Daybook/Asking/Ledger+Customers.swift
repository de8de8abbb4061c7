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
            return try row(
                0, of: base, id: fold.id, aliases: fold.aliases, revision: Int(revision), point.answer,
                chosen)
        }
    }

    /// The base as a table: those customers with at least one event that counts, by id unless sorted.
    public func customers(
        _ query: CustomerQuery, at question: Question
    ) async throws(LedgerError) -> [JSONValue] {
        try asking {
            let point = try resolve(question)
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
            return try table.select(condition, sort: query.sort, limit: query.limit).map { index in
                try row(
                    index, of: base, id: base.names[index], aliases: roster.aliases[index],
                    revision: table.revision(index), point.answer, chosen)
            }
        }
    }

    /// How many customers there are at a point.
    public func customerCount(at question: Question) async throws(LedgerError) -> Int {
        try asking {
            try lane.everybody(at: try resolve(question).fold, catalogue: [], names: false).count
        }
    }

    /// One customer's answer.
    func row(
        _ index: Int, of base: Base, id: String, aliases: [String], revision: Int, _ point: AnswerPoint,
        _ chosen: [RegisteredReadModel]
    ) throws -> JSONValue {
        var object = JSONObject([
            ("customer", .string(id)), ("aliases", .array(aliases.map { .string($0) })),
            ("revision", .number(Double(revision))),
        ])
        for (name, value) in point.members { object[name] = value }
        object["policy"] = .string(point.policy)
        for model in chosen { object[model.name] = try model.row(index, base) }
        return .object(object)
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

/// The customers of a base, to be filtered and sorted without making more rows than that takes.
struct CustomerTable {
    let base: Base
    let roster: Roster
    let actCounts: [String: Int]
    let catalogue: [RegisteredReadModel]
    let point: AnswerPoint

    func revision(_ index: Int) -> Int {
        roster.eventCounts[index] + (actCounts[base.names[index]] ?? 0)
    }

    /// The indices of the customers that a condition holds for, sorted and cut.
    func select(_ condition: Condition?, sort: String?, limit: Int?) throws -> [Int] {
        let isDescending = sort?.hasPrefix("-") ?? false
        let path = sort.map { isDescending ? String($0.dropFirst()) : $0 }
        for path in (condition?.paths ?? []) + [path].compactMap({ $0 }) { try check(path) }
        var chosen: [(index: Int, key: JSONValue)] = []
        for index in 0..<base.count {
            var row = LazyRow(index: index, table: self)
            if let condition, !(try condition.holds({ try row.value(at: $0) })) { continue }
            chosen.append((index, try path.map { try row.value(at: $0) } ?? .null))
        }
        chosen.sort { left, right in
            let order = path == nil ? .same : SortOrder(left.key, right.key, isDescending: isDescending)
            return switch order {
            case .before: true
            case .after: false
            case .same: base.names[left.index].utf8.lexicographicallyPrecedes(base.names[right.index].utf8)
            }
        }
        return chosen.prefix(limit ?? .max).map(\.index)
    }

    /// A path must name a view and one of its members, or a member that every answer has: a misspelt one would
    /// hold for nobody. What lies deeper may depend on the customer.
    private func check(_ path: String) throws {
        let names = path.split(separator: ".").map(String.init)
        let first = names.first ?? ""
        let plain = ["customer", "aliases", "revision", "policy"]
        let model = catalogue.first { $0.name == first && !$0.isReportOnly }
        if let model, names.count > 1, base.count > 0, let row = try model.row(0, base).objectValue {
            guard row[names[1]] == nil else { return }
            throw LedgerError(
                .usage,
                "there is no field \(path): \(first) has " + row.map(\.name).joined(separator: ", "))
        }
        guard plain.contains(first) || model != nil else {
            throw LedgerError(
                .usage,
                "there is no field \(path): expected one that begins with "
                    + (catalogue.map(\.name) + plain).joined(separator: ", "))
        }
    }
}

/// One customer's answer of which only what is asked for is made.
struct LazyRow {
    let index: Int
    let table: CustomerTable
    private var made: [String: JSONValue] = [:]

    init(index: Int, table: CustomerTable) {
        self.index = index
        self.table = table
    }

    mutating func value(at path: String) throws -> JSONValue {
        switch path {
        case "customer": return .string(table.base.names[index])
        case "revision": return .number(Double(table.revision(index)))
        case "policy": return .string(table.point.policy)
        default: break
        }
        let steps = path.split(separator: ".", maxSplits: 1).map(String.init)
        if steps[0] == "aliases" {
            let aliases = JSONValue.array(table.roster.aliases[index].map { .string($0) })
            return steps.count == 1 ? aliases : aliases.value(at: steps[1]) ?? .null
        }
        if made[steps[0]] == nil, let model = table.catalogue.first(where: { $0.name == steps[0] }) {
            made[steps[0]] = try model.row(index, table.base)
        }
        guard let row = made[steps[0]] else { return .null }
        return steps.count == 1 ? row : row.value(at: steps[1]) ?? row.collected(at: steps[1]) ?? .null
    }
}

extension JSONValue {
    /// The members at a path of all elements of a list: a condition on it holds if it does for one of them.
    func collected(at path: String) -> JSONValue? {
        arrayValue.map { .array($0.compactMap { $0.value(at: path) }) }
    }
}

/// How two values stand in a sorted table: unknown ones come last, whatever the direction.
enum SortOrder {
    case before
    case after
    case same

    init(_ left: JSONValue, _ right: JSONValue, isDescending: Bool) {
        switch (Condition.rank(left), Condition.rank(right)) {
        case (nil, nil): self = .same
        case (nil, _): self = .after
        case (_, nil): self = .before
        default:
            guard let isLess = Condition.isLess(left, right), let isMore = Condition.isLess(right, left),
                isLess != isMore
            else {
                self = .same
                return
            }
            self = isLess != isDescending ? .before : .after
        }
    }
}
