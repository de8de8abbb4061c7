/// What the values of a field can be, as far as comparing them goes.
public struct FieldKinds: OptionSet, Sendable {
    /// The members as bits.
    public let rawValue: UInt8

    /// The members whose bits are set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Texts.
    public static let text = FieldKinds(rawValue: 1)
    /// Numbers.
    public static let number = FieldKinds(rawValue: 2)
    /// True and false.
    public static let truth = FieldKinds(rawValue: 4)
    /// Objects, such as amounts with their currency.
    public static let object = FieldKinds(rawValue: 8)
    /// Whatever there is.
    public static let any: FieldKinds = [.text, .number, .truth, .object]
}

extension EventSchema {
    /// What a field inside `data` can be. Of a list, what its elements can be counts too, since a list is compared
    /// by them.
    ///
    /// - Parameter steps: the names of members, and numbers of elements, from `data` on.
    /// - Returns: nothing where the schema leaves no room for such a field.
    public func kinds(at steps: [String]) -> FieldKinds { program.kinds(0, at: steps[...], depth: 0) }
}

extension SchemaRegistry {
    /// What a field inside `data` can be in events of any type and version.
    public func kinds(at steps: [String]) -> FieldKinds {
        var kinds: FieldKinds = []
        for type in types {
            for version in 1...versionCount(of: type) {
                if let schema = schema(type: type, version: version) {
                    kinds.formUnion(schema.kinds(at: steps))
                }
            }
        }
        return kinds
    }
}

extension SchemaProgram {
    fileprivate func kinds(_ number: Int, at steps: ArraySlice<String>, depth: Int) -> FieldKinds {
        // A schema that refers to itself without end says nothing.
        guard depth < JSONReader.maximumDepth else { return .any }
        let rule = rules[number]
        var kinds = steps.isEmpty ? own(rule, depth) : inner(rule, steps, depth)
        func narrow(_ other: Int) { kinds.formIntersection(self.kinds(other, at: steps, depth: depth + 1)) }
        if rule.checks.contains(.reference) { narrow(rule.reference) }
        for branch in rule.allOfStart..<rule.allOfEnd { narrow(branches[branch]) }
        for range in [rule.anyOfStart..<rule.anyOfEnd, rule.oneOfStart..<rule.oneOfEnd] where !range.isEmpty {
            kinds.formIntersection(
                range.reduce(into: []) {
                    $0.formUnion(self.kinds(branches[$1], at: steps, depth: depth + 1))
                })
        }
        return kinds
    }

    private func own(_ rule: SchemaRule, _ depth: Int) -> FieldKinds {
        var kinds: FieldKinds = []
        if rule.kinds.contains(.string) { kinds.insert(.text) }
        if !rule.kinds.isDisjoint(with: .number) { kinds.insert(.number) }
        if rule.kinds.contains(.boolean) { kinds.insert(.truth) }
        if rule.kinds.contains(.object) { kinds.insert(.object) }
        if rule.kinds.contains(.array) {
            kinds.formUnion(rule.element.map { self.kinds($0, at: [], depth: depth + 1) } ?? .any)
        }
        return kinds
    }

    private func inner(_ rule: SchemaRule, _ steps: ArraySlice<String>, _ depth: Int) -> FieldKinds {
        guard let step = steps.first else { return .any }
        let rest = steps.dropFirst()
        var kinds: FieldKinds = []
        if rule.kinds.contains(.object) {
            let named = members[rule.membersStart..<rule.membersEnd].first { name(of: $0) == step }
            if let named {
                kinds.formUnion(named.rule.map { self.kinds($0, at: rest, depth: depth + 1) } ?? .any)
            } else {
                switch rule.others {
                case .allowed: kinds = .any
                case .refused: break
                case .rule(let inner): kinds.formUnion(self.kinds(inner, at: rest, depth: depth + 1))
                }
            }
        }
        if rule.kinds.contains(.array), Int(step) != nil {
            kinds.formUnion(rule.element.map { self.kinds($0, at: rest, depth: depth + 1) } ?? .any)
        }
        return kinds
    }
}
