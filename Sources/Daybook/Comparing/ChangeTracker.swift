import Events
import Projection
import Views

/// Follows the values of all customers from table to table, and remembers which step last moved each.
struct ChangeTracker {
    /// A value of one customer.
    struct Place: Hashable {
        let customer: String
        let field: String
    }

    /// The step that last moved a value.
    struct Mark {
        let cause: Comparison.Cause
        /// Whether it was not the customer's own facts that moved it, but everybody else's.
        let isByOthers: Bool
    }

    /// One value that is another at the end than at the beginning.
    struct Change {
        let place: Place
        let from: JSONValue
        let to: JSONValue
        let mark: Mark
    }

    let first: WordTable
    private(set) var last: WordTable
    private var marks: [Place: Mark] = [:]

    init(_ first: WordTable) {
        self.first = first
        last = first
    }

    /// Takes the next table. `isByOthers` is asked for each value that differs from the table before, with the
    /// row of the customer in the next one.
    mutating func step(
        to next: WordTable, cause: Comparison.Cause,
        isByOthers: (_ row: Int, _ field: String, _ before: JSONValue) throws -> Bool
    ) rethrows {
        try Self.forEachDifference(last, next) { place, row, before, _ in
            let others = try row.map { try isByOthers($0, place.field, before) } ?? false
            marks[place] = Mark(cause: cause, isByOthers: others)
        }
        last = next
    }

    /// What differs between the first table and the last, by customer and field.
    var changes: [Change] {
        var changes: [Change] = []
        Self.forEachDifference(first, last) { place, _, from, to in
            let mark = marks[place] ?? Mark(cause: .none, isByOthers: false)
            changes.append(Change(place: place, from: from, to: to, mark: mark))
        }
        return changes.sorted { left, right in
            let (one, other) = (left.place, right.place)
            return one.customer == other.customer
                ? one.field < other.field : one.customer.utf8.lexicographicallyPrecedes(other.customer.utf8)
        }
    }

    /// Calls `body` for every value that differs; `row` is the customer's row in the second table.
    private static func forEachDifference(
        _ old: WordTable, _ new: WordTable,
        _ body: (_ place: Place, _ row: Int?, _ from: JSONValue, _ to: JSONValue) throws -> Void
    ) rethrows {
        let rows = old.customers == new.customers ? nil : Self.rows(of: old)
        let fields = Set(old.columns.map(\.field)).union(new.columns.map(\.field))
        for field in fields {
            let before = old.columns.first { $0.field == field }
            let after = new.columns.first { $0.field == field }
            for (row, customer) in new.customers.enumerated() {
                let to = after?.value(row) ?? .null
                let from = (rows == nil ? row : rows?[customer]).flatMap { before?.value($0) } ?? .null
                if from != to { try body(Place(customer: customer, field: field), row, from, to) }
            }
        }
        guard rows != nil else { return }
        // Customers who are no longer there: merged into others, or no event of theirs counts.
        let there = Set(new.customers)
        for (row, customer) in old.customers.enumerated() where !there.contains(customer) {
            for column in old.columns where column.value(row) != .null {
                try body(Place(customer: customer, field: column.field), nil, column.value(row), .null)
            }
        }
    }

    private static func rows(of table: WordTable) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: table.customers.enumerated().map { ($1, $0) })
    }
}
