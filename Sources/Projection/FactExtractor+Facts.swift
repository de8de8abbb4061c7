import Events

extension FactExtractor {
    /// Adds the fact of a customer's event, and its parts after it.
    mutating func appendFacts(
        _ envelope: Envelope,
        subject: Int,
        data reader: JSONReader,
        node: Int,
        interner: inout some Interner,
        to facts: inout [Fact]
    ) throws(ExtractionError) {
        var fact = Fact(
            time: envelope.time,
            position: envelope.position,
            customer: self.reader.withText(subject) { interner.customer($0) },
            day: zone.day(of: Instant(microseconds: envelope.time)).number,
            kind: .other)
        let data = EventData(reader: reader, node: node, position: envelope.position)
        let type = envelope.type
        let place = facts.count
        facts.append(fact)
        switch self.reader.textLength(type) {
        case 18 where self.reader.text(type, equals: "purchase.completed"):
            try purchase(data, envelope, &interner, &fact)
            try appendPurchaseParts(data, of: fact, .purchasePart, &interner, to: &facts)
        case 17 where self.reader.text(type, equals: "purchase.returned"):
            try refund(data, envelope, &interner, &fact)
            try appendPurchaseParts(data, of: fact, .refundPart, &interner, to: &facts)
        case 14 where self.reader.text(type, equals: "contact.logged"):
            contact(data, &interner, &fact)
            appendContactDetail(data, of: fact, &interner, to: &facts)
        case 15 where self.reader.text(type, equals: "survey.answered"):
            try survey(data, &interner, &fact)
            appendSurveyDetail(data, of: fact, &interner, to: &facts)
        default:
            if let recipe = recipe(type) {
                try follow(recipe, data, envelope, &interner, &fact)
                appendParts(of: fact, data, envelope, &interner, to: &facts)
            } else if let step = step(type) {
                complaint(step, data, envelope, &interner, &fact)
                if step == .opened { appendItemName(data, "complaint", of: fact, to: &facts) }
            } else {
                profile(type, data, &interner, &fact, &facts)
            }
        }
        facts[place] = fact
    }

    private mutating func purchase(
        _ data: EventData, _ envelope: Envelope, _ interner: inout some Interner, _ fact: inout Fact
    ) throws(ExtractionError) {
        fact.kind = .purchase
        fact.reference = identity(reader, envelope.source, reader, envelope.id)
        fact.key = key(data, "order")
        fact.code = code(data, "channel", &interner)
        try money(data, "total", &fact)
    }

    private mutating func refund(
        _ data: EventData, _ envelope: Envelope, _ interner: inout some Interner, _ fact: inout Fact
    ) throws(ExtractionError) {
        fact.kind = .refund
        fact.key = key(data, "order")
        if let event = data.text("event") {
            fact.reference = identity(reader, envelope.source, data.reader, event)
        }
        if fact.key != 0 || fact.reference != 0 {
            fact.flags.insert(.namesPurchase)
        }
        fact.code = code(data, "channel", &interner)
        try money(data, "amount", &fact)
    }

    private func contact(_ data: EventData, _ interner: inout some Interner, _ fact: inout Fact) {
        fact.kind = .contact
        fact.key = key(data, "thread")
        fact.code = code(data, "channel", &interner)
        fact.extra = whole(data.number("minutes") ?? 0, times: 1_000)
        if data.isText("direction", "in") { fact.flags.insert(.inbound) }
        if data.isTrue("bulk") { fact.flags.insert(.bulk) }
        if data.isText("by", "human") { fact.flags.insert(.byHuman) }
        if data.isText("by", "auto") { fact.flags.insert(.automatic) }
    }

