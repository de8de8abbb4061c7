// Works out what is wrong with a value that SchemaProgram+Accepting has refused. Slow, and called for refused
// events only.
extension SchemaProgram {
    /// Where values are looked at, and what may be told of them.
    struct Explanation {
        let reader: JSONReader
        let sealed: Bool
    }

    /// The first problem of the value at a node, or nil where it is as rule `number` wants it. `pointer` is
    /// the node's.
    func problem(_ place: Explanation, _ node: Int, _ number: Int, _ pointer: String) -> EventProblem? {
        let reader = place.reader
        let rule = rules[number]
        if accepts(reader, node, number, sealed: place.sealed) { return nil }
        let kind = reader.kind(node)
        if let wrong = problemOfKind(reader, node, rule, pointer) { return wrong }
        if rule.checks.contains(.reference),
            let wrong = problem(place, node, rule.reference, pointer)
        {
            return wrong
        }
        switch kind {
        case .string, .name:
            if !acceptsText(reader, node, number) { return problemOfText(reader, node, rule, pointer) }
        case .number:
            if !acceptsNumber(reader.number(node), number) {
                return problemOfNumber(reader, node, rule, pointer)
            }
        case .array:
            if let wrong = problemOfElements(place, node, rule, pointer) { return wrong }
        case .object:
            if let wrong = problemOfMembers(place, node, number, pointer) { return wrong }
        case .true, .false, .null: break
        }
        if rule.checks.contains(.choices), !acceptsChoice(reader, node, rule.choices) {
            return EventProblem(
                code: "not_listed", pointer: pointer,
                expected: words(of: choices[rule.choices]),
                found: Self.found(reader, node, hidden: rule.isPersonal))
        }
        return problemOfBranches(place, node, rule, pointer)
    }

    private func problemOfKind(
        _ reader: JSONReader, _ node: Int, _ rule: SchemaRule, _ pointer: String
    ) -> EventProblem? {
        let kinds: SchemaKinds
        switch reader.kind(node) {
        case .string, .name: kinds = .string
        case .number: kinds = SchemaProgram.isWhole(reader.number(node)) ? .integer : .fraction
        case .array: kinds = .array
        case .object: kinds = .object
        case .true, .false: kinds = .boolean
        case .null: kinds = .null
        }
        guard !rule.kinds.contains(kinds) else { return nil }
        if rule.kinds == .none {
            return EventProblem(
                code: "not_allowed", pointer: pointer, expected: "nothing", found: reader.kind(node).words)
        }
        var expected = Self.words(of: rule.kinds)
        if let phrase = rule.checks.contains(.pattern) ? Self.phrase(for: patterns[rule.pattern].source) : nil
        {
            expected = phrase
        }
        return EventProblem(
            code: "wrong_type", pointer: pointer, expected: expected,
            found: Self.found(reader, node, hidden: rule.isPersonal))
    }

    private func problemOfText(
        _ reader: JSONReader, _ node: Int, _ rule: SchemaRule, _ pointer: String
    ) -> EventProblem {
        var found = Self.found(reader, node, hidden: rule.isPersonal)
        let length = reader.string(node).unicodeScalars.count
        if rule.checks.contains(.length), length < rule.minLength || length > rule.maxLength {
            let expected =
                length < rule.minLength
                ? (rule.minLength == 1 ? "a text that is not empty" : "at least \(rule.minLength) characters")
                : "at most \(rule.maxLength) characters"
            if length > 0 { found = "a text of \(length) characters" }
            return EventProblem(code: "bad_length", pointer: pointer, expected: expected, found: found)
        }
        if rule.checks.contains(.pattern),
            !reader.withText(node, { patterns[rule.pattern].matches($0) })
        {
            let source = patterns[rule.pattern].source
            return EventProblem(
                code: "bad_text", pointer: pointer,
                expected: Self.phrase(for: source) ?? "a text that matches \(source)", found: found)
        }
        do throws(TimeError) {
            if rule.checks.contains(.date) { _ = try LocalDay(parsing: reader.string(node)) }
            if rule.checks.contains(.dateTime) { _ = try Instant(parsing: reader.string(node)) }
        } catch {
            if !rule.isPersonal { found = error.description }
        }
        let expected = rule.checks.contains(.date) ? "a day, YYYY-MM-DD" : "an RFC 3339 time with offset"
        return EventProblem(code: "bad_time", pointer: pointer, expected: expected, found: found)
    }

    private func problemOfNumber(
        _ reader: JSONReader, _ node: Int, _ rule: SchemaRule, _ pointer: String
    ) -> EventProblem {
        let number = reader.number(node)
        let found = Self.found(reader, node, hidden: rule.isPersonal)
        if rule.checks.contains(.range),
            number < rule.minimum || (rule.excludesMinimum && number == rule.minimum)
        {
            let bound = JSONValue.number(rule.minimum).canonicalText
            return EventProblem(
                code: "out_of_range", pointer: pointer,
                expected: rule.excludesMinimum ? "more than \(bound)" : "at least \(bound)", found: found)
        }
        if rule.checks.contains(.range),
            number > rule.maximum || (rule.excludesMaximum && number == rule.maximum)
        {
            let bound = JSONValue.number(rule.maximum).canonicalText
            return EventProblem(
                code: "out_of_range", pointer: pointer,
                expected: rule.excludesMaximum ? "less than \(bound)" : "at most \(bound)", found: found)
        }
        return EventProblem(
            code: "out_of_range", pointer: pointer,
            expected: "a multiple of \(JSONValue.number(rule.multiple).canonicalText)", found: found)
    }

