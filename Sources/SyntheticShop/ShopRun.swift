import Events

/// Makes the history of a shop day by day.
///
/// What happens is drawn when its cause happens, and waits, written already, on the page of the day on which it is
/// recorded. So events come out in the order of recording although only one day is looked at.
struct ShopRun {
    /// Something that is due on a day.
    struct Wake {
        enum Kind {
            case arrive, buy, stop, winBack, monthly, aliasOpens, aliasBuys, aliasMerges
        }
        var customer: Int
        var kind: Kind
    }

    /// The events recorded on one day.
    struct Page {
        var bytes: [UInt8] = []
        var entries: [(recorded: Int64, start: Int, end: Int)] = []
    }

    let shop: SyntheticShop
    var customers: [ShopCustomer] = []
    private var wakes: [[Wake]]
    private var pages: [Page]
    private var writer = EventWriter()
    private var shopEvents: UInt32 = 0
    var shopRandom: SplitMix
    /// The day being made, counted from the start of the history.
    private(set) var today = 0
    let startMicroseconds: Int64
    /// The exchange rate of the day in ten-thousandths: reporting units for one euro.
    private(set) var euroRate = 8530

    static let second: Int64 = 1_000_000

    init(shop: SyntheticShop) {
        self.shop = shop
        wakes = Array(repeating: [], count: shop.days)
        pages = Array(repeating: Page(), count: shop.days)
        shopRandom = SplitMix(seed: shop.seed, stream: .max)
        startMicroseconds = Int64(shop.firstDay.number) * 86_400 * Self.second
        customers.reserveCapacity(shop.customers)
        for number in 0..<shop.customers {
            let customer = ShopCustomer(number: number, shop: shop)
            customers.append(customer)
            wake(number, .arrive, onDay: Int(customer.arrival))
        }
    }

    mutating func forEachEvent(_ body: (Span<UInt8>) throws -> Void) rethrows {
        while today < shop.days {
            euroRate += shopRandom.within(-25...25)
            euroRate = min(9000, max(8100, euroRate))
            runCampaigns()
            var index = 0
            // What is woken may wake others on the same day.
            while index < wakes[today].count {
                let wake = wakes[today][index]
                var random = customers[wake.customer].random
                handle(wake, &random)
                customers[wake.customer].random = random
                index += 1
            }
            wakes[today] = []
            try lend(pages[today], body)
            pages[today] = Page()
            today += 1
        }
    }

    private func lend(_ page: Page, _ body: (Span<UInt8>) throws -> Void) rethrows {
        // Equal times stay in the order in which they were drawn: causes before effects.
        let order = page.entries.indices.sorted { left, right in
            let first = page.entries[left].recorded
            let second = page.entries[right].recorded
            return first != second ? first < second : left < right
        }
        for index in order {
            let entry = page.entries[index]
            try body(page.bytes.span.extracting(entry.start..<entry.end))
        }
    }

    private mutating func handle(_ wake: Wake, _ random: inout SplitMix) {
        switch wake.kind {
        case .arrive: arrive(wake.customer, &random)
        case .buy: buyIfStillHere(wake.customer, &random)
        case .stop: stop(wake.customer, &random)
        case .winBack: offerReturn(wake.customer, &random)
        case .monthly: monthly(wake.customer, &random)
        case .aliasOpens: openAlias(wake.customer, &random)
        case .aliasBuys: buyAsAlias(wake.customer, &random)
        case .aliasMerges: mergeAlias(wake.customer, &random)
        }
    }

    // MARK: - What the parts of the shop use

    /// Lets something happen on a later day, or today; nothing if the history ends before.
    mutating func wake(_ customer: Int, _ kind: Wake.Kind, onDay day: Int) {
        guard day < shop.days else { return }
        wakes[max(day, today)].append(Wake(customer: customer, kind: kind))
    }

    /// Writes an event to the page of the day on which it is recorded; it is lost if the history ends before.
    ///
    /// - Parameters:
    ///   - time: When it happens, in microseconds since 1970.
    ///   - late: Seconds until it is recorded; one at least.
    /// - Returns: The number of the event among its customer's.
    @discardableResult
    mutating func emit(
        _ type: String, _ who: EventWriter.Subject, at time: Int64, late: Int = 1, actor: Int? = nil,
        cause: UInt32? = nil, _ data: (inout EventWriter) -> Void
    ) -> UInt32 {
        let number: UInt32
        switch who {
        case .customer(let index), .alias(let index):
            customers[index].events += 1
            number = customers[index].events
        case .none:
            shopEvents += 1
            number = shopEvents
        }
        let recorded = time + Int64(max(1, late)) * Self.second
        let day = Int((recorded - startMicroseconds) / (86_400 * Self.second))
        guard day < shop.days else { return number }
        writer.bytes.removeAll(keepingCapacity: true)
        writer.event(
            type,
            .init(customer: who, number: number, time: time, recorded: recorded, actor: actor, cause: cause),
            data)
        let start = pages[day].bytes.count
        pages[day].bytes.append(contentsOf: writer.bytes)
        pages[day].entries.append((recorded, start, pages[day].bytes.count))
        return number
    }

    /// The moment of a day with a fraction, in opening hours; a night owl's are at night.
    func moment(_ day: Double, isNightOwl: Bool = false) -> Int64 {
        let whole = day.rounded(.down)
        let second = isNightOwl ? (day - whole) * 14_000 : 8 * 3600 + (day - whole) * 13.5 * 3600
        return startMicroseconds + (Int64(whole) * 86_400 + Int64(second)) * Self.second
    }

    /// The day of the history, as a date.
    func date(_ day: Int) -> LocalDay {
        LocalDay(number: shop.firstDay.number + Int32(day))
    }

    func date(ofTime time: Int64) -> LocalDay {
        LocalDay(number: Int32(time / (86_400 * Self.second)))
    }

    /// A time that many hours later.
    static func hours(_ hours: Double) -> Int64 {
        Int64(hours * 3600) * second
    }

    // MARK: - The truth

    func truth() -> GroundTruth {
        var rows: [GroundTruth.Customer] = []
        var aliases: [GroundTruth.Customer] = []
        for (number, customer) in customers.enumerated() where customer.arrival < Double(shop.days) {
            let id = SyntheticShop.customerID(number)
            rows.append(
                GroundTruth.Customer(
                    id: id, active: spans(of: customer), rate: customer.rate,
                    purchases: Int(customer.purchases),
                    complaints: Int(customer.cases), sameAs: nil))
            guard customer.aliasFirst >= 0 else { continue }
            let isAnother = customer.kind.contains(.aliasIsAnother)
            let span = GroundTruth.Span(
                from: date(Int(customer.aliasFirst)), to: date(Int(customer.aliasLast)))
            aliases.append(
                GroundTruth.Customer(
                    id: id + "-web", active: isAnother ? [span] : [], rate: 0,
                    purchases: Int(customer.aliasPurchases), complaints: 0, sameAs: isAnother ? nil : id))
        }
        return GroundTruth(customers: rows + aliases)
    }

    private func spans(of customer: ShopCustomer) -> [GroundTruth.Span] {
        guard customer.firstPurchase >= 0 else { return [] }
        let end: LocalDay? = customer.dropout < Double(shop.days) ? date(Int(customer.dropout)) : nil
        let first = date(Int(customer.firstPurchase))
        guard customer.returned >= 0 else { return [.init(from: first, to: end)] }
        return [
            .init(from: first, to: date(Int(customer.firstDropout))),
            .init(from: date(Int(customer.returned)), to: end),
        ]
    }
}
