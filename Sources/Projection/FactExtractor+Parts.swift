import Events

/// Parts of events: further facts of one event, where one does not hold what folds need.
extension FactExtractor {
    /// A fact of the same event, of another kind.
    private func part(of fact: Fact, _ kind: FactKind) -> Fact {
        Fact(time: fact.time, position: fact.position, customer: fact.customer, day: fact.day, kind: kind)
    }

    /// The lines of a purchase or a return by category, and the terms of a purchase.
    mutating func appendPurchaseParts(
        _ data: EventData, of fact: Fact, _ kind: FactKind, _ interner: inout some Interner,
        to facts: inout [Fact]
    ) throws(ExtractionError) {
        var nodes = (lines: 0, coupon: 0, discount: 0, shipping: 0, store: 0, region: 0)
        let reader = data.reader
        reader.forEachMember(of: data.node) { name, value in
            switch reader.textLength(name) {
            case 5 where reader.text(name, equals: "lines"): nodes.lines = value
            case 5 where reader.text(name, equals: "store"): nodes.store = value
            case 6 where reader.text(name, equals: "coupon"): nodes.coupon = value
            case 6 where reader.text(name, equals: "region"): nodes.region = value
            case 8 where reader.text(name, equals: "discount"): nodes.discount = value
            case 8 where reader.text(name, equals: "shipping"): nodes.shipping = value
            default: break
            }
        }
        if nodes.lines > 0 {
            try appendLines(nodes.lines, data, of: fact, kind, &interner, to: &facts)
        }
        guard kind == .purchasePart,
            nodes.coupon + nodes.discount + nodes.shipping + nodes.store + nodes.region > 0
        else { return }
        var terms = part(of: fact, .purchaseTerms)
        let own = try currency(of: data)
        if nodes.shipping > 0 {
            try convert(try minorUnits(data, nodes.shipping, own, "shipping"), own, data, "shipping", &terms)
            terms.extra = terms.amount
            terms.amount = 0
        }
        if nodes.discount > 0 {
            try convert(try minorUnits(data, nodes.discount, own, "discount"), own, data, "discount", &terms)
        }
        if nodes.coupon > 0 { terms.key = key(data, "coupon") }
        if nodes.region > 0 { terms.code = code(data, "region", &interner) }
        if nodes.store > 0 { terms.reference = UInt64(code(data, "store", &interner)) }
        facts.append(terms)
    }

    /// What the lines of one category add up to.
    private struct Category {
        var code: UInt32
        var product: UInt64
        var net: Int64 = 0
        var cost: Int64 = 0
        var quantity: Int64 = 0
        var hasCost = true
    }

    private mutating func appendLines(
        _ lines: Int, _ data: EventData, of fact: Fact, _ kind: FactKind, _ interner: inout some Interner,
        to facts: inout [Fact]
    ) throws(ExtractionError) {
        let own = try currency(of: data)
        var categories: [Category] = []
        var nodes: [Int] = []
        data.reader.forEachElement(of: lines) { nodes.append($0) }
        for node in nodes {
            let line = EventData(reader: data.reader, node: node, position: data.position)
            let code = code(line, "category", &interner)
            let product = key(line, "product")
            let place: Int
            if let known = categories.firstIndex(where: { $0.code == code }) {
                place = known
                if categories[place].product != product { categories[place].product = 0 }
            } else {
                place = categories.count
                categories.append(Category(code: code, product: product))
            }
            if let net = line.text("net") {
                categories[place].net = try sum(
                    categories[place].net, try minorUnits(line, net, own, "lines/net"), data)
            }
            categories[place].quantity &+= whole(line.number("quantity") ?? 0, times: 1_000)
            if let cost = line.text("cost") {
                categories[place].cost = try sum(
                    categories[place].cost, try minorUnits(line, cost, own, "lines/cost"), data)
            } else {
                categories[place].hasCost = false
            }
        }
        for category in categories {
            var part = part(of: fact, kind)
            part.code = category.code
            part.key = category.product
            part.extra = category.quantity
            if category.hasCost {
                try convert(category.cost, own, data, "lines/cost", &part)
                part.reference = UInt64(bitPattern: part.amount)
                part.flags = .hasCost
                part.detail = 0
            }
            try convert(category.net, own, data, "lines/net", &part)
            facts.append(part)
        }
    }

