import Events

extension ShopRun {
    mutating func openBusiness(_ c: Int, _ time: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        let owner = random.within(1...12)
        emit("customer.assigned", who, at: time + Self.hours(1), actor: owner) { event in
            event.text("owner", "staff-\(owner)")
        }
        wake(c, .monthly, onDay: today + 30)
        guard customers[c].kind.contains(.dealer) else { return }
        let region = Assortment.regions[Int(customers[c].region)]
        emit("territory.assigned", who, at: time + Self.hours(2), actor: owner) { event in
            event.list("regions") { $0.element(region) }
            event.text("territory", "territory-\(region)")
        }
    }

    mutating func invoice(_ c: Int, _ order: UInt32, _ total: Int, _ time: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        let isForeign = customers[c].kind.contains(.foreign)
        let rate = euroRate
        let due = date(ofTime: time + Self.hours(24 * 30))
        emit("invoice.issued", who, at: time + Self.hours(2)) { event in
            event.money("amount", total)
            event.text("currency", isForeign ? "EUR" : "GBP")
            event.day("due_on", due)
            if isForeign { event.text("fx", "0.\(rate)") }
            event.id("invoice", "i-", who, order)
        }
        guard random.chance(0.93) else { return }
        emit("payment.received", who, at: time + Self.hours(24 * (8 + 40 * random.unit()))) { event in
            event.money("amount", total)
            event.text("currency", isForeign ? "EUR" : "GBP")
            if isForeign { event.text("fx", "0.\(rate)") }
            event.id("invoice", "i-", who, order)
        }
    }

    /// What a business customer costs, and what is shipped to dealers and where it turns up.
    mutating func monthly(_ c: Int, _ random: inout SplitMix) {
        guard !customers[c].hasStopped else { return }
        wake(c, .monthly, onDay: today + 30)
        let who = EventWriter.Subject.customer(c)
        let time = moment(Double(today) + 0.3)
        let cost = random.within(500...6000)
        emit("cost.allocated", who, at: time) { event in
            event.money("amount", cost)
            event.text("currency", "GBP")
            event.text("kind", "account_management")
        }
        guard customers[c].kind.contains(.dealer) else { return }
        let number = customers[c].events
        let home = Assortment.regions[Int(customers[c].region)]
        emit("shipment.sent", who, at: time + Self.hours(3)) { event in
            event.list("lines") { list in
                list.braces { item in
                    item.text("batch", "batch-\(number)")
                    item.text("product", "sku-\(number % 800)")
                    item.integer("quantity", 40)
                }
            }
            event.text("region", home)
            event.id("shipment", "s-", who, number)
        }
        if random.chance(0.08) { divert(who, number, time + Self.hours(24 * 12), &random) }
    }

    private mutating func divert(
        _ who: EventWriter.Subject, _ number: UInt32, _ time: Int64, _ random: inout SplitMix
    ) {
        let region = random.one(of: Assortment.regions)
        let actor = random.within(1...12)
        let found = emit("diversion.found", who, at: time, actor: actor) { event in
            event.text("batch", "batch-\(number)")
            event.integer("quantity", 12)
            event.text("region", region)
            event.id("shipment", "s-", who, number)
        }
        emit("penalty.imposed", who, at: time + Self.hours(48), actor: actor, cause: found) { event in
            event.money("amount", 50_000)
            event.text("currency", "GBP")
            event.event("diversion", who, found)
            event.text("reason", "sold outside the territory")
        }
        guard random.chance(0.3) else { return }
        emit("penalty.lifted", who, at: time + Self.hours(24 * 20), actor: actor, cause: found) { event in
            event.money("amount", 50_000)
            event.text("currency", "GBP")
            event.event("diversion", who, found)
            event.text("reason", "explained")
        }
    }
}
