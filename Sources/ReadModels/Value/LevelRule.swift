import Events
import Projection

/// Levels by thresholds on trailing value, slow to fall: DOMAIN.md 4.2 and 4.3, in integers.
struct LevelRule: Sendable {
    /// Where a level stands on the way through month ends.
    struct Standing: Sendable, Equatable {
        /// How many thresholds it is above.
        var level: Int
        /// How many month ends in a row counted against it.
        var strikes = 0
    }

    /// Where each level but the lowest begins, in minor units.
    let thresholds: [Int64]
    /// The names of the levels; absent ones are numbered.
    let names: [String]
    /// Trailing months that value is counted in.
    let months: Int
    /// What a value may fall to before it counts against the level: millionths of the threshold.
    private let tolerated: Int64
    private let strikes: Int

    init(_ context: FoldContext) throws {
        let policy = context.policy
        let currency = context.currency
        self.init(
            thresholds: try policy.numbers("tiers.thresholds").map { currency.minorUnits(nearest: $0) },
            names: try policy.texts("tiers.level_names"),
            months: try policy.whole("tiers.level_months"),
            hysteresis: try policy.millionths("tiers.hysteresis"),
            strikes: try policy.whole("tiers.strikes"))
    }

    /// The rule of membership by qualifying points: DOMAIN.md section 12.
    init(qualifying policy: PolicyDocument) throws {
        self.init(
            thresholds: try policy.numbers("loyalty.thresholds").map { Int64($0.rounded()) },
            names: try policy.texts("loyalty.level_names"),
            months: try policy.whole("loyalty.qualifying_months"),
            hysteresis: try policy.millionths("loyalty.hysteresis"),
            strikes: try policy.whole("loyalty.strikes"))
    }

    init(thresholds: [Int64], names: [String], months: Int, hysteresis: Int64, strikes: Int) {
        self.thresholds = thresholds
        self.names = names
        self.months = months
        tolerated = 1_000_000 - hysteresis
        self.strikes = strikes
    }

    /// The name of a level.
    func name(of level: Int) -> String {
        level < names.count ? names[level] : "level_\(level)"
    }

    /// The standing after one more month end.
    func next(_ standing: Standing?, value: Int64) -> Standing {
        let reached = thresholds.prefix { $0 <= value }.count
        guard var standing else { return Standing(level: reached) }
        if reached > standing.level { return Standing(level: reached) }
        guard isBelow(value, standing.level) else {
            standing.strikes = 0
            return standing
        }
        standing.strikes += 1
        guard standing.strikes >= strikes else { return standing }
        while isBelow(value, standing.level) { standing.level -= 1 }
        standing.strikes = 0
        return standing
    }

    private func isBelow(_ value: Int64, _ level: Int) -> Bool {
        level > 0 && Int128(value) * 1_000_000 < Int128(tolerated) * Int128(thresholds[level - 1])
    }

    /// The level at the last month end up to `last`, and the month end since when; nil before the first.
    ///
    /// Month ends begin with the first purchase or refund: before it there is no value to look at. Each sees what
    /// had happened by it, as far as it is known now.
    func standing(_ bookings: [Booking], through last: LocalDay) -> (level: Int, since: Int32)? {
        guard let first = bookings.first else { return nil }
        var standing: Standing?
        var since: Int32 = 0
        for end in LocalDay.monthEnds(from: LocalDay(number: first.seenOn), through: last) {
            let window = AccountPeriods.months(months, endingOn: end)
            let value = bookings.reduce(into: Int64(0)) { sum, booking in
                if booking.seenOn <= end.number, window.contains(booking.day) {
                    sum = added(sum, booking.amount)
                }
            }
            let next = next(standing, value: value)
            if next.level != standing?.level { since = end.number }
            standing = next
        }
        return standing.map { ($0.level, since) }
    }
}