    private func sum(_ left: Int64, _ right: Int64, _ data: EventData) throws(ExtractionError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw data.missing("lines", "amounts whose sum fits 64 bits") }
        return sum
    }

    /// Topic, agent, phase and what a contact is about.
    mutating func appendContactDetail(
        _ data: EventData, of fact: Fact, _ interner: inout some Interner, to facts: inout [Fact]
    ) {
        var detail = part(of: fact, .contactDetail)
        detail.code = code(data, "topic", &interner)
        detail.key = UInt64(code(data, "agent", &interner))
        detail.reference = key(data, "about")
        if let phase = data.text("phase") {
            detail.extra =
                data.reader.text(phase, equals: "pre_sale")
                ? 1 : data.reader.text(phase, equals: "sale") ? 2 : 3
        }
        if detail.code != 0 || detail.key != 0 || detail.reference != 0 || detail.extra != 0 {
            detail.flags = fact.flags
            facts.append(detail)
        }
    }

    /// Channel, agent and subject of a survey answer, and where it stands in a form.
    mutating func appendSurveyDetail(
        _ data: EventData, of fact: Fact, _ interner: inout some Interner, to facts: inout [Fact]
    ) {
        var detail = part(of: fact, .surveyDetail)
        detail.code = code(data, "channel", &interner)
        detail.key = UInt64(code(data, "agent", &interner))
        detail.reference = key(data, "about")
        if fact.detail == SurveyScale.Kind.other.rawValue {
            detail.extra = Int64(bitPattern: key(data, "survey"))
        }
        let question = fact.key == 0 ? 0 : key(data, "question")
        if question != 0 {
            let form = key(data, "response") ^ key(data, "survey") &* 0x9E37_79B9_7F4A_7C15
            detail.amount = Int64(bitPattern: form & ~0xFFFF_FFFF | question & 0xFFFF_FFFF)
        }
        let isNamed = detail.code != 0 || detail.key != 0 || detail.reference != 0 || detail.extra != 0
        if isNamed || detail.amount != 0 { facts.append(detail) }
    }

    /// Parts of events that are read by a recipe.
    mutating func appendParts(
        of fact: Fact, _ data: EventData, _ envelope: Envelope, _ interner: inout some Interner,
        to facts: inout [Fact]
    ) {
        switch fact.kind {
        case .points where fact.detail == 1 || fact.detail == 4:
            appendLot(of: fact, data, envelope, to: &facts)
        case .need where fact.detail == 1:
            appendItemName(data, "need", of: fact, to: &facts)
        case .feedback where fact.detail == 1:
            appendItemName(data, "feedback", of: fact, to: &facts)
        case .territory:
            guard let regions = data.member("regions") else { return }
            var nodes: [Int] = []
            data.reader.forEachElement(of: regions) { nodes.append($0) }
            for node in nodes {
                var region = part(of: fact, .territoryRegion)
                region.code = data.reader.withText(node) { interner.code($0) }
                facts.append(region)
            }
        case .assigned:
            var owner = part(of: fact, .profile)
            owner.detail = ProfileField.owner.rawValue
            owner.code = fact.code
            facts.append(owner)
        default: break
        }
    }

    /// The beginning of the lot's id, which is the event's where there is none, so that lots can be ordered by it.
    private func appendLot(of fact: Fact, _ data: EventData, _ envelope: Envelope, to facts: inout [Fact]) {
        var lot = part(of: fact, .pointsLot)
        lot.key = fact.key
        if let node = data.text("lot") {
            data.reader.withText(node) { Self.keepBeginning(of: $0, in: &lot) }
        } else {
            reader.withText(envelope.id) { Self.keepBeginning(of: $0, in: &lot) }
        }
        facts.append(lot)
    }

    /// The id of a complaint, a need or feedback, so that contacts about it are found and ids can be ordered.
    func appendItemName(_ data: EventData, _ name: StaticString, of fact: Fact, to facts: inout [Fact]) {
        guard let node = data.text(name) else { return }
        var item = part(of: fact, .itemName)
        item.key = key(data, name)
        data.reader.withText(node) { Self.keepBeginning(of: $0, in: &item) }
        facts.append(item)
    }

    /// The first 24 bytes of a text, big-endian, so that texts can be put in order.
    private static func keepBeginning(of text: Span<UInt8>, in fact: inout Fact) {
        var words: [UInt64] = [0, 0, 0]
        for index in text.indices.prefix(24) {
            words[index / 8] |= UInt64(text[index]) << UInt64(56 - index % 8 * 8)
        }
        fact.amount = Int64(bitPattern: words[0])
        fact.extra = Int64(bitPattern: words[1])
        fact.reference = words[2]
    }

    /// What a registration or an update says of the person; nothing for other types.
    mutating func profile(
        _ type: Int, _ data: EventData, _ interner: inout some Interner, _ fact: inout Fact,
        _ facts: inout [Fact]
    ) {
        if reader.text(type, equals: "customer.registered") {
            fact.kind = .registered
        } else if reader.text(type, equals: "customer.updated") {
            fact.kind = .updated
        } else {
            return
        }
        for (field, name) in Self.profileFields {
            guard let node = data.member(name), data.reader.kind(node) != .null else { continue }
            var part = part(of: fact, .profile)
            part.detail = field.rawValue
            if field.rawValue < ProfileField.name.rawValue {
                if data.reader.kind(node) == .string {
                    part.code = data.reader.withText(node) { interner.code($0) }
                }
                part.extra = data.reader.bool(node) == true ? 1 : 0
            }
            facts.append(part)
        }
    }

    private static let profileFields: [(ProfileField, StaticString)] = [
        (.zone, "zone"), (.region, "region"), (.city, "city"), (.ageBand, "age_band"),
        (.incomeBand, "income_band"), (.acquiredThrough, "acquired_through"), (.owner, "owner"),
        (.calendar, "calendar"), (.leapMonth, "leap_month"), (.name, "name"), (.email, "email"),
        (.phone, "phone"), (.birthDate, "birth_date"), (.gender, "gender"), (.attributes, "attributes"),
    ]
}
