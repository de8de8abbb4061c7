// What is left of a schema for texts of one shape: see EventForms.
extension SchemaProgram {
    /// Adds the checks of those values below a node that may be wrong in another text of the same shape, where this
    /// one is as rule `number` wants it. Names, kinds of values and lengths of arrays are those of the shape, and
    /// so is whether a personal value is sealed.
    func addChecks(_ reader: JSONReader, _ node: Int, _ number: Int, to checks: inout [FormCheck]) {
        let rule = rules[number]
        if rule.isPersonal, Self.isSealed(reader, node) { return }
        // What depends on several values at once is looked at as a whole.
        let isSimple = rule.checks.isDisjoint(with: [.branches, .choices])
        switch reader.kind(node) {
        case .null, .false, .true:
            return
        case .object where isSimple:
            if rule.checks.contains(.members) { addMembers(reader, node, rule, to: &checks) }
        case .array where isSimple && !rule.unique:
            guard rule.checks.contains(.elements), let element = rule.element else { break }
            reader.forEachElement(of: node) { addChecks(reader, $0, element, to: &checks) }
        case .string where isSimple && rule.checks.isDisjoint(with: .ofStrings):
            break
        case .number
        where isSimple && rule.checks.isDisjoint(with: .ofNumbers) && rule.kinds.contains(.number):
            break
        default:
            checks.append(FormCheck(node: node, rule: number))
            return
        }
        if rule.checks.contains(.reference) { addChecks(reader, node, rule.reference, to: &checks) }
    }

    private func addMembers(
        _ reader: JSONReader, _ node: Int, _ rule: SchemaRule, to checks: inout [FormCheck]
    ) {
        let buckets = Buckets(rule)
        reader.forEachMember(of: node) { name, value in
            let member = member(reader, name, buckets).map { members[$0] }
            if let member, let inner = member.rule {
                // The lengths of most texts say enough.
                if reader.isText(value, lengthIn: member.shortcut) {
                    checks.append(FormCheck(node: value, rule: inner, lengths: member.shortcut))
                } else {
                    addChecks(reader, value, inner, to: &checks)
                }
            } else if case .rule(let inner) = rule.others {
                addChecks(reader, value, inner, to: &checks)
            }
        }
    }
}
