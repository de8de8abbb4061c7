import Events
import Projection
import ReadModels
import Testing

/// The invariants of DOMAIN.md section 21 that hold at this level.
@Suite("Invariants")
struct InvariantTests {
    private static let date = "1971-03-31"

    private static func random(_ seed: UInt64, customers: UInt32 = 30) -> [Fact] {
        var generator = SeededGenerator(seed: seed)
        return RandomHistories.facts(customers: customers, days: 420, &generator)
    }

    private static func context() throws -> FoldContext {
        try MemoryBase.context(day: date, codes: ["", "one", "two"])
    }

    /// The rows of each customer, without what names events.
    private static func rows(_ base: Base) -> [UInt32: String] {
        var rows: [UInt32: String] = [:]
        for (index, customer) in base.customers.enumerated() {
            for model in coreReadModels {
                var row = MemoryBase.row(model.name, index, base).objectValue ?? JSONObject()
                if model.name == "churn" {
                    row["reasons"] = .array(
                        (row["reasons"]?.arrayValue ?? []).map { reason in
                            [
                                "code": reason["code"] ?? nil, "text": reason["text"] ?? nil,
                                "n": reason["n"] ?? nil,
                            ]
                        })
                }
                rows[customer, default: ""] += JSONValue.object(row).canonicalText
            }
        }
        return rows
    }

    private static func reports(_ base: Base) -> [String] {
        coreReadModels.map { MemoryBase.report($0.name, base).canonicalText }
    }

    @Test(arguments: 0..<20)
    func neitherWorkersNorTheOrderOfFactsMatter(seed: UInt64) throws {
        let facts = Self.random(seed)
        let expected = MemoryBase.everything(try MemoryBase.fold(facts, Self.context()))
        var generator = SeededGenerator(seed: seed)
        for workers in [2, 3, 7] {
            let base = try MemoryBase.fold(
                facts.shuffled(using: &generator), Self.context(), workers: workers)
            #expect(MemoryBase.everything(base) == expected, "seed \(seed), \(workers) workers")
        }
    }

    @Test(arguments: 0..<20)
    func statesAreTheSameBytesWhateverTheWorkers(seed: UInt64) throws {
        let facts = Self.random(seed)
        let one = try MemoryBase.fold(facts, Self.context())
        let four = try MemoryBase.fold(facts, Self.context(), workers: 4)
        #expect(one.run(of: ValueModel.self).states == four.run(of: ValueModel.self).states, "seed \(seed)")
        #expect(one.run(of: LifecycleModel.self).states == four.run(of: LifecycleModel.self).states)
        #expect(one.run(of: SatisfactionModel.self).states == four.run(of: SatisfactionModel.self).states)
        #expect(one.run(of: ComplaintsModel.self).states == four.run(of: ComplaintsModel.self).states)
        #expect(one.run(of: InteractionModel.self).states == four.run(of: InteractionModel.self).states)
        #expect(one.run(of: ChurnModel.self).states == four.run(of: ChurnModel.self).states)
    }

    @Test func statesHaveNoHoles() {
        // Their bytes are digested: each must be a field's.
        #expect(MemoryLayout<ValueModel.State>.stride == 3 * 8 + 6 * 4)
        #expect(MemoryLayout<LifecycleModel.State>.stride == 6 * 4)
        #expect(MemoryLayout<SatisfactionModel.State>.stride == 8 * 8 + 10 * 4)
        #expect(MemoryLayout<ComplaintsModel.State>.stride == 2 * 8 + 6 * 4)
        #expect(MemoryLayout<NeedsModel.State>.stride == 4 * 4)
        #expect(MemoryLayout<InteractionModel.State>.stride == 8 + 4 * 4)
        #expect(MemoryLayout<ChurnModel.State>.stride == 2 * 8 + 2 * 4)
        #expect(MemoryLayout<Fact>.stride == 64 && MemoryLayout<Fact>.size == 64)
    }

