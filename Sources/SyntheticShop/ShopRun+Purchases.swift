import Events

extension ShopRun {
    /// One product of a purchase.
    struct Line {
        var category: Int
        var product: Int
        var quantity: Int
        var net: Int
        var cost: Int
    }

    mutating func buyIfStillHere(_ c: Int, _ random: inout SplitMix) {
        let customer = customers[c]
        guard !customer.hasStopped, customer.nextPurchase < customer.dropout else { return }
        if customer.firstPurchase < 0 { customers[c].firstPurchase = customer.nextPurchase }
        customers[c].purchases += 1
        purchase(
            c, .customer(c), at: moment(customer.nextPurchase, isNightOwl: customer.kind.contains(.nightOwl)),
            &random)
        let next = customer.nextPurchase + random.exponential(mean: 1 / customer.rate)
        customers[c].nextPurchase = next
        if next < customers[c].dropout { wake(c, .buy, onDay: Int(next)) }
    }

    mutating func purchase(_ c: Int, _ who: EventWriter.Subject, at time: Int64, _ random: inout SplitMix) {
        let customer = customers[c]
        customers[c].orders += 1
        let order = customers[c].orders
        let lines = drawLines(customer, &random)
        let total = lines.reduce(0) { $0 + $1.net }
        let isStore = random.chance(0.45)
        // A store now and then hands its day in late.
        let late = isStore && random.chance(0.03) ? random.within(1...40) * 86_400 : 1
        let write = purchaseData(c, who, order, lines, total, isStore: isStore, &random)
        let number = emit("purchase.completed", who, at: time, late: late, write)
        let afterwards = time + Int64(late) * Self.second
        if random.chance(0.005) { enterTwice(who, afterwards, &random, write) }
        if random.chance(0.007) {
            correct(c, who, number, order, total, isStore: isStore, at: afterwards + Self.hours(20), &random)
        }
        guard case .customer = who else { return }
        if customer.coupon > 0 { redeemCoupon(c, order, time) }
        if customer.kind.contains(.business) { invoice(c, order, total, time, &random) }
        if customer.kind.contains(.member) { earnPoints(c, number, order, total, time, &random) }
        if random.chance(0.07) { giveBack(c, number, order, lines, total, after: afterwards, &random) }
        if random.chance(0.16) { contact(c, order, time, &random) }
        if random.chance(0.045 + 0.06 * (1 - customer.satisfaction)) {
            complain(c, order, afterwards, &random)
        }
        if random.chance(0.18) { survey(c, order, afterwards, &random) }
        if random.chance(0.06) { smallThings(c, time, &random) }
    }

    private func drawLines(_ customer: ShopCustomer, _ random: inout SplitMix) -> [Line] {
        var lines: [Line] = []
        repeat {
            let category =
                random.chance(0.6) ? Int(customer.category) : random.below(Assortment.categories.count)
            let net = max(50, Int(random.logNormal(median: customer.spend / 2, sigma: 0.4)))
            lines.append(
                Line(
                    category: category, product: category * 100 + random.below(60),
                    quantity: random.within(1...3),
                    net: net, cost: net * random.within(45...75) / 100))
        } while lines.count < 6 && random.chance(0.5)
        return lines
    }

    /// What a purchase says, ready to be written once or more.
    private func purchaseData(
        _ c: Int, _ who: EventWriter.Subject, _ order: UInt32, _ lines: [Line], _ total: Int, isStore: Bool,
        _ random: inout SplitMix
    ) -> (inout EventWriter) -> Void {
        let customer = customers[c]
        let isForeign = customer.kind.contains(.foreign)
        let rate = euroRate
        let discount = random.chance(0.15) ? total / 20 : 0
        let shipping = isStore ? 0 : 395
        let store = random.within(1...24)
        return { event in
            event.text("channel", isStore ? "store" : "web")
            if customer.coupon > 0 { event.text("coupon", "autumn-\(customer.coupon)") }
            event.text("currency", isForeign ? "EUR" : "GBP")
            if discount > 0 { event.money("discount", discount) }
            if isForeign { event.text("fx", "0.\(rate)") }
            event.list("lines") { list in
                for line in lines {
                    list.braces { item in
                        item.text("category", Assortment.categories[line.category])
                        item.money("cost", line.cost)
                        item.money("net", line.net)
                        item.text("product", "sku-\(line.product)")
                        item.integer("quantity", line.quantity)
                    }
                }
            }
            event.id("order", "o-", who, order)
            event.text("region", Assortment.regions[Int(customer.region)])
            if shipping > 0 { event.money("shipping", shipping) }
            if isStore { event.text("store", "store-\(store)") }
            event.money("total", total)
        }
    }

