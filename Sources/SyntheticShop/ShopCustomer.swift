/// What the shop knows, and what is true, of one customer while the history is made.
struct ShopCustomer {
    /// What sort of customer it is.
    struct Kind: OptionSet {
        let rawValue: UInt8
        static let member = Kind(rawValue: 1)
        static let business = Kind(rawValue: 2)
        static let dealer = Kind(rawValue: 4)
        /// Has a second account for a while.
        static let alias = Kind(rawValue: 8)
        /// The second account turns out to be somebody else's.
        static let aliasIsAnother = Kind(rawValue: 16)
        /// Registers and never buys.
        static let prospect = Kind(rawValue: 32)
        static let nightOwl = Kind(rawValue: 64)
        static let foreign = Kind(rawValue: 128)
    }

    var random: SplitMix
    var kind: Kind
    /// Purchases a day while active.
    var rate: Double
    /// Median amount of a purchase in minor units.
    var spend: Double
    /// 0 to 1: what the customer thinks of the shop.
    var satisfaction: Double
    /// Days since the start of the history, with fractions.
    var arrival: Double
    var nextPurchase: Double
    /// The moment from which the customer does not buy any more.
    var dropout: Double
    /// Set once won back.
    var returned: Double = -1
    /// The first dropout of somebody won back.
    var firstDropout: Double = -1
    var firstPurchase: Double = -1
    var aliasFirst: Double = -1
    var aliasLast: Double = -1
    var spentMinor = 0
    var points: Int32 = 0
    var events: UInt32 = 0
    var orders: UInt32 = 0
    var cases: UInt32 = 0
    var purchases: UInt32 = 0
    var aliasPurchases: UInt32 = 0
    /// The campaign whose coupon is at hand; 0 is none.
    var coupon: UInt16 = 0
    var level: UInt8 = 0
    var category: UInt8
    var region: UInt8
    var hasStopped = false

    /// Draws a customer.
    init(number: Int, shop: SyntheticShop) {
        var random = SplitMix(seed: shop.seed, stream: UInt64(number))
        let share = Double(number) / Double(shop.customers)
        // A fifth is there from the start; the others arrive evenly over the first four fifths of the time.
        arrival = share < 0.2 ? 0.4 : (share - 0.2) * Double(shop.days)
        rate = random.gamma(shape: 0.8, mean: 1.0 / 28) + 0.002
        spend = random.logNormal(median: 3200, sigma: 0.6)
        satisfaction = min(0.98, max(0.05, 0.72 + 0.18 * random.normal()))
        var kind: Kind = []
        if random.chance(0.45) { kind.insert(.member) }
        if random.chance(0.04) { kind.insert(.business) }
        if kind.contains(.business) && random.chance(0.2) { kind.insert(.dealer) }
        if random.chance(0.02) { kind.insert(.alias) }
        if random.chance(0.12) { kind.insert(.aliasIsAnother) }
        if random.chance(0.08) { kind.insert(.prospect) }
        if random.chance(0.06) { kind.insert(.nightOwl) }
        if random.chance(0.05) { kind.insert(.foreign) }
        if kind.contains(.business) { spend *= 8 }
        if kind.contains(.prospect) { kind.remove(.alias) }
        self.kind = kind
        category = UInt8(random.below(Assortment.categories.count))
        region = UInt8(random.below(Assortment.regions.count))
        nextPurchase = arrival + random.unit() * 3 + 0.01
        dropout = nextPurchase + Self.lifetime(&random)
        self.random = random
    }

    /// How long somebody stays a customer: days, of a mean that differs from one to the next.
    static func lifetime(_ random: inout SplitMix) -> Double {
        random.exponential(mean: random.gamma(shape: 1.5, mean: 340) + 10)
    }
}

/// What the shop sells, and where.
enum Assortment {
    static let categories = ["tea", "coffee", "kitchen", "garden", "books", "toys", "bath", "stationery"]
    static let regions = ["north", "south", "east", "west", "midlands"]
    static let cities = ["Northport", "Southwick", "Eastham", "Westleigh", "Midvale"]
    static let givenNames = [
        "Alice", "Ben", "Chloe", "Daniel", "Ella", "Finn", "Grace", "Harry", "Isla", "Jack",
    ]
    static let surnames = ["Ashdown", "Birch", "Carver", "Dale", "Elder", "Fairway", "Glover", "Hollis"]
    static let complaints = ["late_delivery", "damaged", "wrong_item", "billing", "staff", "quality"]
    static let channels = ["phone", "email", "chat", "store", "web", "social", "app"]
    static let campaignEvery = 45
}