    private mutating func complaint(
        _ step: ComplaintStep, _ data: EventData, _ envelope: Envelope, _ interner: inout some Interner,
        _ fact: inout Fact
    ) {
        fact.kind = .complaint
        fact.detail = step.rawValue
        fact.amount = data.severity()
        fact.code = code(data, "category", &interner)
        fact.reference = UInt64(code(data, "agent", &interner))
        if let complaint = data.text("complaint") {
            fact.key = identity(reader, envelope.source, data.reader, complaint)
        }
        if data.text("product") != nil { fact.extra = Int64(bitPattern: key(data, "product")) }
        if step == .replied {
            if data.isText("by", "human") { fact.flags.insert(.byHuman) }
            if data.text("standard") != nil { fact.flags.insert(.standard) }
        } else if step == .resolved, data.isTrue("told_customer") {
            fact.flags.insert(.told)
        }
    }

    private func step(_ type: Int) -> ComplaintStep? {
        guard reader.textLength(type) >= 14 else { return nil }
        if reader.text(type, equals: "complaint.opened") { return .opened }
        if reader.text(type, equals: "complaint.acknowledged") { return .acknowledged }
        if reader.text(type, equals: "complaint.replied") { return .replied }
        if reader.text(type, equals: "complaint.waiting") { return .waiting }
        if reader.text(type, equals: "complaint.resumed") { return .resumed }
        if reader.text(type, equals: "complaint.resolved") { return .resolved }
        if reader.text(type, equals: "complaint.reopened") { return .reopened }
        if reader.text(type, equals: "complaint.closed") { return .closed }
        if reader.text(type, equals: "complaint.escalated") { return .escalated }
        return nil
    }

    private mutating func survey(
        _ data: EventData, _ interner: inout some Interner, _ fact: inout Fact
    ) throws(ExtractionError) {
        guard let score = data.number("score") else { throw data.missing("score", "a number") }
        guard let node = data.member("scale") else { throw data.missing("scale", "a scale") }
        fact.kind = .survey
        fact.key = formKey(data)
        fact.code = code(data, "dimension", &interner)
        let expected = data.number("expected")
        fact.amount = whole(score, times: 1_000_000)
        fact.extra = expected.map { whole($0, times: 1_000_000) } ?? .min
        if data.reader.text(node, equals: "csat5") {
            fact.detail = SurveyScale.Kind.csat5.rawValue
        } else if data.reader.text(node, equals: "nps") {
            fact.detail = SurveyScale.Kind.nps.rawValue
        } else if data.reader.text(node, equals: "ces7") {
            fact.detail = SurveyScale.Kind.ces7.rawValue
        } else {
            try ownScale(
                EventData(reader: data.reader, node: node, position: data.position), score, expected, &fact)
            return
        }
        fact.reference = key(data, "survey")
    }

    private func ownScale(
        _ bounds: EventData, _ score: Double, _ expected: Double?, _ fact: inout Fact
    ) throws(ExtractionError) {
        guard let minimum = bounds.number("min"), let maximum = bounds.number("max"), minimum < maximum else {
            throw ExtractionError(
                position: bounds.position, pointer: "/data/scale", expected: "csat5, nps, ces7 or {min, max}",
                found: "another scale")
        }
        fact.detail = SurveyScale.Kind.other.rawValue
        if let scale = SurveyScale(minimum: minimum, maximum: maximum) {
            fact.reference = scale.packed
            return
        }
        // Bounds too large or too fine to keep: the answer is kept as points of a hundred.
        fact.reference = SurveyScale(.other).packed
        fact.amount = whole((score - minimum) / (maximum - minimum), times: 100_000_000)
        fact.extra = expected.map { whole(($0 - minimum) / (maximum - minimum), times: 100_000_000) } ?? .min
    }

    /// The hash of survey, dimension, question and response; 0 without a response, for then every answer counts.
    private mutating func formKey(_ data: EventData) -> UInt64 {
        guard let response = data.text("response") else { return 0 }
        scratch.removeAll(keepingCapacity: true)
        append(data, data.text("survey"))
        append(data, data.text("dimension"))
        append(data, data.text("question"))
        append(data, response)
        return nonZero(StableHash.hash(scratch.span))
    }

