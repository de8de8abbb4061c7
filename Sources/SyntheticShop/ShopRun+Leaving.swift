import Events

extension ShopRun {
    /// The moment at which a customer stops for good has come: most of them say nothing.
    mutating func stop(_ c: Int, _ random: inout SplitMix) {
        guard !customers[c].hasStopped, Int(customers[c].dropout) <= today else { return }
        customers[c].hasStopped = true
        guard customers[c].firstPurchase >= 0 else { return }
        let who = EventWriter.Subject.customer(c)
        let time = moment(Double(today) + 0.5)
        if random.chance(0.12) {
            let code = random.one(of: ["price", "service", "moved", "competitor", "no_need"])
            let writes = random.chance(0.3)
            emit("churn.reason_given", who, at: time + Self.hours(24 * 30 * random.unit())) { event in
                event.text("code", code)
                if writes { event.text("text", "synthetic reason: \(code)") }
            }
        }
        if random.chance(0.05) {
            emit("relationship.ended", who, at: time) { event in
                event.text("code", "closed_account")
            }
        }
        if random.chance(0.25) { wake(c, .winBack, onDay: today + random.within(60...150)) }
    }

    mutating func offerReturn(_ c: Int, _ random: inout SplitMix) {
        guard customers[c].hasStopped, customers[c].returned < 0 else { return }
        let who = EventWriter.Subject.customer(c)
        let day = Double(today) + random.unit()
        let time = moment(day)
        emit("winback.offered", who, at: time, actor: random.within(1...12)) { event in
            event.id("offer", "w-", who, 1)
        }
        let fate = random.unit()
        let answered = time + Self.hours(24 * (1 + 5 * random.unit()))
        if fate < 0.3 {
            emit("winback.accepted", who, at: answered) { event in event.id("offer", "w-", who, 1) }
            let back = (day + 6.5).rounded(.down)
            guard back < Double(shop.days) else { return }
            customers[c].firstDropout = customers[c].dropout
            customers[c].returned = back
            customers[c].nextPurchase = back + random.unit() * 0.9
            customers[c].dropout = customers[c].nextPurchase + ShopCustomer.lifetime(&random)
            customers[c].hasStopped = false
            wake(c, .buy, onDay: Int(back))
            wake(c, .stop, onDay: Int(customers[c].dropout))
        } else if fate < 0.55 {
            emit("winback.declined", who, at: answered) { event in event.id("offer", "w-", who, 1) }
        }
    }
}
