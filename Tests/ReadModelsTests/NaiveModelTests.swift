import Events
import Projection
import ReadModels
import Testing

@Suite("The fold agrees with a naive model on random histories")
struct NaiveModelTests {
    @Test(arguments: 0..<25)
    func purchasesAndStagesAgree(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = RandomHistories.facts(customers: 12, days: 500, &generator)
        for date in ["1970-03-01", "1970-11-30", "1971-06-30"] {
            let context = try MemoryBase.context(day: date)
            let base = try MemoryBase.fold(facts, context)
            for (index, customer) in base.customers.enumerated() {
                let own = facts.filter { $0.customer == customer }
                let naive = NaivePurchases(own, until: context.clock.instant)
                let value = base.measures(ValueModel.self)[index].state
                let days = naive.days
                #expect(value.gross == naive.gross && value.refunded == naive.refunded, "seed \(seed)")
                #expect(Int(value.unmatchedReturns) == naive.unmatched, "seed \(seed) customer \(customer)")
                #expect(Int(value.purchases) == naive.orders.count { $0.isCounted }, "seed \(seed)")
                #expect(Int(value.purchaseDays) == days.count, "seed \(seed) customer \(customer)")
                let lifecycle = base.measures(LifecycleModel.self)[index]
                #expect(Int(lifecycle.state.purchaseDays) == days.count, "seed \(seed)")
                #expect(lifecycle.state.isEnded == (naive.isEnded ? 1 : 0), "seed \(seed)")
                if let first = days.first, let last = days.last {
                    #expect(value.firstDay == first && value.lastDay == last, "seed \(seed)")
                    #expect(lifecycle.state.firstPurchase == first && lifecycle.state.lastPurchase == last)
                }
                let stage = naive.stage(on: context.clock.day)
                #expect(lifecycle.stage.code == stage, "seed \(seed) customer \(customer) \(date)")
                #expect(
                    lifecycle.since == Self.since(own, context.clock.day),
                    "seed \(seed) customer \(customer) \(date)")
            }
        }
    }

    /// The first day of the unbroken run, asking for every day from the last back to the first event's.
    private static func since(_ facts: [Fact], _ last: Int32) -> Int32 {
        let first = facts.map(\.day).min() ?? last
        func stage(_ day: Int32) -> String {
            NaivePurchases(facts, until: Int64(day + 1) * 86_400_000_000 - 1).stage(on: day)
        }
        let now = stage(last)
        var day = last
        while day > first, stage(day - 1) == now {
            day -= 1
        }
        return day
    }
}
