import Events

extension FactExtractor {
    /// The recipe of an event type; nil for types that are read by hand and for those nothing is known of.
    func recipe(_ type: Int) -> FactRecipe? {
        let hash = reader.withText(type) { StableHash.hash($0) }
        guard let recipe = FactRecipe.byType[hash], reader.text(type, equals: recipe.type) else { return nil }
        return recipe
    }

    /// Fills a fact as its recipe says.
    mutating func follow(
        _ recipe: FactRecipe, _ data: EventData, _ envelope: Envelope, _ interner: inout some Interner,
        _ fact: inout Fact
    ) throws(ExtractionError) {
        fact.kind = recipe.kind
        fact.detail = recipe.detail
        for step in recipe.steps {
            switch step {
            case .ownKey(let name):
                if let node = data.text(name) {
                    fact.key = identity(reader, envelope.source, data.reader, node)
                }
            case .hash(let slot, let name): put(key(data, name), slot, &fact)
            case .hashOrID(let name):
                fact.key = key(data, name)
                if fact.key == 0 { fact.key = reader.withText(envelope.id) { nonZero(StableHash.hash($0)) } }
            case .code(let name): fact.code = code(data, name, &interner)
            case .codeIn(let slot, let name): put(UInt64(code(data, name, &interner)), slot, &fact)
            case .customer(let name):
                guard let node = data.text(name) else { throw data.missing(name, "a customer") }
                fact.key = UInt64(data.reader.withText(node) { interner.customer($0) })
            case .amount(let name): fact.amount = Int64(data.number(name) ?? 0)
            case .money(let name, let isOptional):
                if !isOptional || data.text(name) != nil { try money(data, name, &fact, recipe) }
            case .day(let name): fact.extra = try day(data, name)
            case .moment(let name): fact.extra = try moment(data, name)
            case .severity: fact.amount = data.severity()
            case .flag(let flag, let name): if data.isTrue(name) { fact.flags.insert(flag) }
            case .either(let name, let first, let second):
                fact.detail = data.isText(name, first) ? 1 : data.isText(name, second) ? 2 : 0
            case .count(let name): fact.extra = data.member(name).map { Int64(data.reader.count($0)) } ?? 0
            }
        }
    }

    /// Money of a kind whose `detail` says a step: the currency of what has no rate is then kept in `reference`,
    /// which none of these kinds needs for anything else.
    private func money(
        _ data: EventData, _ name: StaticString, _ fact: inout Fact, _ recipe: FactRecipe
    ) throws(ExtractionError) {
        try money(data, name, &fact)
        if fact.flags.contains(.unconverted), recipe.detail != 0 {
            fact.reference = UInt64(fact.detail)
            fact.detail = recipe.detail
        }
    }

    private func put(_ value: UInt64, _ slot: FactRecipe.Slot, _ fact: inout Fact) {
        switch slot {
        case .key: fact.key = value
        case .reference: fact.reference = value
        case .extra: fact.extra = Int64(bitPattern: value)
        }
    }

    private func day(_ data: EventData, _ name: StaticString) throws(ExtractionError) -> Int64 {
        guard let node = data.text(name) else { return .min }
        return try localDay(data, node, name).map { Int64($0.number) } ?? .min
    }

    /// A time, or the last microsecond of a local day.
    private func moment(_ data: EventData, _ name: StaticString) throws(ExtractionError) -> Int64 {
        guard let node = data.text(name) else { return .min }
        if data.reader.textLength(node) == 10 {
            return try localDay(data, node, name).map { zone.start(of: $0.next).microseconds - 1 } ?? .min
        }
        do throws(TimeError) {
            return try data.reader.withText(node) { (text) throws(TimeError) in
                try Instant(parsing: text).microseconds
            }
        } catch {
            throw ExtractionError(
                position: data.position, pointer: "/data/\(name)", expected: "a time", found: "\(error)")
        }
    }

    private func localDay(
        _ data: EventData, _ node: Int, _ name: StaticString
    ) throws(ExtractionError) -> LocalDay? {
        do throws(TimeError) {
            return try LocalDay(parsing: data.reader.string(node))
        } catch {
            throw ExtractionError(
                position: data.position, pointer: "/data/\(name)", expected: "a local day",
                found: "\(error)")
        }
    }
}
