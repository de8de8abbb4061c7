import Events

extension ShopRun {
    mutating func arrive(_ c: Int, _ random: inout SplitMix) {
        let customer = customers[c]
        let who = EventWriter.Subject.customer(c)
        let time = moment(customer.arrival)
        if random.chance(0.35) {
            let origin = random.one(of: ["ad", "search", "social", "web_form", "fair", "store", "call"])
            let cost = random.within(50...900)
            emit("lead.captured", who, at: time - Self.hours(0.4)) { event in
                event.money("cost", cost)
                event.text("currency", "GBP")
                event.text("origin", origin)
            }
        }
        register(c, who, time, &random)
        if c > 0 && random.chance(0.08) {
            // Whoever recommends the shop was there before: lower numbers arrive earlier.
            let referrer = random.below(c)
            emit("referral.made", .customer(referrer), at: time + Self.hours(0.1)) { event in
                event.customer("referred", who)
            }
        }
        declare(c, who, time, &random)
        if customer.kind.contains(.business) { openBusiness(c, time, &random) }
        if !customer.kind.contains(.prospect) {
            wake(c, .buy, onDay: Int(customer.nextPurchase))
            wake(c, .stop, onDay: Int(customer.dropout))
        }
        if customer.kind.contains(.alias) {
            wake(c, .aliasOpens, onDay: Int(customer.arrival) + random.within(10...120))
        }
    }

    private mutating func register(
        _ c: Int, _ who: EventWriter.Subject, _ time: Int64, _ random: inout SplitMix
    ) {
        let customer = customers[c]
        let region = Int(customer.region)
        let name = random.one(of: Assortment.givenNames) + " " + random.one(of: Assortment.surnames)
        let isLunar = random.chance(0.03)
        let birth = LocalDay(number: Int32(random.within(-11_000...12_000)))
        let ageBand = random.one(of: ["18-29", "30-44", "45-59", "60+"])
        let income = random.one(of: ["low", "middle", "high"])
        let through = random.one(of: ["store", "web", "fair", "referral"])
        let gender = random.one(of: ["female", "male", "other"])
        let line = random.within(0...999)
        emit("customer.registered", who, at: time) { event in
            event.text("acquired_through", through)
            event.text("age_band", ageBand)
            event.object("attributes") { $0.bool("synthetic", true) }
            event.text(
                "birth_date",
                (isLunar ? LocalDay(year: birth.year, month: birth.month, day: 8)! : birth).description)
            if isLunar { event.text("calendar", "lunar") }
            event.text("city", Assortment.cities[region])
            event.text("email", SyntheticShop.customerID(c) + "@example.org")
            event.text("gender", gender)
            event.text("income_band", income)
            event.text("name", name)
            event.text("phone", "+44 20 7946 0\(line < 10 ? "00" : line < 100 ? "0" : "")\(line)")
            event.text("region", Assortment.regions[region])
            event.text("zone", "Europe/London")
        }
        if random.chance(0.3) {
            emit("customer.verified", who, at: time + Self.hours(26), actor: random.within(1...12)) { event in
                event.list("fields") { fields in
                    fields.element("email")
                    fields.element("phone")
                }
            }
        }
        if random.chance(0.08) {
            let city = random.one(of: Assortment.cities)
            emit("customer.updated", who, at: time + Self.hours(24 * random.unit() * 300)) { event in
                event.text("city", city)
            }
        }
    }

    private mutating func declare(
        _ c: Int, _ who: EventWriter.Subject, _ time: Int64, _ random: inout SplitMix
    ) {
        let granted = random.chance(0.7)
        emit("consent.changed", who, at: time + Self.hours(0.02)) { event in
            event.bool("granted", granted)
            event.text("purpose", "marketing")
        }
        if granted && random.chance(0.05) {
            emit("consent.changed", who, at: time + Self.hours(24 * random.unit() * 250)) { event in
                event.bool("granted", false)
                event.text("purpose", "marketing")
            }
        }
        if random.chance(0.2) {
            let interest = Assortment.categories[Int(customers[c].category)]
            emit("interest.declared", who, at: time + Self.hours(0.05)) { event in
                event.text("interest", interest)
            }
        }
        if random.chance(0.1) {
            let (dimension, code) = random.one(of: [
                ("price_sensitivity", "high"), ("lifestyle", "outdoor"), ("motive", "gift"),
                ("preferred_channel", "email"), ("goal", "save_time"), ("risk_tolerance", "low"),
            ])
            let source = random.one(of: ["declared", "survey", "staff"])
            emit("trait.declared", who, at: time + Self.hours(30)) { event in
                event.text("code", code)
                event.text("dimension", dimension)
                event.text("source", source)
            }
        }
        if c > 10 && random.chance(0.03) { relate(c, who, time, &random) }
    }

    private mutating func relate(
        _ c: Int, _ who: EventWriter.Subject, _ time: Int64, _ random: inout SplitMix
    ) {
        let other = EventWriter.Subject.customer(random.below(c))
        let kind = random.one(of: ["family", "friend", "business"])
        emit("relation.declared", who, at: time + Self.hours(48)) { event in
            event.text("kind", kind)
            event.customer("to", other)
        }
        if random.chance(0.15) {
            emit("relation.ended", who, at: time + Self.hours(24 * 200)) { event in
                event.text("kind", kind)
                event.customer("to", other)
            }
        }
    }

    // MARK: - Second accounts

    mutating func openAlias(_ c: Int, _ random: inout SplitMix) {
        let time = moment(Double(today) + random.unit())
        customers[c].aliasFirst = Double(today)
        customers[c].aliasLast = Double(today)
        emit("customer.registered", .alias(c), at: time) { event in
            event.text("acquired_through", "web")
            event.object("attributes") { $0.bool("synthetic", true) }
        }
        for _ in 0..<random.within(1...3) { wake(c, .aliasBuys, onDay: today + random.within(1...55)) }
        wake(c, .aliasMerges, onDay: today + 60)
    }

    mutating func buyAsAlias(_ c: Int, _ random: inout SplitMix) {
        let isAnother = customers[c].kind.contains(.aliasIsAnother)
        guard isAnother || Double(today) < customers[c].dropout else { return }
        customers[c].aliasLast = Double(today)
        customers[c].aliasPurchases += 1
        purchase(c, .alias(c), at: moment(Double(today) + random.unit()), &random)
    }

    mutating func mergeAlias(_ c: Int, _ random: inout SplitMix) {
        let time = moment(Double(today) + random.unit())
        let actor = random.within(1...12)
        emit("customer.merged", .alias(c), at: time, actor: actor) { event in
            event.customer("into", .customer(c))
            event.text("reason", "same address")
        }
        guard customers[c].kind.contains(.aliasIsAnother) else { return }
        emit("customer.split", .alias(c), at: time + Self.hours(24 * 15), actor: actor) { event in
            event.customer("from", .customer(c))
            event.text("reason", "two people at one address")
        }
    }
}