    private func problemOfElements(
        _ place: Explanation, _ node: Int, _ rule: SchemaRule, _ pointer: String
    ) -> EventProblem? {
        guard rule.checks.contains(.elements) else { return nil }
        let reader = place.reader
        let count = reader.count(node)
        if count < rule.minCount || count > rule.maxCount {
            return EventProblem(
                code: "bad_count", pointer: pointer,
                expected: count < rule.minCount
                    ? "at least \(rule.minCount) elements" : "at most \(rule.maxCount) elements",
                found: count == 1 ? "1 element" : "\(count) elements")
        }
        var number = 0
        var index = node + 1
        let end = reader.next(node)
        while index < end {
            if let element = rule.element,
                let wrong = problem(place, index, element, "\(pointer)/\(number)")
            {
                return wrong
            }
            if rule.unique, repeated(reader, node) == index {
                return EventProblem(
                    code: "repeated", pointer: "\(pointer)/\(number)", expected: "elements that differ",
                    found: "an element a second time")
            }
            index = reader.next(index)
            number += 1
        }
        return nil
    }

    private func problemOfMembers(
        _ place: Explanation, _ node: Int, _ number: Int, _ pointer: String
    ) -> EventProblem? {
        let rule = rules[number]
        guard rule.checks.contains(.members) else { return nil }
        let reader = place.reader
        var name = node + 1
        let end = reader.next(node)
        while name < end {
            let inside = "\(pointer)/\(JSONPointer.escape(reader.string(name)))"
            if let inner = self.member(reader, name, Buckets(rule)).flatMap({ members[$0].rule }) {
                if let wrong = problem(place, name + 1, inner, inside) { return wrong }
            } else if case .rule(let inner) = rule.others {
                if let wrong = problem(place, name + 1, inner, inside) { return wrong }
            } else if case .refused = rule.others {
                return unknownMember(reader.string(name), rule, inside)
            }
            name = reader.next(name + 1)
        }
        for member in members[rule.membersStart..<rule.membersEnd] where member.isRequired {
            let text = self.name(of: member)
            guard reader.member(node, named: text) == nil else { continue }
            return EventProblem(
                code: "missing", pointer: "\(pointer)/\(JSONPointer.escape(text))",
                expected: "the member \(text)", found: "nothing")
        }
        guard let lacking = lacking(reader, node, rule) else { return nil }
        return EventProblem(
            code: "missing", pointer: "\(pointer)/\(JSONPointer.escape(lacking.wanted))",
            expected: "the member \(lacking.wanted), since there is \(lacking.name)", found: "nothing")
    }

    private func unknownMember(_ name: String, _ rule: SchemaRule, _ pointer: String) -> EventProblem {
        let known = members[rule.membersStart..<rule.membersEnd].filter { $0.rule != nil }.map(self.name(of:))
        let near = NearNames.nearest(to: name, among: known)
        let expected =
            if known.isEmpty {
                "no members"
            } else if near.isEmpty {
                "one of the members \(known.joined(separator: ", "))"
            } else {
                "a known member; did you mean \(near.joined(separator: " or "))?"
            }
        let shown = name.count > 60 ? name.prefix(60) + "…" : name
        return EventProblem(code: "unknown_member", pointer: pointer, expected: expected, found: "“\(shown)”")
    }

    private func problemOfBranches(
        _ place: Explanation, _ node: Int, _ rule: SchemaRule, _ pointer: String
    ) -> EventProblem? {
        for index in rule.allOfStart..<rule.allOfEnd {
            if let wrong = problem(place, node, branches[index], pointer) { return wrong }
        }
        for range in [rule.anyOfStart..<rule.anyOfEnd, rule.oneOfStart..<rule.oneOfEnd] where !range.isEmpty {
            let wrongs = range.compactMap { problem(place, node, branches[$0], pointer) }
            let fitting = range.count - wrongs.count
            guard fitting == 0 else {
                if range.lowerBound == rule.oneOfStart, fitting > 1 {
                    return EventProblem(
                        code: "ambiguous", pointer: pointer, expected: "exactly one of several forms",
                        found: "a value that fits \(fitting) of them")
                }
                continue
            }
            // A problem deeper inside the value is the better one: its kind was right.
            if let deep = wrongs.first(where: { $0.pointer != pointer }) { return deep }
            var expected: [String] = []
            for wrong in wrongs where !expected.contains(wrong.expected) { expected.append(wrong.expected) }
            return EventProblem(
                code: wrongs[0].code, pointer: pointer, expected: expected.joined(separator: ", or "),
                found: Self.found(place.reader, node, hidden: rule.isPersonal))
        }
        return nil
    }
}
