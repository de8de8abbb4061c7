// The way of every event: says yes or no, and makes nothing. What is wrong is worked out afterwards, by
// SchemaProgram+Explaining, for the few that are refused.
extension SchemaProgram {
    /// Whether the value at a node is as rule `number` wants it. With `sealed`, personal values may stand as
    /// `{"$sealed": "…"}`.
    func accepts(_ reader: JSONReader, _ node: Int, _ number: Int, sealed: Bool) -> Bool {
        let rule = rules[number]
        if sealed, rule.isPersonal, Self.isSealed(reader, node) { return true }
        let kind = reader.kind(node)
        switch kind {
        case .string, .name:
            guard rule.kinds.contains(.string) else { return false }
            if !rule.checks.isDisjoint(with: .ofStrings), !acceptsText(reader, node, rule) { return false }
        case .number:
            guard acceptsNumber(reader.number(node), rule) else { return false }
        case .object:
            guard rule.kinds.contains(.object) else { return false }
            if rule.checks.contains(.members), !acceptsMembers(reader, node, rule, sealed: sealed) {
                return false
            }
        case .array:
            guard rule.kinds.contains(.array) else { return false }
            if rule.checks.contains(.elements), !acceptsElements(reader, node, rule, sealed: sealed) {
                return false
            }
        case .true, .false:
            guard rule.kinds.contains(.boolean) else { return false }
        case .null:
            guard rule.kinds.contains(.null) else { return false }
        }
        if rule.checks.isDisjoint(with: .ofAny) { return true }
        return acceptsAny(reader, node, rule, sealed: sealed)
    }

    /// Whether a value has the form in which personal values are stored.
    static func isSealed(_ reader: JSONReader, _ node: Int) -> Bool {
        guard reader.kind(node) == .object, reader.count(node) == 1 else { return false }
        return reader.text(node + 1, equals: "$sealed") && reader.kind(node + 2) == .string
    }

    private func acceptsAny(_ reader: JSONReader, _ node: Int, _ rule: SchemaRule, sealed: Bool) -> Bool {
        if rule.checks.contains(.reference), !accepts(reader, node, rule.reference, sealed: sealed) {
            return false
        }
        if rule.checks.contains(.choices), !acceptsChoice(reader, node, rule) { return false }
        guard rule.checks.contains(.branches) else { return true }
        for index in rule.allOfStart..<rule.allOfEnd
        where !accepts(reader, node, branches[index], sealed: sealed) {
            return false
        }
        if rule.anyOfEnd > rule.anyOfStart {
            let range = rule.anyOfStart..<rule.anyOfEnd
            guard range.contains(where: { accepts(reader, node, branches[$0], sealed: sealed) }) else {
                return false
            }
        }
        if rule.oneOfEnd > rule.oneOfStart {
            var count = 0
            for index in rule.oneOfStart..<rule.oneOfEnd
            where accepts(reader, node, branches[index], sealed: sealed) {
                count += 1
            }
            guard count == 1 else { return false }
        }
        return true
    }

    func acceptsText(_ reader: JSONReader, _ node: Int, _ rule: SchemaRule) -> Bool {
        reader.withText(node) { text in
            if rule.checks.contains(.length), !Self.hasLength(text, rule.minLength, rule.maxLength) {
                return false
            }
            if rule.checks.contains(.pattern), !patterns[rule.pattern].matches(text) { return false }
            if rule.checks.contains(.date), !Self.isDay(text) { return false }
            return !rule.checks.contains(.dateTime) || Self.isInstant(text)
        }
    }

    /// Whether a text has so many characters (Unicode scalar values).
    static func hasLength(_ text: Span<UInt8>, _ least: Int, _ most: Int) -> Bool {
        // A character takes one to four bytes: most texts need no counting.
        if text.count <= most, text.count >= least * 4 { return true }
        var count = 0
        for index in text.indices where text[index] & 0xC0 != 0x80 { count += 1 }
        return count >= least && count <= most
    }

    static func isDay(_ text: Span<UInt8>) -> Bool {
        do throws(TimeError) {
            _ = try LocalDay(parsing: text)
            return true
        } catch {
            return false
        }
    }

    static func isInstant(_ text: Span<UInt8>) -> Bool {
        do throws(TimeError) {
            _ = try Instant(parsing: text)
            return true
        } catch {
            return false
        }
    }