    /// A cashier enters a purchase twice and takes one back; now and then the wrong one, which is restored.
    private mutating func enterTwice(
        _ who: EventWriter.Subject, _ time: Int64, _ random: inout SplitMix,
        _ write: (inout EventWriter) -> Void
    ) {
        let twin = emit("purchase.completed", who, at: time + Self.hours(0.02), write)
        let actor = random.within(1...12)
        let void = emit("event.voided", who, at: time + Self.hours(3), actor: actor, cause: twin) { event in
            event.event("id", who, twin)
            event.text("reason", "entered twice")
            event.text("source", SyntheticShop.source)
        }
        guard random.chance(0.1) else { return }
        emit("event.voided", who, at: time + Self.hours(30), actor: actor, cause: void) { event in
            event.event("id", who, void)
            event.text("reason", "it was a second purchase after all")
            event.text("source", SyntheticShop.source)
        }
    }

    private mutating func correct(
        _ c: Int, _ who: EventWriter.Subject, _ number: UInt32, _ order: UInt32, _ total: Int, isStore: Bool,
        at time: Int64, _ random: inout SplitMix
    ) {
        let right = max(50, total + random.within(-800...800))
        let isForeign = customers[c].kind.contains(.foreign)
        let rate = euroRate
        let movesTime = random.chance(0.2)
        emit("event.corrected", who, at: time, actor: random.within(1...12), cause: number) { event in
            event.object("data") { data in
                data.text("channel", isStore ? "store" : "web")
                data.text("currency", isForeign ? "EUR" : "GBP")
                if isForeign { data.text("fx", "0.\(rate)") }
                data.id("order", "o-", who, order)
                data.money("total", right)
            }
            event.event("id", who, number)
            event.text("reason", "wrong amount")
            event.text("source", SyntheticShop.source)
            if movesTime { event.time("time", time - Self.hours(48)) }
        }
    }

    private mutating func giveBack(
        _ c: Int, _ number: UInt32, _ order: UInt32, _ lines: [Line], _ total: Int, after time: Int64,
        _ random: inout SplitMix
    ) {
        let who = EventWriter.Subject.customer(c)
        let isWhole = random.chance(0.35)
        let line = lines[random.below(lines.count)]
        let amount = isWhole ? total : line.net
        // Half name the order, most others the event; a few name nothing.
        let naming = random.unit()
        let isForeign = customers[c].kind.contains(.foreign)
        let rate = euroRate
        let reason = random.one(of: ["changed_mind", "damaged", "wrong_size", "late"])
        emit("purchase.returned", who, at: time + Self.hours(24 * (2 + 23 * random.unit())), cause: number) {
            event in
            event.money("amount", amount)
            event.text("channel", "store")
            event.text("currency", isForeign ? "EUR" : "GBP")
            if naming >= 0.55 && naming < 0.95 { event.event("event", who, number) }
            if isForeign { event.text("fx", "0.\(rate)") }
            if !isWhole {
                event.list("lines") { list in
                    list.braces { item in
                        item.money("net", line.net)
                        item.text("product", "sku-\(line.product)")
                        item.integer("quantity", line.quantity)
                    }
                }
            }
            if naming < 0.55 { event.id("order", "o-", who, order) }
            event.text("reason", reason)
        }
    }
}
