import Events
import Projection
import Views

/// The customers of a base, to be filtered and sorted without making more rows than that takes.
struct CustomerTable {
    let base: Base
    let roster: Roster
    let actCounts: [String: Int]
    let catalogue: [RegisteredReadModel]
    let point: AnswerPoint

    /// What every answer has beside the views.
    static let plainMembers = ["customer", "aliases", "revision", "policy"]

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

    /// A path must name a view and one of its members, or a member that every answer has.
    private func check(_ path: String) throws {
        let first = Ledger.viewName(path)
        let plain = Self.plainMembers
        if plain.contains(first) { return }
        guard catalogue.contains(where: { $0.name == first && !$0.isReportOnly }) else {
            throw LedgerError(
                .usage,
                "there is no field \(path): expected one that begins with "
                    + (catalogue.map(\.name) + plain).joined(separator: ", "))
        }
        try Ledger.check(path, in: catalogue)
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
