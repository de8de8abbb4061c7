// Which values are personal, so that they are sealed before they are stored.
extension SchemaProgram {
    /// The JSON Pointers of personal values, `*` for every element and every member that is not named.
    func personalPaths() throws(SchemaError) -> [String] {
        guard rules.contains(where: \.isPersonal) else { return [] }
        var paths: [String] = []
        try collectPaths(0, "", 0, &paths)
        return paths
    }

    private func collectPaths(
        _ number: Int, _ path: String, _ depth: Int, _ paths: inout [String]
    ) throws(SchemaError) {
        let rule = rules[number]
        guard depth <= JSONReader.maximumDepth else {
            throw SchemaError(
                pointer: "", keyword: "x-personal", reason: "cannot stand in a schema that refers to itself")
        }
        if rule.isPersonal {
            guard !path.isEmpty else {
                throw SchemaError(
                    pointer: "", keyword: "x-personal",
                    reason: "stands on members of data, not on data itself")
            }
            paths.append(path)
            return
        }
        for branch in [rule.anyOfStart..<rule.anyOfEnd, rule.oneOfStart..<rule.oneOfEnd].joined()
        where holdsPersonal(branches[branch], []) {
            throw SchemaError(
                pointer: path, keyword: "x-personal",
                reason: "cannot stand inside anyOf or oneOf: it must be clear before what is to be sealed")
        }
        for branch in rule.allOfStart..<rule.allOfEnd {
            try collectPaths(branches[branch], path, depth + 1, &paths)
        }
        if rule.checks.contains(.reference) { try collectPaths(rule.reference, path, depth + 1, &paths) }
        for member in members[rule.membersStart..<rule.membersEnd] {
            guard let inner = member.rule else { continue }
            try collectPaths(inner, "\(path)/\(JSONPointer.escape(name(of: member)))", depth + 1, &paths)
        }
        if case .rule(let inner) = rule.others { try collectPaths(inner, "\(path)/*", depth + 1, &paths) }
        if let element = rule.element { try collectPaths(element, "\(path)/*", depth + 1, &paths) }
    }

    private func holdsPersonal(_ number: Int, _ open: Set<Int>) -> Bool {
        let rule = rules[number]
        guard !open.contains(number) else { return false }
        guard !rule.isPersonal else { return true }
        var inner = Array(branches[rule.anyOfStart..<rule.anyOfEnd])
        inner += branches[rule.oneOfStart..<rule.oneOfEnd]
        inner += branches[rule.allOfStart..<rule.allOfEnd]
        inner += members[rule.membersStart..<rule.membersEnd].compactMap(\.rule)
        if rule.checks.contains(.reference) { inner.append(rule.reference) }
        if case .rule(let others) = rule.others { inner.append(others) }
        if let element = rule.element { inner.append(element) }
        return inner.contains { holdsPersonal($0, open.union([number])) }
    }

    /// The personal values below a node, in the order of the text.
    func personalNodes(
        _ reader: JSONReader, _ node: Int, _ number: Int, _ pointer: String
    ) -> [(node: Int, pointer: String)] {
        let rule = rules[number]
        guard !rule.isPersonal else { return [(node, pointer)] }
        var found: [(node: Int, pointer: String)] = []
        for branch in rule.allOfStart..<rule.allOfEnd {
            found += personalNodes(reader, node, branches[branch], pointer)
        }
        if rule.checks.contains(.reference) {
            found += personalNodes(reader, node, rule.reference, pointer)
        }
        if rule.checks.contains(.members) {
            reader.forEachMember(of: node) { name, value in
                let place = member(reader, name, Buckets(rule))
                var inner = place.flatMap { members[$0].rule }
                if inner == nil, case .rule(let others) = rule.others { inner = others }
                guard let inner, holdsPersonal(inner, []) else { return }
                let path = "\(pointer)/\(JSONPointer.escape(reader.string(name)))"
                found += personalNodes(reader, value, inner, path)
            }
        }
        if let element = rule.element, holdsPersonal(element, []) {
            var index = 0
            reader.forEachElement(of: node) { value in
                found += personalNodes(reader, value, element, "\(pointer)/\(index)")
                index += 1
            }
        }
        return found
    }
}
