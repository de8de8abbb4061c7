// The way of every event: says yes or no, and makes nothing. What is wrong is worked out afterwards, by
// SchemaProgram+Explaining, for the few that are refused.
extension SchemaProgram {
    /// Whether the value at a node is as rule `number` wants it. With `sealed`, personal values may stand as
    /// `{"$sealed": "…"}`.
    func accepts(_ reader: JSONReader, _ node: Int, _ number: Int, sealed: Bool) -> Bool {
        // Rules are read field by field where they stand: copying them whole costs more than checking.
        let kinds = rules[number].kinds
        let checks = rules[number].checks
        if sealed, rules[number].isPersonal, Self.isSealed(reader, node) { return true }
        switch reader.kind(node) {
        case .string, .name:
            guard kinds.contains(.string) else { return false }
            if !checks.isDisjoint(with: .ofStrings), !acceptsText(reader, node, number) { return false }
        case .number:
            guard acceptsNumber(reader.number(node), number) else { return false }
        case .object:
            guard kinds.contains(.object) else { return false }
            if checks.contains(.members), !acceptsMembers(reader, node, number, sealed: sealed) {
                return false
            }
        case .array:
            guard kinds.contains(.array) else { return false }
            if checks.contains(.elements), !acceptsElements(reader, node, rules[number], sealed: sealed) {
                return false
            }
        case .true, .false:
            guard kinds.contains(.boolean) else { return false }
        case .null:
            guard kinds.contains(.null) else { return false }
        }
        if checks.isDisjoint(with: .ofAny) { return true }
        if checks.contains(.reference), !accepts(reader, node, rules[number].reference, sealed: sealed) {
            return false
        }
        if checks.contains(.choices), !acceptsChoice(reader, node, rules[number].choices) { return false }
        return !checks.contains(.branches) || acceptsBranches(reader, node, rules[number], sealed: sealed)
    }

    /// Whether a value has the form in which personal values are stored.
    static func isSealed(_ reader: JSONReader, _ node: Int) -> Bool {
        guard reader.kind(node) == .object, reader.count(node) == 1 else { return false }
        return reader.text(node + 1, equals: "$sealed") && reader.kind(node + 2) == .string
    }

    private func acceptsBranches(
        _ reader: JSONReader, _ node: Int, _ rule: SchemaRule, sealed: Bool
    ) -> Bool {
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

    func acceptsText(_ reader: JSONReader, _ node: Int, _ rule: Int) -> Bool {
        let checks = rules[rule].checks
        return reader.withText(node) { text in
            if checks.contains(.length), !Self.hasLength(text, rules[rule].minLength, rules[rule].maxLength) {
                return false
            }
            if checks.contains(.pattern), !patterns[rules[rule].pattern].matches(text) { return false }
            if checks.contains(.date), !Self.isDay(text) { return false }
            return !checks.contains(.dateTime) || Self.isInstant(text)
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

    /// Whether a number divided by another one is whole. A quotient too large for a double is none.
    static func isMultiple(_ number: Double, of divisor: Double) -> Bool {
        let quotient = number / divisor
        return quotient.isFinite && isWhole(quotient)
    }

    func acceptsNumber(_ number: Double, _ place: Int) -> Bool {
        let rule = rules[place]
        if !rule.kinds.isSuperset(of: .number) {
            guard rule.kinds.contains(Self.isWhole(number) ? .integer : .fraction) else { return false }
        }
        if rule.checks.contains(.range) {
            guard number >= rule.minimum, number <= rule.maximum else { return false }
            if rule.excludesMinimum, number == rule.minimum { return false }
            if rule.excludesMaximum, number == rule.maximum { return false }
        }
        return !rule.checks.contains(.multiple) || Self.isMultiple(number, of: rule.multiple)
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

    private func acceptsMembers(_ reader: JSONReader, _ node: Int, _ rule: Int, sealed: Bool) -> Bool {
        let end = reader.next(node)
        var name = node + 1
        var missing = rules[rule].requiredCount
        let buckets = Buckets(rules[rule])
        while name < end {
            let value = name + 1
            let next = reader.next(value)
            if let place = member(reader, name, buckets) {
                if members[place].isRequired { missing -= 1 }
                if !reader.isText(value, lengthIn: members[place].shortcut) {
                    if let inner = members[place].rule {
                        guard accepts(reader, value, inner, sealed: sealed) else { return false }
                    } else if !acceptsOther(reader, value, rules[rule].others, sealed: sealed) {
                        return false
                    }
                }
            } else if !acceptsOther(reader, value, rules[rule].others, sealed: sealed) {
                return false
            }
            name = next
        }
        guard missing == 0 else { return false }
        return rules[rule].dependenciesEnd == rules[rule].dependenciesStart
            || lacking(reader, node, rules[rule]) == nil
    }

    private func acceptsOther(
        _ reader: JSONReader, _ value: Int, _ others: SchemaOthers, sealed: Bool
    ) -> Bool {
        switch others {
        case .allowed: true
        case .refused: false
        case .rule(let inner): accepts(reader, value, inner, sealed: sealed)
        }
    }

    /// Where the members of a rule are looked up.
    struct Buckets {
        let start: Int
        let shift: UInt64
        let mask: Int
        let isEmpty: Bool

        init(_ rule: SchemaRule) {
            start = rule.bucketsStart
            shift = rule.bucketShift
            mask = (1 << (64 - Int(rule.bucketShift))) - 1
            isEmpty = rule.membersEnd == rule.membersStart
        }
    }

    /// Which of a rule's members a name is.
    @inline(__always)
    func member(_ reader: JSONReader, _ name: Int, _ buckets: Buckets) -> Int? {
        guard !buckets.isEmpty else { return nil }
        let (length, prefix) = reader.nameDigest(name)
        var bucket = SchemaMember.bucket(length, prefix, shift: buckets.shift)
        while true {
            let place = Int(self.buckets[buckets.start + bucket]) - 1
            guard place >= 0 else { return nil }
            if members[place].prefix == prefix, members[place].nameLength == length,
                length <= 8 || hasName(reader, name, members[place])
            {
                return place
            }
            bucket = (bucket + 1) & buckets.mask
        }
    }

    private func hasName(_ reader: JSONReader, _ name: Int, _ member: SchemaMember) -> Bool {
        let end = member.nameStart + Int(member.nameLength)
        return reader.text(name, equals: names.span.extracting(member.nameStart..<end))
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

    func acceptsChoice(_ reader: JSONReader, _ node: Int, _ number: Int) -> Bool {
        let choices = choices[number]
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
