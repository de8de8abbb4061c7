import Numerics
import Testing

@testable import Statistics

@Suite("Models of buying keep their invariants")
struct BuyingInvariantTests {
    /// Customers who buy by the model itself: gamma rates, beta chances to leave.
    private static func histories(_ count: Int, seed: UInt64, unit: Double = 1) -> [BuyingHistory] {
        var generator = SplitMixGenerator(seed: seed)
        func unit01() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }
        return (0..<count).map { _ in
            let age = 10 + 30 * unit01()
            // Gamma with shape 1 and beta with first parameter 1 are drawn by inversion.
            let rate = -Double.log(unit01()) / 8
            let leaving = 1 - Double.pow(unit01(), 1 / 2.5)
            var time = 0.0
            var repeats = 0
            while true {
                let next = time - Double.log(unit01()) / rate
                guard next <= age else { break }
                time = next
                repeats += 1
                if unit01() < leaving { break }
            }
            return BuyingHistory(repeats: repeats, last: time * unit, age: age * unit)
        }
    }

    @Test(arguments: BuyingModel.Kind.allCases)
    func gradientsAreThoseOfDifferences(kind: BuyingModel.Kind) {
        let likelihood = BuyingLikelihood(kind, BuyingSample(Self.histories(300, seed: 5)))
        for point in [[0, 1, 0, 1], [-1.4, 1.5, -0.2, 0.9], [0.7, 2.5, -2, 1.4], [-0.5, 3, 1, -0.7]] {
            expectGradient(likelihood.negativeMean, at: point)
        }
    }

    @Test func theGradientOfSpendingIsThatOfDifferences() {
        let sample = (1..<60).compactMap {
            Spending(repeats: $0 % 7, meanAmount: Double(10 + $0 * $0 % 41))
        }
        let sorted = sample.sorted { ($0.repeats, $0.meanAmount) < ($1.repeats, $1.meanAmount) }
        let likelihood = SpendingLikelihood(sorted, factor: 2)
        for point in [[1.8, 1.4, 2.7], [0, 0.5, 1], [3, 2, 4]] {
            expectGradient(likelihood.negativeMean, at: point)
        }
    }

    private func expectGradient(
        _ function: ([Double]) -> (value: Double, gradient: [Double]), at point: [Double]
    ) {
        let gradient = function(point).gradient
        for index in point.indices {
            var above = point
            var below = point
            above[index] += 1e-5
            below[index] -= 1e-5
            let slope = (function(above).value - function(below).value) / 2e-5
            #expect(near(gradient[index], slope, 1e-8 * max(1, abs(slope))), "\(point), \(index)")
        }
    }

    /// Section 21, invariant 9.
    @Test(arguments: BuyingModel.Kind.allCases, UInt64(11)..<15)
    func daysForWeeksChangeOnlyAlphaAndTheUnitOfTheLikelihood(kind: BuyingModel.Kind, seed: UInt64) throws {
        let histories = Self.histories(1_500, seed: seed)
        let longer = Self.histories(1_500, seed: seed, unit: 7)
        let first = try #require(BuyingFit(kind, BuyingSample(histories)))
        let second = try #require(BuyingFit(kind, BuyingSample(longer)))
        let (weeks, days) = (first.model, second.model)
        #expect(nearRelative(days.alpha, weeks.alpha * 7, 1e-7), "seed \(seed)")
        #expect(nearRelative(days.r, weeks.r, 1e-7), "seed \(seed)")
        #expect(nearRelative(days.a, weeks.a, 1e-6) && nearRelative(days.b, weeks.b, 1e-6), "seed \(seed)")
        let shift = Double(BuyingSample(histories).repeatPurchases) * Double.log(7)
        #expect(near(second.logLikelihood, first.logLikelihood - shift, 1e-6), "seed \(seed)")
        for (weekly, daily) in zip(histories, longer).prefix(200) {
            #expect(
                near(days.probabilityAlive(daily), weeks.probabilityAlive(weekly), 1e-7),
                "seed \(seed), \(weekly)")
            #expect(
                near(
                    days.probabilityActive(daily, within: 91), weeks.probabilityActive(weekly, within: 13),
                    1e-7), "seed \(seed), \(weekly)")
            #expect(
                nearRelative(
                    days.expectedPurchases(daily, within: 91), weeks.expectedPurchases(weekly, within: 13),
                    1e-6), "seed \(seed), \(weekly)")
        }
    }

    /// Section 21, invariant 10.
    @Test(arguments: BuyingModel.Kind.allCases, UInt64(3)..<7)
    func aBaseTakenTwiceHasTheSameParametersAndTwiceTheLogLikelihood(
        kind: BuyingModel.Kind, seed: UInt64
    ) throws {
        let histories = Self.histories(1_000, seed: seed)
        let once = try #require(BuyingFit(kind, BuyingSample(histories)))
        let twice = try #require(BuyingFit(kind, BuyingSample(histories + histories.reversed())))
        #expect(nearRelative(twice.model.r, once.model.r, 1e-7), "seed \(seed)")
        #expect(nearRelative(twice.model.alpha, once.model.alpha, 1e-7), "seed \(seed)")
        #expect(nearRelative(twice.model.a, once.model.a, 1e-6), "seed \(seed)")
        #expect(nearRelative(twice.model.b, once.model.b, 1e-6), "seed \(seed)")
        #expect(nearRelative(twice.logLikelihood, once.logLikelihood * 2, 1e-10), "seed \(seed)")
    }

    /// Section 21, invariant 8, for what is expected to be spent: amounts drawn by the model itself (p = 6, q = 4,
    /// v = 15; Fader and Hardie's notation), in a unit of a random size.
    @Test(arguments: UInt64(0)..<12)
    func moneyInAnotherUnitScalesVAndTheValueOnly(seed: UInt64) throws {
        var generator = SplitMixGenerator(seed: seed)
        func unit01() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }
        func gamma(shape: Int) -> Double { (0..<shape).reduce(0) { sum, _ in sum - Double.log(unit01()) } }
        let unit = Double.exp(12 * unit01() - 5)
        let drawn = (0..<400).map { _ in
            let rate = gamma(shape: 4) / 15
            let repeats = 1 + Int(generator.next(below: 9))
            return (repeats, gamma(shape: 6 * repeats) / rate / Double(repeats))
        }
        let first = try #require(SpendingFit(drawn.compactMap { Spending(repeats: $0.0, meanAmount: $0.1) }))
        let second = try #require(
            SpendingFit(drawn.compactMap { Spending(repeats: $0.0, meanAmount: $0.1 * unit) }))
        // Along p times v the likelihood is almost flat: its top is found to fewer digits than the value.
        #expect(nearRelative(second.model.p, first.model.p, 1e-5), "seed \(seed), unit \(unit)")
        #expect(nearRelative(second.model.q, first.model.q, 1e-6), "seed \(seed), unit \(unit)")
        #expect(nearRelative(second.model.v, first.model.v * unit, 1e-5), "seed \(seed), unit \(unit)")
        let model = BuyingModel(.bgnbd, r: 0.243, alpha: 4.414, a: 0.793, b: 2.426)
        let history = BuyingHistory(repeats: 4, last: 20, age: 30)
        func value(_ fit: SpendingFit, _ amount: Double) throws -> Double {
            let mean = try #require(fit.model.expectedAmount(repeats: 4, meanAmount: amount))
            return LifetimeValue(model, history, meanSpend: mean, horizonWeeks: 52, annualDiscount: 0.15)
                .value
        }
        let expected = try value(first, 20) * unit
        #expect(try nearRelative(value(second, 20 * unit), expected, 1e-6), "seed \(seed), unit \(unit)")
    }

    /// Section 21, invariant 12: with no new purchase, neither probability rises.
    @Test(arguments: 0..<20)
    func idleTimeNeverRaisesTheProbabilities(seed: UInt64) {
        var generator = SplitMixGenerator(seed: seed)
        func unit01() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }
        for _ in 0..<200 {
            let kind = BuyingModel.Kind.allCases[Int(generator.next(below: 2))]
            let model = BuyingModel(
                kind, r: Double.exp(3 * unit01() - 2), alpha: Double.exp(4 * unit01() - 1),
                a: Double.exp(5 * unit01() - 3), b: Double.exp(5 * unit01() - 2))
            let repeats = Int(generator.next(below: 20))
            let last = repeats == 0 ? 0 : 60 * unit01()
            let horizon = 1 + 60 * unit01()
            var age = last
            var before = (alive: 1.0, active: 1.0)
            for _ in 0..<20 {
                let history = BuyingHistory(repeats: repeats, last: last, age: age)
                let alive = model.probabilityAlive(history)
                let active = model.probabilityActive(history, within: horizon)
                #expect(alive <= before.alive + 1e-14, "seed \(seed), \(model), \(history)")
                #expect(active <= before.active + 1e-14, "seed \(seed), \(model), \(history)")
                before = (alive, active)
                age += 8 * unit01()
            }
        }
    }

    /// Nobody differs from anybody in the chance to leave: a and b would grow without end.
    @Test(arguments: BuyingModel.Kind.allCases)
    func aLikelihoodThatRisesWithoutEndIsHeld(kind: BuyingModel.Kind) throws {
        var generator = SplitMixGenerator(seed: 21)
        func unit01() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }
        let histories = (0..<300).map { _ in
            var (time, repeats) = (0.0, 0)
            while true {
                let next = time - Double.log(unit01()) * 4
                guard next <= 40 else { break }
                (time, repeats) = (next, repeats + 1)
                if repeats >= 4 { break }
            }
            return BuyingHistory(repeats: repeats, last: time, age: 40)
        }
        let fit = try #require(BuyingFit(kind, BuyingSample(histories)))
        #expect(fit.isHeld)
        let active = fit.model.probabilityActive(histories[0], within: 10)
        #expect(active >= 0 && active <= 1)
    }

    @Test func theOrderOfCustomersDoesNotMatter() throws {
        let histories = Self.histories(500, seed: 8)
        let first = try #require(BuyingFit(.bgnbd, BuyingSample(histories)))
        let second = try #require(BuyingFit(.bgnbd, BuyingSample(histories.reversed())))
        #expect(first.model == second.model && first.logLikelihood == second.logLikelihood)
    }

    @Test func aSampleWithoutRepeatsHasNoFit() {
        let sample = BuyingSample((1...50).map { BuyingHistory(repeats: 0, last: 0, age: Double($0)) })
        #expect(BuyingFit(.bgnbd, sample) == nil)
        #expect(BuyingFit(.mbgnbd, BuyingSample([BuyingHistory]())) == nil)
        #expect(SpendingFit((1...9).compactMap { Spending(repeats: $0, meanAmount: 10) }) == nil)
    }
}
