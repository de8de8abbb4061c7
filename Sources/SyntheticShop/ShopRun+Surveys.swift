import Events

extension ShopRun {
    /// A form sent after a purchase, and its answers, if there are any.
    mutating func survey(_ c: Int, _ order: UInt32, _ after: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        let sent = after + Self.hours(20 + 10 * random.unit())
        emit("survey.sent", who, at: sent) { event in
            event.id("about", "o-", who, order)
            event.text("channel", "email")
            event.id("response", "r-", who, order)
            event.text("survey", "after-purchase")
        }
        guard random.chance(0.45) else { return }
        let time = sent + Self.hours(1 + 70 * random.unit())
        for dimension in ["product", "service", "after_sales"] where random.chance(0.85) {
            answer(c, order, time, dimension, &random)
        }
        // Now and then a form is sent in again: the later answer counts.
        if random.chance(0.03) { answer(c, order, time + Self.hours(5), "service", &random) }
        if random.chance(0.4) { recommend(c, time + Self.second * 60, &random) }
    }

    private mutating func answer(
        _ c: Int, _ order: UInt32, _ time: Int64, _ dimension: String, _ random: inout SplitMix
    ) {
        let who = EventWriter.Subject.customer(c)
        let score = score(c, steps: 4, &random) + 1
        let expected = random.chance(0.15) ? random.within(3...5) : 0
        let reason = random.one(of: ["price", "waiting", "quality", "staff"])
        let writes = random.chance(0.08)
        emit("survey.answered", who, at: time) { event in
            event.id("about", "o-", who, order)
            event.text("channel", "email")
            event.text("dimension", dimension)
            if expected > 0 { event.integer("expected", expected) }
            if score < 3 { event.list("reasons") { $0.element(reason) } }
            event.id("response", "r-", who, order)
            event.text("scale", "csat5")
            event.integer("score", score)
            event.text("survey", "after-purchase")
            if writes { event.text("text", "synthetic remark on \(dimension)") }
        }
    }

    private mutating func recommend(_ c: Int, _ time: Int64, _ random: inout SplitMix) {
        let score = score(c, steps: 10, &random)
        emit("survey.answered", .customer(c), at: time) { event in
            event.text("channel", "email")
            event.text("dimension", "relationship")
            event.text("question", "recommend")
            event.text("scale", "nps")
            event.integer("score", score)
            event.text("survey", "recommendation")
        }
    }

    /// How easy it was to have a complaint settled.
    mutating func askForEffort(_ c: Int, _ number: UInt32, _ after: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        let score = score(c, steps: 6, &random) + 1
        let isOwnScale = random.chance(0.1)
        emit("survey.answered", who, at: after + Self.hours(6 + 40 * random.unit())) { event in
            event.id("about", "k-", who, number)
            event.text("dimension", "after_sales")
            event.text("question", "ease")
            if isOwnScale {
                event.object("scale") { scale in
                    scale.integer("max", 100)
                    scale.integer("min", 0)
                }
                event.integer("score", score * 14)
            } else {
                event.text("scale", "ces7")
                event.integer("score", score)
            }
            event.text("survey", "after-complaint")
        }
    }

    private func score(_ c: Int, steps: Int, _ random: inout SplitMix) -> Int {
        let value = customers[c].satisfaction + 0.16 * random.normal()
        return min(steps, max(0, Int((value * Double(steps)).rounded())))
    }

    /// Suggestions, needs, activities: what a shop writes down beside the sales.
    mutating func smallThings(_ c: Int, _ time: Int64, _ random: inout SplitMix) {
        let who = EventWriter.Subject.customer(c)
        let number = customers[c].events
        let agent = random.within(1...12)
        switch random.below(3) {
        case 0: feedback(who, number, time, agent, &random)
        case 1: need(who, number, time, agent, &random)
        default:
            let kind = random.one(of: ["training", "online_course", "launch", "fair", "member_day", "thanks"])
            emit("activity.invited", who, at: time + Self.hours(3), actor: agent) { event in
                event.text("activity", "activity-\(number)")
                event.text("kind", kind)
            }
            guard random.chance(0.5) else { return }
            emit("activity.attended", who, at: time + Self.hours(24 * 12)) { event in
                event.text("activity", "activity-\(number)")
                event.text("kind", kind)
                event.text("topic", "tasting")
            }
        }
    }

    private mutating func feedback(
        _ who: EventWriter.Subject, _ number: UInt32, _ time: Int64, _ agent: Int, _ random: inout SplitMix
    ) {
        let kind = random.one(of: ["suggestion", "praise", "question"])
        emit("feedback.received", who, at: time + Self.hours(9)) { event in
            event.text("channel", "web")
            event.id("feedback", "fb-", who, number)
            event.text("kind", kind)
            event.text("text", "synthetic \(kind)")
            event.text("topic", "range")
        }
        guard random.chance(0.7) else { return }
        let outcome = random.one(of: ["adopted", "planned", "declined", "answered"])
        emit("feedback.answered", who, at: time + Self.hours(50), actor: agent) { event in
            event.id("feedback", "fb-", who, number)
            event.text("outcome", outcome)
            event.bool("told_customer", true)
        }
    }

    private mutating func need(
        _ who: EventWriter.Subject, _ number: UInt32, _ time: Int64, _ agent: Int, _ random: inout SplitMix
    ) {
        let category = random.one(of: ["technical_support", "after_sales", "product_suggestion", "other"])
        let severity = random.one(of: ["low", "normal", "high", "critical"])
        let due = date(ofTime: time + Self.hours(24 * 7))
        emit("need.raised", who, at: time + Self.hours(5)) { event in
            event.text("category", category)
            event.day("due_by", due)
            event.bool("latent", agent < 3)
            event.id("need", "n-", who, number)
            event.text("severity", severity)
        }
        guard random.chance(0.75) else { return }
        emit("need.met", who, at: time + Self.hours(24 * 9 * random.unit() + 6), actor: agent) { event in
            event.id("need", "n-", who, number)
            event.text("outcome", "done")
            event.bool("told_customer", true)
        }
    }
}
