import Yams

extension MappingCompiler {
    /// Reads `when`: all the tests in it must hold.
    mutating func readConditions(_ node: Node?) throws(MappingError) -> [Condition] {
        guard let node else { return [] }
        var conditions: [Condition] = []
        for member in try yaml.members(node, "when", allowed: nil) {
            let field = try path(member.key, member.node)
            for test in try readTests(member.node) { conditions.append(Condition(field: field, test: test)) }
        }
        return conditions
    }

    private func readTests(_ node: Node) throws(MappingError) -> [Condition.Test] {
        guard case .mapping = node else { return [.isOneOf(try constants(node))] }
        var tests: [Condition.Test] = []
        let allowed = ["not", "present", "below", "at_least"]
        for member in try yaml.members(node, "when", allowed: allowed) {
            switch member.key {
            case "not": tests.append(.isNoneOf(try constants(member.node)))
            case "present": tests.append(.isPresent(try yaml.bool(member.node, "present")))
            case "below": tests.append(.isBelow(try yaml.number(member.node, "below")))
            default: tests.append(.isAtLeast(try yaml.number(member.node, "at_least")))
            }
        }
        return tests
    }

    private func constants(_ node: Node) throws(MappingError) -> [Constant] {
        guard case .sequence(let sequence) = node else { return [try yaml.constant(node)] }
        var constants: [Constant] = []
        for element in sequence { constants.append(try yaml.constant(element)) }
        return constants
    }
}