    private mutating func append(_ data: EventData, _ node: Int?) {
        if let node { data.reader.appendText(node, to: &scratch) }
        scratch.append(0)
    }

    /// `EventKey.hash` of a source and an id, without making the key; never 0.
    mutating func identity(_ first: JSONReader, _ source: Int, _ second: JSONReader, _ id: Int)
        -> UInt64
    {
        scratch.removeAll(keepingCapacity: true)
        first.appendText(source, to: &scratch)
        scratch.append(0)
        second.appendText(id, to: &scratch)
        return nonZero(StableHash.hash(scratch.span))
    }

    func key(_ data: EventData, _ name: StaticString) -> UInt64 {
        guard let node = data.text(name) else { return 0 }
        return data.reader.withText(node) { nonZero(StableHash.hash($0)) }
    }

    func code(_ data: EventData, _ name: StaticString, _ interner: inout some Interner) -> UInt32 {
        guard let node = data.text(name) else { return 0 }
        return data.reader.withText(node) { interner.code($0) }
    }

    /// Minor units of the reporting currency; where there is no rate, of the event's own.
    func money(_ data: EventData, _ name: StaticString, _ fact: inout Fact) throws(ExtractionError) {
        guard let amount = data.text(name) else { throw data.missing(name, "a decimal") }
        let own = try currency(of: data)
        let minor = try minorUnits(data, amount, own, name)
        try convert(minor, own, data, name, &fact)
    }

    func currency(of data: EventData) throws(ExtractionError) -> Currency {
        guard let code = data.text("currency") else { throw data.missing("currency", "a currency") }
        do throws(MoneyError) {
            return try data.reader.withText(code) { (text) throws(MoneyError) in try Currency(code: text) }
        } catch {
            throw ExtractionError(
                position: data.position, pointer: "/data/currency", expected: "a currency",
                found: error.reason)
        }
    }

    func minorUnits(
        _ data: EventData, _ node: Int, _ own: Currency, _ name: StaticString
    ) throws(ExtractionError) -> Int64 {
        do throws(MoneyError) {
            return try data.reader.withText(node) { (text) throws(MoneyError) in
                try own.minorUnits(parsing: text)
            }
        } catch {
            throw ExtractionError(
                position: data.position, pointer: "/data/\(name)", expected: "money", found: error.reason)
        }
    }

    /// Puts an amount into a fact, in the reporting currency where the event says a rate.
    func convert(
        _ minor: Int64, _ own: Currency, _ data: EventData, _ name: StaticString, _ fact: inout Fact
    ) throws(ExtractionError) {
        fact.amount = minor
        if own == currency { return }
        fact.flags.insert(.unconverted)
        fact.detail = own.packed
        guard let rate = try rate(of: data) else { return }
        do throws(MoneyError) {
            fact.amount = try own.convert(minor, at: rate, to: currency)
            fact.flags.remove(.unconverted)
            fact.detail = 0
        } catch  where error.code == .tooLarge {
            // An amount beyond 64 bits at its own rate is left out and counted, like one without a rate.
            return
        } catch {
            throw ExtractionError(
                position: data.position, pointer: "/data/\(name)", expected: "money", found: error.reason)
        }
    }

    func rate(of data: EventData) throws(ExtractionError) -> ExchangeRate? {
        guard let rate = data.text("fx") else { return nil }
        do throws(MoneyError) {
            return try data.reader.withText(rate) { (text) throws(MoneyError) in
                try ExchangeRate(parsing: text)
            }
        } catch {
            throw ExtractionError(
                position: data.position, pointer: "/data/fx", expected: "a rate", found: error.reason)
        }
    }

    func nonZero(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    /// `number` · `factor` rounded to the nearest whole, ties away from zero, kept within 64 bits.
    func whole(_ number: Double, times factor: Double) -> Int64 {
        let scaled = number * factor
        guard abs(scaled) < 9e18 else { return scaled < 0 ? -.max : .max }
        return Int64(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
