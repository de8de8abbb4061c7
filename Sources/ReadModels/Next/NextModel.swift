public import Events
public import Projection

/// When a customer is expected again, and what could be suggested then: DOMAIN.md section 24.
public struct NextModel: ReadModel {
    /// The name of the view.
    public static let name = "next"
    /// The views that it reads.
    public static let uses = ["lifecycle", "performance", "affinity"]
    /// The version of the rules.
    public static let version = 1
    /// Under which head of a customer's profile the row stands.
    public static let head = ProfileHead.prospecting
    /// What a person wants to see first.
    public static let headline = ["expected_on"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// A bit for each purpose of the policy's list that consent stands for.
        public var consent: UInt32 = 0
    }

    /// Nothing is needed of others but what `AffinityModel` counted.
    public struct Population: Codable, Sendable, Equatable {}

    let pauseDays: Int
    let mostSuggestions: Int
    let leastLift: Double
    private let purposes: [UInt32?]
    private var state = State()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        pauseDays = try policy.whole("next.pause_days")
        mostSuggestions = try policy.whole("next.suggestions")
        leastLift = try policy.real("next.least_lift")
        purposes = try policy.texts("next.consent_purposes").prefix(32).map { context.code(of: $0) }
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .consent {
            take(fact)
        } else if fact.kind == .erased {
            state.consent = 0
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        for place in purposes.indices where purposes[place] == fact.code {
            if fact.flags.contains(.granted) {
                state.consent |= 1 << UInt32(place)
            } else {
                state.consent &= ~(1 << UInt32(place))
            }
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) { (state, state) }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }

    /// Which rule makes which member of a row.
    public static let rules = [
        FieldRule(
            "expected_on",
            "The last purchase day and the customer's usual interval after it, rounded up to days.",
            source: "DOMAIN.md 24 and 6", parameters: ["lifecycle.mu0_days", "lifecycle.k"]),
        FieldRule(
            "range",
            "The middle half of the customer's own intervals after the last purchase day; from five purchase days "
                + "on.",
            source: "DOMAIN.md 24"),
        FieldRule(
            "suggestions",
            """
            What customers who bought the same also bought, most beyond chance first, and this customer not of \
            late. Only with consent, and only what enough customers have bought together; lift is how many times \
            as often as by chance, n how many customers bought both.
            """,
            source: "DOMAIN.md 24; Agrawal, Imielinski and Swami 1993",
            parameters: [
                "next.least_both", "next.least_lift", "next.pause_days", "next.suggestions",
                "next.consent_purposes",
            ]),
    ]

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) -> JSONValue {
        let lifecycle = base.run(of: LifecycleModel.self)
        let state = lifecycle.measures[index].state
        return [
            "expected_on": Answer.day(lifecycle.projector.rule.expectedOn(state)),
            "range": range(index, of: base),
            "suggestions": .array(suggestions(index, of: base)),
        ]
    }

    /// The quartiles of the customer's own intervals, interpolated between neighbours, in whole days outwards.
    private static func range(_ index: Int, of base: Base) -> JSONValue {
        let days = Array(base.run(of: PerformanceModel.self).projector.days[index])
        guard days.count >= 5, let last = days.last else { return .null }
        let intervals = zip(days.dropFirst(), days).map { $0 - $1 }.sorted()
        let quarters = intervals.count - 1
        // Quartile q lies q · (n − 1) / 4 places into the sorted intervals: integers in quarters of a day.
        func quartile(_ number: Int) -> Int {
            let place = number * quarters
            let (below, rest) = (place / 4, place % 4)
            let low = Int(intervals[below]) * 4
            return rest == 0 ? low : low + (Int(intervals[below + 1]) - Int(intervals[below])) * rest
        }
        return [
            "from": Answer.day(last + Int32(quartile(1) / 4)),
            "to": Answer.day(last + Int32((quartile(3) + 3) / 4)),
        ]
    }

    private static func suggestions(_ index: Int, of base: Base) -> [JSONValue] {
        let run = base.run(of: Self.self)
        guard run.measures[index].consent != 0 else { return [] }
        let population = base.population(AffinityModel.self)
        let from = base.context.firstDay(ofTrailing: run.projector.pauseDays)
        var bought: Set<Int> = []
        var boughtLately: Set<Int> = []
        for group in base.run(of: PerformanceModel.self).projector.groups[index]
        where group.aspect == .category && group.purchases > 0 {
            guard let name = base.context.text(of: group.code), let place = population.place(of: name) else {
                continue
            }
            bought.insert(place)
            if group.lastDay >= from { boughtLately.insert(place) }
        }
        guard !bought.isEmpty else { return [] }
        var best: [Int: AffinityModel.Population.Pair] = [:]
        func offer(_ item: Int, _ pair: AffinityModel.Population.Pair) {
            guard !boughtLately.contains(item), pair.lift >= run.projector.leastLift else { return }
            if let known = best[item], (known.lift, known.both) >= (pair.lift, pair.both) { return }
            best[item] = pair
        }
        for pair in population.allPairs {
            if bought.contains(pair.first) { offer(pair.second, pair) }
            if bought.contains(pair.second) { offer(pair.first, pair) }
        }
        return best.sorted { left, right in
            left.value.lift != right.value.lift ? left.value.lift > right.value.lift : left.key < right.key
        }
        .prefix(run.projector.mostSuggestions).map { item, pair in
            [
                "item": .string(population.items[item]), "lift": Answer.number(pair.lift),
                "n": Answer.count(pair.both),
            ]
        }
    }
}
