import Events
import Projection
import ReadModels
import Testing

/// The invariants of DOMAIN.md section 21 for the views of behaviour, on histories with all that these read.
@Suite("Invariants of behaviour")
struct BehaviourInvariantTests {
    private static let date = "1970-12-31"
    private static let views = [
        "performance", "affinity", "segments", "next", "churn_reasons", "winback", "relations", "profile",
        "campaign",
        "base",
    ]

    private static func context() throws -> FoldContext {
        try MemoryBase.context(
            day: date, codes: ["", "one", "two", "marketing", "Asia/Shanghai", "America/New_York"])
    }

    /// A random history of purchases and the like, with lines, persons, consents, reasons, offers and relations
    /// beside them.
    private static func facts(_ seed: UInt64, relations: Bool = true) -> [Fact] {
        var generator = SeededGenerator(seed: seed)
        let common = RandomHistories.facts(customers: 25, days: 420, &generator)
        var facts: [Fact] = []
        for fact in common {
            facts.append(fact)
            if fact.kind == .purchase || fact.kind == .refund {
                facts.append(part(of: fact, &generator))
            }
        }
        var position = UInt64(common.count) + 1
        for customer in UInt32(1)...25 {
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                position += 1
                let day = Int32.random(in: 0...420, using: &generator)
                facts.append(other(customer, day, position, relations, &generator))
            }
        }
        return facts
    }

    private static func part(of fact: Fact, _ generator: inout SeededGenerator) -> Fact {
        var part = Fact(
            time: fact.time, position: fact.position, customer: fact.customer, day: fact.day,
            kind: fact.kind == .purchase ? .purchasePart : .refundPart)
        part.code = UInt32.random(in: 0...2, using: &generator)
        part.amount = fact.amount
        return part
    }

    private static func other(
        _ customer: UInt32, _ day: Int32, _ position: UInt64, _ relations: Bool,
        _ generator: inout SeededGenerator
    ) -> Fact {
        let kinds: [FactKind] = [
            .profile, .interest, .trait, .need, .consent, .churnReason, .winback, .verified,
        ]
        let kind =
            relations && Int.random(in: 0..<6, using: &generator) == 0
            ? .relation : kinds.randomElement(using: &generator) ?? .consent
        var fact = Fact.at(customer, day: day, position: position, kind)
        fact.time += Int64.random(in: -40_000...40_000, using: &generator) * 1_000_000
        fact.code = UInt32.random(in: 1...2, using: &generator)
        fact.key = UInt64.random(in: 1...2, using: &generator)
        fact.detail = UInt16.random(in: 1...3, using: &generator)
        switch kind {
        case .relation:
            fact.key = UInt64.random(in: 1...25, using: &generator)
            fact.detail = UInt16.random(in: 1...2, using: &generator)
        case .consent:
            fact.code = 3
            if Bool.random(using: &generator) { fact.flags = .granted }
        case .profile where fact.detail == ProfileField.zone.rawValue:
            fact.code = UInt32.random(in: 4...5, using: &generator)
        default: break
        }
        return fact
    }

    private static func everything(_ base: Base) -> [String] {
        views.flatMap { view in
            base.customers.indices.map { MemoryBase.canonical(MemoryBase.row(view, $0, base)) }
                + [MemoryBase.canonical(MemoryBase.report(view, base))]
        }
    }

    @Test(arguments: UInt64(0)..<12)
    func neitherWorkersNorTheOrderOfFactsMatter(seed: UInt64) throws {
        let facts = Self.facts(seed)
        let expected = Self.everything(try MemoryBase.fold(facts, Self.context()))
        #expect(Set(expected).count > 50, "seed \(seed): the histories say something")
        var generator = SeededGenerator(seed: seed)
        for workers in [2, 5] {
            let base = try MemoryBase.fold(
                facts.shuffled(using: &generator), Self.context(), workers: workers)
            #expect(Self.everything(base) == expected, "seed \(seed), \(workers) workers")
        }
    }

    @Test(arguments: UInt64(0)..<12)
    func whatHappensLaterChangesNothing(seed: UInt64) throws {
        let facts = Self.facts(seed)
        let instant = try Self.context().clock.instant
        let known = facts.filter { $0.time <= instant }
        #expect(known.count < facts.count, "seed \(seed): nothing is later")
        #expect(
            Self.everything(try MemoryBase.fold(facts, Self.context()))
                == Self.everything(try MemoryBase.fold(known, Self.context())), "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<12)
    func newNamesChangeNoRows(seed: UInt64) throws {
        let facts = Self.facts(seed, relations: false)
        let renamed = facts.map { fact in
            var fact = fact
            fact.customer = 1_000 - fact.customer
            return fact
        }
        let before = try MemoryBase.fold(facts, Self.context())
        let after = try MemoryBase.fold(renamed, Self.context())
        for (index, customer) in before.customers.enumerated() {
            let place = try #require(after.index(of: 1_000 - customer))
            for view in Self.views {
                #expect(
                    MemoryBase.row(view, index, before) == MemoryBase.row(view, place, after),
                    "seed \(seed), \(view) of \(customer)")
            }
        }
    }

    /// Everybody is in one cell of each flow, whatever the dates.
    @Test(arguments: UInt64(0)..<12)
    func flowsHoldEverybodyOnce(seed: UInt64) throws {
        let facts = Self.facts(seed)
        let earlier = try MemoryBase.fold(
            facts, try MemoryBase.context(day: "1970-10-31", codes: ["", "one", "two"]))
        let base = try MemoryBase.fold(facts, Self.context())
        let report = MemoryBase.report("base", base, earlier: earlier)
        for flow in ["stage", "tier"] {
            let cells = (report.value(at: "flows.\(flow)")?.objectValue ?? JSONObject())
                .flatMap { $0.value.objectValue ?? JSONObject() }.compactMap(\.value.integerValue)
            #expect(cells.reduce(0, +) == base.count, "seed \(seed), \(flow)")
        }
    }

    @Test func statesHaveNoHoles() {
        // Their bytes are digested: each must be a field's.
        #expect(MemoryLayout<PerformanceModel.State>.stride == 4 * 4)
        #expect(MemoryLayout<SegmentsModel.State>.stride == 8 + 2 * 4)
        #expect(MemoryLayout<NextModel.State>.stride == 4)
        #expect(MemoryLayout<ChurnReasonsModel.State>.stride == 3 * 4)
        #expect(MemoryLayout<WinbackModel.State>.stride == 8 + 4 * 4)
        #expect(MemoryLayout<RelationsModel.State>.stride == 4)
        #expect(MemoryLayout<ProfileModel.State>.stride == 3 * 8 + 4 * 4)
        #expect(MemoryLayout<CampaignModel.State>.stride == 4)
    }
}
