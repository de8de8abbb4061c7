import Events
import Projection

/// Customers by the month of their first purchase, and how many of them bought in each month after it: DOMAIN.md
/// section 25.
struct Cohorts {
    private struct Cohort {
        var customers = 0
        /// By months after the first: how many bought.
        var bought: [Int]
    }

    private var cohorts: [Int: Cohort] = [:]

    /// The cohorts whose first purchase day is `first` or later, up to the month of the base's point, which may
    /// not be over.
    init(_ days: CustomerLists<Int32>, _ base: Base, from first: Int32) {
        let last = Persistency.month(of: base.context.clock.day)
        for index in base.customers.indices {
            let own = days[index]
            guard let begun = own.first, begun >= first else { continue }
            let start = Persistency.month(of: begun)
            var cohort =
                cohorts[start] ?? Cohort(bought: Array(repeating: 0, count: max(0, last - start) + 1))
            cohort.customers += 1
            var counted = -1
            for day in own {
                let month = Persistency.month(of: day) - start
                if month != counted, month < cohort.bought.count { cohort.bought[month] += 1 }
                counted = month
            }
            cohorts[start] = cohort
        }
    }

    var json: JSONValue {
        .array(
            cohorts.sorted { $0.key < $1.key }.map { month, cohort in
                let (year, number) = (month / 12, month % 12 + 1)
                return [
                    "cohort": .string("\(year)-\(number < 10 ? "0" : "")\(number)"),
                    "customers": Answer.count(cohort.customers),
                    "retention": .array(cohort.bought.map { Answer.share($0, of: cohort.customers) }),
                ]
            })
    }
}

/// Categories whose share of what is spent has changed: DOMAIN.md section 25.
struct PreferenceShift {
    /// From where on a change is shown.
    struct Bounds: Sendable {
        /// Points of a hundred.
        let points: Double
        /// Customers who bought the category in either stretch.
        let customers: Int
    }

    private struct Category {
        var recent: Int64 = 0
        var earlier: Int64 = 0
        var customers = 0
    }

    private var categories: [UInt32: Category] = [:]
    private let base: Base
    private let bounds: Bounds

    init(of base: Base, _ bounds: Bounds) {
        self.base = base
        self.bounds = bounds
        for group in base.run(of: PerformanceModel.self).projector.groups.elements
        where group.aspect == .category && (group.recent != 0 || group.earlier != 0) {
            var category = categories[group.code] ?? Category()
            category.recent = added(category.recent, max(0, group.recent))
            category.earlier = added(category.earlier, max(0, group.earlier))
            category.customers += 1
            categories[group.code] = category
        }
    }

    var json: JSONValue {
        let recent = categories.values.reduce(into: Int128(0)) { $0 += Int128($1.recent) }
        let earlier = categories.values.reduce(into: Int128(0)) { $0 += Int128($1.earlier) }
        guard recent > 0, earlier > 0 else { return .array([]) }
        var shown: [(name: String, before: Double, after: Double, customers: Int)] = []
        for (code, category) in categories where category.customers >= bounds.customers {
            let before = Double(category.earlier) / Double(earlier)
            let after = Double(category.recent) / Double(recent)
            // A change of exactly the bound counts, whatever the last bit of the difference.
            guard abs(after - before).rounded12 * 100 >= bounds.points.rounded12 - 1e-9,
                let name = base.context.text(of: code)
            else { continue }
            shown.append((name, before, after, category.customers))
        }
        shown.sort { left, right in
            let (first, second) = (abs(left.after - left.before), abs(right.after - right.before))
            return first != second ? first > second : left.name < right.name
        }
        return .array(
            shown.map { entry in
                [
                    "category": .string(entry.name), "before": Answer.number(entry.before),
                    "after": Answer.number(entry.after), "change": Answer.number(entry.after - entry.before),
                    "n": Answer.count(entry.customers),
                ]
            })
    }
}
