public import Events
public import Projection

/// Which categories are bought by the same customers: DOMAIN.md section 24. A report, and what suggestions
/// rest on.
public struct AffinityModel: ReadModel {
    /// The name of the view.
    public static let name = "affinity"
    /// The view that it reads.
    public static let uses = ["performance"]
    /// The version of the rules.
    public static let version = 1
    /// A report about everybody.
    public static let isReportOnly = true

    /// Nothing is learned of a customer that `PerformanceModel` does not know.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        private var nothing: UInt8 = 0
    }

    /// How many customers buy what, and two things.
    public struct Population: Codable, Sendable, Equatable {
        /// Customers with a purchase that counts and says a category.
        public var customers: Int
        /// The categories by name, ascending.
        public var items: [String]
        /// How many customers bought each.
        public var buyers: [Int]
        /// Pairs of places in `items` with how many bought both, three numbers a pair, ascending.
        public var pairs: [Int]
    }

    let leastBoth: Int

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        leastBoth = try context.policy.whole("next.least_both")
    }

    /// Forgets the customer before.
    public mutating func begin() {}

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {}

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) { (State(), State()) }

    private struct Item {
        let code: UInt32
        let name: String
        let buyers: Int
    }

    /// Counting pairs takes room by the square of the number of categories: the most bought ones are looked at.
    private static let mostItems = 2_000

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        let groups = base.run(of: PerformanceModel.self).projector.groups
        var buyers: [UInt32: Int] = [:]
        var customers = 0
        for index in base.customers.indices {
            var buysAny = false
            for group in groups[index] where group.aspect == .category && group.purchases > 0 {
                buyers[group.code, default: 0] += 1
                buysAny = true
            }
            if buysAny { customers += 1 }
        }
        let least = run.projector.leastBoth
        var items: [Item] = []
        for (code, count) in buyers where count >= least {
            items.append(Item(code: code, name: base.context.codes[Int(code)], buyers: count))
        }
        items.sort { $0.buyers != $1.buyers ? $0.buyers > $1.buyers : $0.name < $1.name }
        items = items.prefix(mostItems).sorted { $0.name < $1.name }
        var places: [UInt32: Int] = [:]
        for (place, item) in items.enumerated() { places[item.code] = place }
        return Population(
            customers: customers, items: items.map(\.name), buyers: items.map(\.buyers),
            pairs: pairs(groups, base.count, places, least: least))
    }

    private static func pairs(
        _ groups: CustomerLists<PerformanceModel.Group>, _ customers: Int, _ places: [UInt32: Int], least: Int
    ) -> [Int] {
        let size = places.count
        var both = [Int32](repeating: 0, count: size * size)
        var own: [Int] = []
        for index in 0..<customers {
            own.removeAll(keepingCapacity: true)
            for group in groups[index] where group.aspect == .category && group.purchases > 0 {
                if let place = places[group.code] { own.append(place) }
            }
            own.sort()
            for (rank, first) in own.enumerated() {
                for second in own[(rank + 1)...] { both[first * size + second] += 1 }
            }
        }
        var pairs: [Int] = []
        for first in 0..<size {
            for second in (first + 1)..<max(size, first + 1) where both[first * size + second] >= least {
                pairs += [first, second, Int(both[first * size + second])]
            }
        }
        return pairs
    }

    /// No rows.
    public static func row(_ index: Int, of base: Base) -> JSONValue { .null }

    /// The pairs that are bought together more often than by chance, the highest lift first.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let population = base.population(Self.self)
        let pairs = population.allPairs.sorted { left, right in
            left.lift != right.lift
                ? left.lift > right.lift : (left.first, left.second) < (right.first, right.second)
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(population.customers)),
            "customers": Answer.count(population.customers),
            "items": Answer.count(population.items.count),
            "pairs": .array(
                pairs.prefix(mostShown).map { pair in
                    let (first, second) = (population.buyers[pair.first], population.buyers[pair.second])
                    return [
                        "item": .string(population.items[pair.first]),
                        "with": .string(population.items[pair.second]),
                        "n": Answer.count(pair.both),
                        "support": Answer.share(pair.both, of: population.customers),
                        "confidence": Answer.share(pair.both, of: first),
                        "reverse_confidence": Answer.share(pair.both, of: second),
                        "lift": Answer.number(pair.lift),
                    ]
                }),
        ]
    }

    private static let mostShown = 100
}

extension AffinityModel.Population {
    /// Two categories that enough customers bought.
    struct Pair {
        let first: Int
        let second: Int
        let both: Int
        /// How many times as often as by chance: n(a and b) · n / (n(a) · n(b)).
        let lift: Double
    }

    var allPairs: [Pair] {
        stride(from: 0, to: pairs.count, by: 3).map { place in
            let (first, second, both) = (pairs[place], pairs[place + 1], pairs[place + 2])
            let lift =
                Double(both) * Double(customers) / (Double(buyers[first]) * Double(buyers[second]))
            return Pair(first: first, second: second, both: both, lift: lift)
        }
    }

    /// The place of a category; nil for those too few bought.
    func place(of item: String) -> Int? {
        let place = items.partitionPoint { $0 < item }
        return place < items.count && items[place] == item ? place : nil
    }
}
