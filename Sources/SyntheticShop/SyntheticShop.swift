public import Events

/// A made-up shop: its customers, what they did, and the truth about them.
///
/// Everything is drawn from a seed: the same seed, size and profile give the same bytes. All that comes out is
/// labelled: events have the source ``source``, customers are called `syn-000123`, and no person exists.
///
/// Customers differ as they do in real shops: how often they buy is gamma-distributed, how much is log-normal,
/// and each stops for good at a moment of their own, sooner after a complaint that went badly. That moment is
/// known, and is what churn models can be checked against.
public struct SyntheticShop: Sendable {
    /// What kind of history is made.
    public enum Profile: String, Sendable, CaseIterable {
        /// All event types that customers, staff and campaigns produce, late events and corrections included.
        /// Every event has a `recordedtime`, and they come in its order.
        case shop
        /// The mix of the benchmarks: lines of about 187 bytes, 70 % purchases, 20 % contacts, 3 % complaints, 7 %
        /// survey answers, skewed over the customers. In the order of `time`, without `recordedtime`.
        case benchmark
    }

    /// The `source` of every event.
    public static let source = "urn:synthetic-shop"

    /// What everything is drawn from.
    public let seed: UInt64
    /// How many customers there are in the end.
    public let customers: Int
    /// How many days the history covers.
    public let days: Int
    /// What kind of history is made.
    public let profile: Profile
    /// The first day.
    public let firstDay: LocalDay
    /// How many events ``Profile/benchmark`` has; without meaning for the other.
    public let benchmarkEvents: Int

    /// Makes a shop; nothing is drawn yet.
    ///
    /// - Parameters:
    ///   - seed: What everything is drawn from.
    ///   - customers: At least 1.
    ///   - days: At least 1.
    ///   - profile: What kind of history is made.
    ///   - firstDay: The first day; 2024-01-01 if nil.
    ///   - benchmarkEvents: The number of events of the benchmark profile; 20 a customer if nil.
    public init(
        seed: UInt64, customers: Int, days: Int, profile: Profile = .shop, firstDay: LocalDay? = nil,
        benchmarkEvents: Int? = nil
    ) {
        precondition(customers > 0 && days > 0, "a shop without customers or days")
        self.seed = seed
        self.customers = customers
        self.days = days
        self.profile = profile
        // 19,723 days after 1970-01-01.
        self.firstDay = firstDay ?? LocalDay(number: 19_723)
        self.benchmarkEvents = benchmarkEvents ?? customers * 20
    }

    /// Lends every event in turn: one CloudEvent as canonical JSON, without a line end.
    ///
    /// Memory: about 200 bytes a customer and the events that are not due yet, a few for each active customer.
    ///
    /// - Returns: The truth about the customers.
    /// - Throws: What `body` throws.
    @discardableResult
    public func forEachEvent(_ body: (Span<UInt8>) throws -> Void) rethrows -> GroundTruth {
        switch profile {
        case .benchmark:
            var run = BenchmarkRun(shop: self)
            try run.forEachEvent(body)
            return GroundTruth(customers: [])
        case .shop:
            var run = ShopRun(shop: self)
            try run.forEachEvent(body)
            return run.truth()
        }
    }

    /// The truth about the customers; draws the whole history for it. The benchmark profile has none.
    public var groundTruth: GroundTruth {
        forEachEvent { _ in }
    }

    /// The name of a customer by number.
    public static func customerID(_ number: Int) -> String {
        let digits = String(number)
        return "syn-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
