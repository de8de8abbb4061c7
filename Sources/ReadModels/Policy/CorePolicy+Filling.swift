public import Events

extension CorePolicy {
    /// A policy with every parameter written out, in the order of the table: absent ones with their defaults.
    /// What is adopted is stored so, and means the same when a later program has other defaults.
    ///
    /// - Parameter policy: one without problems.
    public static func filled(_ policy: JSONValue) -> JSONValue {
        var result = JSONObject()
        for name in freeMembers.sorted() {
            if let value = policy[name] { result[name] = value }
        }
        for parameter in parameters {
            let value = policy.value(at: parameter.path) ?? parameter.standard
            result = inserted(value, at: parameter.path.split(separator: ".")[...], into: result)
        }
        return .object(result)
    }

    /// The parameters in which two policies differ, in the order of the table.
    public static func differences(from old: JSONValue, to new: JSONValue) -> [PolicyDifference] {
        parameters.compactMap { parameter in
            let (from, to) = (
                old.value(at: parameter.path) ?? parameter.standard,
                new.value(at: parameter.path) ?? parameter.standard
            )
            return from == to ? nil : PolicyDifference(path: parameter.path, from: from, to: to)
        }
    }
}

/// A parameter that two policies set differently.
public struct PolicyDifference: Sendable, Equatable {
    /// The dotted path.
    public let path: String
    /// The value in the first.
    public let from: JSONValue
    /// The value in the second.
    public let to: JSONValue
}