    @Test(arguments: 0..<10)
    func whatHappensLaterChangesNothing(seed: UInt64) throws {
        let facts = Self.random(seed)
        let clock = try Self.context().clock
        let now = facts.filter { $0.time <= clock.instant }
        #expect(
            MemoryBase.everything(try MemoryBase.fold(facts, Self.context()))
                == MemoryBase.everything(try MemoryBase.fold(now, Self.context())), "seed \(seed)")
    }

    @Test(arguments: 0..<10)
    func newNamesChangeNoScores(seed: UInt64) throws {
        let facts = Self.random(seed)
        let renamed = facts.map { fact in
            var fact = fact
            fact.customer = 1_000 - fact.customer
            return fact
        }
        let before = Self.rows(try MemoryBase.fold(facts, Self.context()))
        let after = Self.rows(try MemoryBase.fold(renamed, Self.context()))
        #expect(
            Dictionary(uniqueKeysWithValues: after.map { (1_000 - $0.key, $0.value) }) == before,
            "seed \(seed)")
    }

    @Test(arguments: 0..<10)
    func aBaseTakenTwiceHasTheSameSharesAndHalfTheIndex(seed: UInt64) throws {
        let facts = Self.random(seed)
        let copies = facts.map { fact in
            var fact = fact
            fact.customer += 1_000
            fact.position += 1_000_000
            return fact
        }
        let once = try MemoryBase.fold(facts, Self.context())
        let twice = try MemoryBase.fold(facts + copies, Self.context())
        let report = MemoryBase.report("value", once)
        let doubled = MemoryBase.report("value", twice)
        #expect(near(doubled["gini"], report["gini"]?.numberValue ?? .nan, 1e-11), "seed \(seed)")
        #expect(near(doubled["hhi"], (report["hhi"]?.numberValue ?? .nan) / 2, 1e-11), "seed \(seed)")
        for index in 0..<once.count {
            for name in ["tier", "grade", "stars", "rfm"] {
                #expect(
                    MemoryBase.row("value", index, once)[name] == MemoryBase.row("value", index, twice)[name],
                    "seed \(seed)")
            }
            #expect(
                MemoryBase.row("satisfaction", index, once) == MemoryBase.row("satisfaction", index, twice))
        }
    }

    @Test(arguments: 0..<10)
    func moreMoneyForAllChangesNoScores(seed: UInt64) throws {
        let facts = Self.random(seed)
        let scaled = facts.map { fact in
            var fact = fact
            if fact.kind == .purchase || fact.kind == .refund { fact.amount *= 7 }
            return fact
        }
        let before = try MemoryBase.fold(facts, Self.context())
        let after = try MemoryBase.fold(scaled, Self.context())
        for index in 0..<before.count {
            for name in ["tier", "grade", "stars", "rfm", "purchase_days"] {
                #expect(
                    MemoryBase.row("value", index, before)[name]
                        == MemoryBase.row("value", index, after)[name])
            }
            #expect(MemoryBase.row("lifecycle", index, before) == MemoryBase.row("lifecycle", index, after))
        }
        for name in ["gini", "hhi", "top20_share"] {
            #expect(
                near(
                    MemoryBase.report("value", after)[name],
                    MemoryBase.report("value", before)[name]?.numberValue ?? .nan, 1e-11), "seed \(seed)")
        }
    }

    /// All dates moved by 28 days · 12, a span after which month ends fall elsewhere: churn, whose calendar is
    /// one of months, is left out.
    @Test(arguments: 0..<10)
    func otherDatesChangeNothing(seed: UInt64) throws {
        let facts = Self.random(seed)
        let shift: Int32 = 336
        let shifted = facts.map { fact in
            var fact = fact
            fact.day += shift
            fact.time += Int64(shift) * 86_400_000_000
            return fact
        }
        let later = try LocalDay(parsing: Self.date).adding(days: Int(shift)).description
        let before = try MemoryBase.fold(facts, Self.context())
        let after = try MemoryBase.fold(
            shifted, MemoryBase.context(day: later, codes: ["", "one", "two"]))
        for index in 0..<before.count {
            for name in ["satisfaction", "complaints", "interaction"] {
                #expect(
                    MemoryBase.row(name, index, before) == MemoryBase.row(name, index, after), "seed \(seed)")
            }
            for name in ["tier", "rfm", "recency_days", "net_revenue"] {
                #expect(
                    MemoryBase.row("value", index, before)[name]
                        == MemoryBase.row("value", index, after)[name])
            }
            #expect(
                MemoryBase.row("lifecycle", index, before)["stage"]
                    == MemoryBase.row("lifecycle", index, after)["stage"])
        }
    }

    @Test(arguments: 0..<10)
    func aPurchaseAndItsFullRefundAreNoPurchase(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = Self.random(seed).filter { $0.kind != .refund }
        let registered = (1...30).map {
            Fact.at(UInt32($0), day: 0, position: UInt64(10_000 + $0), .registered)
        }
        var extra: [Fact] = []
        for number in 0..<20 {
            let customer = UInt32.random(in: 1...30, using: &generator)
            let day = Int32.random(in: 0..<400, using: &generator)
            let purchase = Fact.purchase(customer, day: day, amount: 900, position: UInt64(20_000 + number))
            var refund = Fact.at(customer, day: day + 3, position: UInt64(30_000 + number), .refund)
            refund.reference = purchase.reference
            refund.amount = 900
            refund.flags = .namesPurchase
            extra += [purchase, refund]
        }
        let before = try MemoryBase.fold(facts + registered, Self.context())
        let after = try MemoryBase.fold(facts + registered + extra, Self.context())
        for index in 0..<before.count {
            for name in [
                "tier", "grade", "stars", "rfm", "net_revenue", "purchases", "purchase_days", "last_purchase",
            ] {
                #expect(
                    MemoryBase.row("value", index, before)[name]
                        == MemoryBase.row("value", index, after)[name],
                    "seed \(seed) \(name)")
            }
            #expect(
                MemoryBase.row("lifecycle", index, before)["stage"]
                    == MemoryBase.row("lifecycle", index, after)["stage"], "seed \(seed)")
        }
    }

    @Test(arguments: 0..<10)
    func countsAndValuesAddUp(seed: UInt64) throws {
        let base = try MemoryBase.fold(Self.random(seed), Self.context())
        let stages = MemoryBase.report("lifecycle", base)["stages"]?.objectValue ?? JSONObject()
        #expect(stages.reduce(0) { $0 + ($1.value.numberValue ?? 0) } == Double(base.count))
        let tiers = MemoryBase.report("value", base)["tiers"]?.objectValue ?? JSONObject()
        #expect(tiers.reduce(0) { $0 + ($1.value["customers"]?.numberValue ?? 0) } == Double(base.count))
        let sum = tiers.reduce(Int64(0)) { sum, tier in
            let amount = tier.value.value(at: "value.amount")?.stringValue ?? ""
            return sum + ((try? base.context.currency.minorUnits(parsing: amount)) ?? .min)
        }
        #expect(sum == base.measures(ValueModel.self).reduce(0) { $0 + $1.state.net }, "seed \(seed)")
    }
}
