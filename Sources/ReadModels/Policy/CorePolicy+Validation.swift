public import Events
public import Projection

extension CorePolicy {
    /// Members of a policy that are free: what people call things, and what a policy is for.
    public static let freeMembers: Set<String> = ["labels", "name", "note"]

    /// Checks the `data.policy` of a policy.adopted event: all problems, in the order of the document.
    ///
    /// A parameter that is not there has its default. An unknown one is a problem, since a misspelt threshold
    /// that changes nothing is worse than an error.
    public static func problems(in policy: JSONValue) -> [PolicyError] {
        guard let members = policy.objectValue else {
            return [PolicyError(path: "policy", expected: "an object", found: policy.typeName)]
        }
        var problems: [PolicyError] = []
        for (name, value) in members where !freeMembers.contains(name) {
            check(value, named: name, in: "", &problems)
        }
        guard problems.isEmpty else { return problems }
        let document = PolicyDocument(parameters: policy, hash: "", position: 0)
        problems += order(document, "lifecycle.theta_dormant", "lifecycle.theta_churn")
        problems += order(document, "tiers.a_share", "tiers.b_share")
        problems += order(document, "churn.medium_from", "churn.high_from")
        return problems
    }

    private static func check(_ value: JSONValue, at path: String, _ problems: inout [PolicyError]) {
        if let parameter = parameters.first(where: { $0.path == path }) {
            if let expected = parameter.expectation(violatedBy: value) {
                problems.append(PolicyError(path: path, expected: expected, found: excerpt(value)))
            }
            return
        }
        let known = parameters.map(\.path).filter { $0.hasPrefix(path + ".") }
        guard !known.isEmpty else {
            problems.append(
                PolicyError(path: path, expected: expectation(at: path), found: "an unknown parameter"))
            return
        }
        guard let members = value.objectValue else {
            problems.append(PolicyError(path: path, expected: "an object", found: excerpt(value)))
            return
        }
        for (name, member) in members {
            check(member, named: name, in: path + ".", &problems)
        }
    }

    /// A name with dots would pass for a path, and would not be found where the path is looked up.
    private static func check(
        _ value: JSONValue, named name: String, in group: String, _ problems: inout [PolicyError]
    ) {
        if name.contains(".") {
            problems.append(
                PolicyError(
                    path: group + name, expected: "groups as objects within objects",
                    found: "a name with dots"))
        } else {
            check(value, at: group + name, &problems)
        }
    }

    /// What may have been meant by a parameter that there is not: near ones, else all of its group.
    private static func expectation(at path: String) -> String {
        let steps = path.split(separator: ".").map(String.init)
        let parent = steps.dropLast().joined(separator: ".")
        var names = Set(
            parameters.map(\.path).filter { parent.isEmpty || $0.hasPrefix(parent + ".") }.map {
                String($0.dropFirst(parent.isEmpty ? 0 : parent.count + 1).prefix { $0 != "." })
            })
        if parent.isEmpty { names.formUnion(freeMembers) }
        let near = NearNames.nearest(to: steps.last ?? path, among: names.sorted())
        if let name = near.first, names.count > 3 {
            return "\(parent.isEmpty ? name : parent + "." + name), if that was meant"
        }
        // A parameter of another group, such as `mu0_days` without `lifecycle`.
        let elsewhere = parameters.map(\.path).filter {
            $0.split(separator: ".").last.map(String.init) == steps.last
        }
        if let found = elsewhere.first { return "\(found), if that was meant" }
        return "one of \(names.sorted().joined(separator: ", "))"
    }

    private static func order(_ policy: PolicyDocument, _ lower: String, _ upper: String) -> [PolicyError] {
        guard let low = try? policy.real(lower), let high = try? policy.real(upper), low > high else {
            return []
        }
        return [
            PolicyError(
                path: upper, expected: "at least \(lower), which is \(low.text12)", found: high.text12)
        ]
    }

    private static func excerpt(_ value: JSONValue) -> String {
        switch value {
        case .number(let number): number.text12
        case .string(let text): "\"\(text.prefix(60))\""
        case .bool(let truth): truth ? "true" : "false"
        case .null, .array, .object: value.typeName
        }
    }
}

extension PolicyDocument {
    /// The value of a parameter, or its default; what is not allowed is an error.
    private func value(_ path: String) throws(PolicyError) -> JSONValue {
        let parameter = CorePolicy.parameter(path)
        guard let value = parameters.value(at: path) else { return parameter.standard }
        if let expected = parameter.expectation(violatedBy: value) {
            throw PolicyError(path: path, expected: expected, found: value.typeName)
        }
        return value
    }

    /// A whole number.
    func whole(_ path: String) throws(PolicyError) -> Int {
        try value(path).integerValue ?? 0
    }

    /// A whole number, or nil where the policy says null.
    func wholeOrNil(_ path: String) throws(PolicyError) -> Int? {
        try value(path).integerValue
    }

    /// A number.
    func real(_ path: String) throws(PolicyError) -> Double {
        try value(path).numberValue ?? 0
    }

    /// A number that has at most three decimals, in thousandths: integer rules compare it exactly.
    func thousandths(_ path: String) throws(PolicyError) -> Int64 {
        try scaled(path, by: 1_000, "at most three decimals")
    }

    /// A number that has at most six decimals, in millionths.
    func millionths(_ path: String) throws(PolicyError) -> Int64 {
        try scaled(path, by: 1_000_000, "at most six decimals")
    }

    /// Whether reads of personal data are to be written down: `access.record`.
    public func recordsAccess() throws(PolicyError) -> Bool { try value("access.record").boolValue ?? false }

    /// A text.
    func text(_ path: String) throws(PolicyError) -> String {
        try value(path).stringValue ?? ""
    }

    /// A list of texts.
    func texts(_ path: String) throws(PolicyError) -> [String] {
        try value(path).arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// One of the texts that are allowed.
    func choice(_ path: String) throws(PolicyError) -> String {
        try value(path).stringValue ?? ""
    }

    /// A number, or nil where the policy says null.
    func realOrNil(_ path: String) throws(PolicyError) -> Double? {
        try value(path).numberValue
    }

    /// A list of numbers.
    func numbers(_ path: String) throws(PolicyError) -> [Double] {
        try value(path).arrayValue?.compactMap(\.numberValue) ?? []
    }

    /// Numbers under names, in the order of the policy.
    func numbersByName(_ path: String) throws(PolicyError) -> [(name: String, number: Double)] {
        var numbers: [(name: String, number: Double)] = []
        for (name, value) in try value(path).objectValue ?? JSONObject() {
            numbers.append((name, value.numberValue ?? 0))
        }
        return numbers
    }

    /// Whole numbers.
    func wholes(_ path: String) throws(PolicyError) -> [Int] {
        try value(path).arrayValue?.compactMap(\.integerValue) ?? []
    }

    /// True or false.
    func truth(_ path: String) throws(PolicyError) -> Bool {
        try value(path).boolValue ?? false
    }

    /// A text, or nil where the policy says null.
    func textOrNil(_ path: String) throws(PolicyError) -> String? {
        try value(path).stringValue
    }

    /// The rows of a table.
    func table(_ path: String) throws(PolicyError) -> [JSONValue] {
        try value(path).arrayValue ?? []
    }

    private func scaled(_ path: String, by factor: Double, _ expected: String) throws(PolicyError) -> Int64 {
        let number = try real(path)
        let scaled = number * factor
        let nearest = Int64(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
        guard abs(Double(nearest) - scaled) < 1e-6 else {
            throw PolicyError(path: path, expected: "a number with \(expected)", found: number.text12)
        }
        return nearest
    }
}
