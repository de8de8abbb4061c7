import Events

extension ShopRun {
    mutating func contact(_ c: Int, _ order: UInt32, _ time: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        let channel = random.one(of: Assortment.channels)
        let isInbound = random.chance(0.75)
        let minutes = random.within(1...25)
        let topic = random.one(of: ["delivery", "advice", "invoice", "stock"])
        let agent = random.within(1...12)
        let phase = random.one(of: ["pre_sale", "sale", "after_sale"])
        emit(
            "contact.logged", who, at: time + Self.hours(24 * 4 * random.unit()),
            actor: isInbound ? nil : agent
        ) { event in
            if phase != "pre_sale" { event.id("about", "o-", who, order) }
            event.text("agent", "staff-\(agent)")
            event.text("by", "human")
            event.text("channel", channel)
            event.text("direction", isInbound ? "in" : "out")
            event.integer("minutes", minutes)
            event.text("phase", phase)
            if minutes > 18 { event.text("text", "a long talk about \(topic)") }
            event.text("topic", topic)
        }
    }

    /// A complaint with its whole course, drawn at once.
    mutating func complain(_ c: Int, _ order: UInt32, _ after: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        customers[c].cases += 1
        let number = customers[c].cases
        let opened = after + Self.hours(2 + 24 * 6 * random.unit())
        let agent = random.within(1...12)
        let category = random.one(of: Assortment.complaints)
        let severity = random.one(of: ["low", "normal", "normal", "high", "critical"])
        let first = emit("complaint.opened", who, at: opened) { event in
            event.text("category", category)
            event.id("complaint", "k-", who, number)
            event.text("product", "sku-\(Int(order) % 800)")
            event.text("severity", severity)
            event.text("text", "synthetic complaint about \(category)")
        }
        let channel = random.one(of: ["phone", "email", "chat", "store"])
        emit("contact.logged", who, at: opened + Self.second, cause: first) { event in
            event.id("about", "k-", who, number)
            event.text("channel", channel)
            event.text("direction", "in")
            event.text("topic", "complaint")
        }
        var clock = opened + Self.hours(0.05 + random.unit())
        step("complaint.acknowledged", who, number, clock, agent, first)
        if random.chance(0.6) {
            reply(who, number, clock + Self.hours(0.02), nil, first)
        }
        clock += Self.hours(random.exponential(mean: 12) + 0.2)
        reply(who, number, clock, agent, first)
        if random.chance(0.3) {
            step("complaint.waiting", who, number, clock + Self.hours(0.5), agent, first)
            clock += Self.hours(4 + 60 * random.unit())
            step("complaint.resumed", who, number, clock, agent, first)
        }
        if random.chance(0.1) {
            step("complaint.escalated", who, number, clock + Self.hours(1), agent, first)
        }
        settle(c, number, opened: opened, clock: clock, agent, first, &random)
    }

    private mutating func settle(
        _ c: Int, _ number: UInt32, opened: Int64, clock: Int64, _ agent: Int, _ first: UInt32,
        _ random: inout SplitMix
    ) {
        let who = EventWriter.Subject.customer(c)
        let isResolved = random.chance(0.88)
        var clock = clock + Self.hours(random.exponential(mean: 40) + 1)
        if isResolved {
            resolve(who, number, clock, agent, first, &random)
            if random.chance(0.1) {
                clock += Self.hours(20 + 50 * random.unit())
                step("complaint.reopened", who, number, clock, agent, first)
                clock += Self.hours(10 + 80 * random.unit())
                resolve(who, number, clock, agent, first, &random)
            }
            if random.chance(0.8) {
                step("complaint.closed", who, number, clock + Self.hours(72), agent, first)
            }
            if random.chance(0.3) { askForEffort(c, number, clock, &random) }
            if random.chance(0.3) { followUp(c, number, clock, agent, &random) }
        }
        let tookDays = Double(clock - opened) / Double(Self.hours(24))
        let wentBadly = !isResolved || tookDays > 6
        customers[c].satisfaction = max(0.03, customers[c].satisfaction - (wentBadly ? 0.25 : 0.03))
        if wentBadly && random.chance(0.4) {
            // The customer stops soon, if not sooner anyway.
            let soon = Double(today) + random.unit() * 20
            if soon < customers[c].dropout && !customers[c].hasStopped {
                customers[c].dropout = soon
                wake(c, .stop, onDay: Int(soon))
            }
        }
    }

    private mutating func step(
        _ type: String, _ who: EventWriter.Subject, _ number: UInt32, _ time: Int64, _ agent: Int,
        _ cause: UInt32
    ) {
        emit(type, who, at: time, actor: agent, cause: cause) { event in
            event.text("agent", "staff-\(agent)")
            event.id("complaint", "k-", who, number)
        }
    }

    private mutating func reply(
        _ who: EventWriter.Subject, _ number: UInt32, _ time: Int64, _ agent: Int?, _ cause: UInt32
    ) {
        emit("complaint.replied", who, at: time, actor: agent, cause: cause) { event in
            if let agent { event.text("agent", "staff-\(agent)") }
            event.text("by", agent == nil ? "auto" : "human")
            event.id("complaint", "k-", who, number)
            if agent == nil { event.text("standard", "we-have-your-message") }
        }
    }

    private mutating func resolve(
        _ who: EventWriter.Subject, _ number: UInt32, _ time: Int64, _ agent: Int, _ cause: UInt32,
        _ random: inout SplitMix
    ) {
        let outcome = random.one(of: ["refunded", "replaced", "explained", "voucher"])
        let told = random.chance(0.9)
        emit("complaint.resolved", who, at: time, actor: agent, cause: cause) { event in
            event.text("agent", "staff-\(agent)")
            event.id("complaint", "k-", who, number)
            event.text("outcome", outcome)
            event.bool("told_customer", told)
        }
    }

    private mutating func followUp(
        _ c: Int, _ number: UInt32, _ time: Int64, _ agent: Int, _ random: inout SplitMix
    ) {
        let who = EventWriter.Subject.customer(c)
        let due = date(ofTime: time + Self.hours(24 * 10))
        let kind = random.one(of: ["revisit", "call", "care"])
        emit("followup.planned", who, at: time + Self.hours(1), actor: agent) { event in
            event.text("channel", "phone")
            event.day("due_on", due)
            event.id("followup", "f-", who, number)
            event.text("kind", kind)
            event.text("owner", "staff-\(agent)")
            event.text("reason", "after a complaint")
        }
        let fate = random.unit()
        if fate < 0.7 {
            let outcome = random.one(of: ["reached", "not_reached", "sold", "declined"])
            emit("followup.done", who, at: time + Self.hours(24 * 12 * random.unit() + 2), actor: agent) {
                event in
                event.id("followup", "f-", who, number)
                event.text("outcome", outcome)
            }
        } else if fate < 0.8 {
            emit("followup.cancelled", who, at: time + Self.hours(30), actor: agent) { event in
                event.id("followup", "f-", who, number)
                event.text("reason", "called by themselves")
            }
        }
    }
}
