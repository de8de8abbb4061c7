import Events
import Views

/// What two tables of all customers differ in, in the words of the business: how many went from what to what,
/// how many are what before and after, and who.
struct DifferenceAnswer {
    let changes: [ChangeTracker.Change]
    let before: WordTable
    let after: WordTable

    init(_ tracker: ChangeTracker, causes: Set<String>? = nil) {
        before = tracker.first
        after = tracker.last
        changes = tracker.changes.filter { causes?.contains($0.mark.cause.rawValue) ?? true }
    }

    /// How many customers have any change.
    var movedCount: Int { Set(changes.map(\.place.customer)).count }

    /// The part of all customers who have any change.
    var movedShare: Double {
        let all = max(before.customers.count, after.customers.count)
        return all == 0 ? 0 : Double(movedCount) / Double(all)
    }

    /// The members of the answer: `customers`, `moved`, `share`, `flows`, `totals`, and `changes`, of which at most
    /// `limit` are listed.
    func members(limit: Int?, events: (ChangeTracker.Change) throws -> [UInt64]) rethrows -> [(
        String, JSONValue
    )] {
        [
            ("customers", .number(Double(after.customers.count))), ("moved", .number(Double(movedCount))),
            ("share", .number(movedShare.rounded12)), ("flows", .array(flows)), ("totals", .array(totals)),
            (
                "changes",
                .array(try changes.prefix(limit ?? .max).map { $0.answer(events: try events($0)) })
            ),
        ]
    }

    /// `[{field, from, to, cause, customers}]`, the fields in the order of the views, the largest flow first.
    private var flows: [JSONValue] {
        struct Flow: Hashable {
            let field: String
            let from: String
            let to: String
            let cause: String
        }
        var counts: [Flow: (change: ChangeTracker.Change, count: Int)] = [:]
        for change in changes {
            let flow = Flow(
                field: change.place.field, from: change.from.canonicalText, to: change.to.canonicalText,
                cause: change.mark.cause.rawValue)
            counts[flow, default: (change, 0)].count += 1
        }
        let order = fields
        return counts.sorted { left, right in
            let (one, other) = (left.key, right.key)
            let places = (order.firstIndex(of: one.field) ?? 0, order.firstIndex(of: other.field) ?? 0)
            return (places.0, right.value.count, one.from, one.to, one.cause)
                < (places.1, left.value.count, other.from, other.to, other.cause)
        }.map { flow, entry in
            [
                "field": .string(flow.field), "from": entry.change.from, "to": entry.change.to,
                "cause": .string(flow.cause), "customers": .number(Double(entry.count)),
            ]
        }
    }

    /// `[{field, value, before, after}]` for each value of a field that has few.
    private var totals: [JSONValue] {
        var totals: [JSONValue] = []
        for field in fields {
            let (old, new) = (Self.counts(field, before), Self.counts(field, after))
            guard old.count <= 64, new.count <= 64 else { continue }
            var words = old.map(\.word)
            words += new.map(\.word).filter { !words.contains($0) }
            for word in words.sorted(by: { $0.canonicalText < $1.canonicalText }) {
                let (from, to) = (
                    old.first { $0.word == word }?.count ?? 0, new.first { $0.word == word }?.count ?? 0
                )
                guard from > 0 || to > 0 else { continue }
                totals.append([
                    "field": .string(field), "value": word, "before": .number(Double(from)),
                    "after": .number(Double(to)),
                ])
            }
        }
        return totals
    }

    private var fields: [String] {
        let known = after.columns.map(\.field)
        return known + before.columns.map(\.field).filter { !known.contains($0) }
    }

    private static func counts(_ field: String, _ table: WordTable) -> [(word: JSONValue, count: Int)] {
        guard let column = table.columns.first(where: { $0.field == field }) else { return [] }
        var counts = [Int](repeating: 0, count: column.words.count)
        for code in column.codes { counts[Int(code)] += 1 }
        return Array(zip(column.words, counts))
    }
}

/// What the figures of two sets of reports differ in.
enum ReportDifference {
    /// `[{report, figure, from, to}]` for each figure that differs; lists are passed over.
    static func figures(from old: [(String, JSONValue)], to new: [(String, JSONValue)]) -> [JSONValue] {
        var result: [JSONValue] = []
        for (name, report) in new {
            guard let before = old.first(where: { $0.0 == name })?.1 else { continue }
            var (left, right) = ([(String, JSONValue)](), [(String, JSONValue)]())
            flatten(before, at: "", into: &left)
            flatten(report, at: "", into: &right)
            for (path, value) in right {
                let earlier = left.first { $0.0 == path }?.1 ?? .null
                guard earlier != value else { continue }
                result.append([
                    "report": .string(name), "figure": .string(path), "from": earlier, "to": value,
                ])
            }
            for (path, value) in left where !right.contains(where: { $0.0 == path }) && value != .null {
                result.append(["report": .string(name), "figure": .string(path), "from": value, "to": .null])
            }
        }
        return result
    }

    private static func flatten(_ value: JSONValue, at path: String, into leaves: inout [(String, JSONValue)])
    {
        switch value {
        case .object(let object):
            if object["amount"] != nil, object["currency"] != nil {
                leaves.append((path, value))
                return
            }
            for member in object {
                flatten(
                    member.value, at: path.isEmpty ? member.name : "\(path).\(member.name)", into: &leaves)
            }
        case .array: break
        case .null, .bool, .number, .string: leaves.append((path, value))
        }
    }
}