    /// Whether a number is whole. Beyond 2^53 doubles have no fractions.
    static func isWhole(_ number: Double) -> Bool {
        Int64(exactly: number) != nil || number.magnitude >= 9_007_199_254_740_992
    }

    func acceptsNumber(_ number: Double, _ rule: SchemaRule) -> Bool {
        if !rule.kinds.isSuperset(of: .number) {
            guard rule.kinds.contains(Self.isWhole(number) ? .integer : .fraction) else { return false }
        }
        if rule.checks.contains(.range) {
            guard number >= rule.minimum, number <= rule.maximum else { return false }
            if rule.excludesMinimum, number == rule.minimum { return false }
            if rule.excludesMaximum, number == rule.maximum { return false }
        }
        return !rule.checks.contains(.multiple) || Self.isWhole(number / rule.multiple)
    }

    private func acceptsElements(_ reader: JSONReader, _ node: Int, _ rule: SchemaRule, sealed: Bool) -> Bool
    {
        let count = reader.count(node)
        guard count >= rule.minCount, count <= rule.maxCount else { return false }
        if let element = rule.element {
            let end = reader.next(node)
            var index = node + 1
            while index < end {
                guard accepts(reader, index, element, sealed: sealed) else { return false }
                index = reader.next(index)
            }
        }
        return !rule.unique || repeated(reader, node) == nil
    }

    private func acceptsMembers(_ reader: JSONReader, _ node: Int, _ rule: SchemaRule, sealed: Bool) -> Bool {
        let end = reader.next(node)
        var name = node + 1
        var missing = rule.requiredCount
        while name < end {
            let value = name + 1
            if let place = member(reader, name, rule) {
                let member = members[place]
                if member.isRequired { missing -= 1 }
                if let inner = member.rule {
                    guard accepts(reader, value, inner, sealed: sealed) else { return false }
                } else if !acceptsOther(reader, value, rule, sealed: sealed) {
                    return false
                }
            } else if !acceptsOther(reader, value, rule, sealed: sealed) {
                return false
            }
            name = reader.next(value)
        }
        guard missing == 0 else { return false }
        return rule.dependenciesEnd == rule.dependenciesStart || lacking(reader, node, rule) == nil
    }

    private func acceptsOther(_ reader: JSONReader, _ value: Int, _ rule: SchemaRule, sealed: Bool) -> Bool {
        switch rule.others {
        case .allowed: true
        case .refused: false
        case .rule(let inner): accepts(reader, value, inner, sealed: sealed)
        }
    }

    /// Which of a rule's members a name is.
    func member(_ reader: JSONReader, _ name: Int, _ rule: SchemaRule) -> Int? {
        reader.withText(name) { text in
            let names = names.span
            for place in rule.membersStart..<rule.membersEnd {
                let member = members[place]
                guard member.nameLength == text.count else { continue }
                var index = 0
                while index < text.count, text[index] == names[member.nameStart + index] { index += 1 }
                if index == text.count { return place }
            }
            return nil
        }
    }

    /// The first member that another one wants and that is not there.
    func lacking(_ reader: JSONReader, _ node: Int, _ rule: SchemaRule) -> (name: String, wanted: String)? {
        for index in rule.dependenciesStart..<rule.dependenciesEnd {
            let dependency = dependencies[index]
            guard reader.member(node, named: dependency.name) != nil else { continue }
            for wanted in dependency.wanted where reader.member(node, named: wanted) == nil {
                return (dependency.name, wanted)
            }
        }
        return nil
    }

    func acceptsChoice(_ reader: JSONReader, _ node: Int, _ rule: SchemaRule) -> Bool {
        let choices = choices[rule.choices]
        if reader.kind(node) == .string {
            return choices.texts.contains { reader.text(node, equals: $0.span) }
        }
        guard choices.hasOthers else { return false }
        let value = reader.value(node)
        return choices.values.contains(value)
    }

    /// The first element that equals an earlier one.
    func repeated(_ reader: JSONReader, _ node: Int) -> Int? {
        // Equal values have equal canonical texts. Only arrays that must not repeat themselves come here, and
        // they are short.
        var seen = Set<String>()
        let end = reader.next(node)
        var index = node + 1
        while index < end {
            guard seen.insert(reader.value(index).canonicalText).inserted else { return index }
            index = reader.next(index)
        }
        return nil
    }
}
