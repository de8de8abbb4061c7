import Events

extension ShopRun {
    mutating func earnPoints(
        _ c: Int, _ cause: UInt32, _ order: UInt32, _ total: Int, _ time: Int64, _ random: inout SplitMix
    ) {
        let who = EventWriter.Subject.customer(c)
        let points = total / 100
        let expires = date(ofTime: time + Self.hours(24 * 365))
        emit("points.earned", who, at: time + Self.second, cause: cause) { event in
            event.day("expires_on", expires)
            event.id("lot", "lot-", who, order)
            event.id("order", "o-", who, order)
            event.integer("points", points)
        }
        customers[c].points += Int32(points)
        customers[c].spentMinor += total
        raiseLevel(c, time)
        if customers[c].points >= 500 && random.chance(0.25) { redeemPoints(c, order, time, &random) }
        if random.chance(0.004) {
            emit("points.adjusted", who, at: time + Self.hours(60), actor: random.within(1...12)) { event in
                event.integer("points", 25)
                event.text("reason", "goodwill")
            }
        }
    }

    private mutating func redeemPoints(_ c: Int, _ order: UInt32, _ time: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        customers[c].points -= 500
        let redeemed = emit("points.redeemed", who, at: time + Self.second * 2) { event in
            event.id("order", "o-", who, order)
            event.integer("points", 500)
        }
        guard random.chance(0.06) else { return }
        customers[c].points += 500
        emit("points.redemption_cancelled", who, at: time + Self.hours(24), cause: redeemed) { event in
            event.id("order", "o-", who, order)
            event.integer("points", 500)
            event.text("reason", "order changed")
        }
    }

    private mutating func raiseLevel(_ c: Int, _ time: Int64) {
        let levels = [30_000, 100_000]
        let level = levels.filter { customers[c].spentMinor >= $0 }.count
        guard level > customers[c].level else { return }
        customers[c].level = UInt8(level)
        let who = EventWriter.Subject.customer(c)
        emit("membership.changed", who, at: time + Self.second * 3) { event in
            event.text("membership", level == 1 ? "silver" : "gold")
            event.text("programme", "club")
        }
        let number = customers[c].events
        emit("benefit.granted", who, at: time + Self.second * 4) { event in
            event.money("amount", level * 500)
            event.id("benefit", "b-", who, number)
            event.text("currency", "GBP")
            event.text("kind", level == 1 ? "gift" : "rebate")
        }
        if number % 2 == 0 {
            emit("benefit.used", who, at: time + Self.hours(24 * 20)) { event in
                event.id("benefit", "b-", who, number)
            }
        }
    }

    mutating func redeemCoupon(_ c: Int, _ order: UInt32, _ time: Int64) {
        let who = EventWriter.Subject.customer(c)
        let campaign = customers[c].coupon
        customers[c].coupon = 0
        emit("coupon.redeemed", who, at: time + Self.second) { event in
            event.text("campaign", "campaign-\(campaign)")
            event.text("coupon", "autumn-\(campaign)")
            event.id("order", "o-", who, order)
        }
    }

    // MARK: - Campaigns

    mutating func runCampaigns() {
        let number = today / Assortment.campaignEvery + 1
        switch today % Assortment.campaignEvery {
        case 20: startCampaign(number)
        case 41:
            let outcome = shopRandom.one(of: ["target reached", "target missed"])
            emit("campaign.ended", .none, at: moment(Double(today) + 0.9)) { event in
                event.text("campaign", "campaign-\(number)")
                event.text("lessons", "send earlier in the week")
                event.text("outcome", outcome)
            }
        default: break
        }
    }

    private mutating func startCampaign(_ number: Int) {
        let time = moment(Double(today))
        let first = date(today)
        let last = first.adding(days: 20)
        emit("campaign.started", .none, at: time) { event in
            event.money("budget", 250_000)
            event.text("campaign", "campaign-\(number)")
            event.day("from", first)
            event.text("goal", "bring customers back into the shop")
            event.text("owner", "team-marketing")
            event.text("segment", "customers with marketing consent")
            event.list("steps") { steps in
                steps.braces { step in
                    step.text("action", "send the letters")
                    step.day("on", first)
                    step.text("owner", "team-marketing")
                }
            }
            event.object("target") { target in
                target.text("metric", "redeemed_coupons")
                target.integer("value", 100)
            }
            event.day("to", last)
        }
        for c in customers.indices where customers[c].arrival < Double(today) {
            var random = customers[c].random
            if random.chance(0.08) { target(c, number, time, last, &random) }
            customers[c].random = random
        }
    }

    private mutating func target(
        _ c: Int, _ number: Int, _ time: Int64, _ last: LocalDay, _ random: inout SplitMix
    ) {
        let who = EventWriter.Subject.customer(c)
        let isTreated = random.chance(0.8)
        let moment = time + Self.hours(1 + 8 * random.unit())
        emit("campaign.targeted", who, at: moment) { event in
            event.text("arm", isTreated ? "treated" : "control")
            event.text("campaign", "campaign-\(number)")
        }
        guard isTreated else { return }
        emit("contact.logged", who, at: moment + Self.hours(1)) { event in
            event.bool("bulk", true)
            event.text("by", "auto")
            event.text("campaign", "campaign-\(number)")
            event.text("channel", "email")
            event.text("direction", "out")
        }
        emit("coupon.issued", who, at: moment + Self.hours(1)) { event in
            event.text("campaign", "campaign-\(number)")
            event.text("coupon", "autumn-\(number)")
            event.day("expires_on", last)
        }
        if random.chance(0.4) { customers[c].coupon = UInt16(number) }
    }
}
