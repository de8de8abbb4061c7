/// Turns data of one version of a type into data of the next, when it is read. What is stored is never
/// rewritten.
public struct Upcaster: Sendable {
    /// The type whose data it turns.
    public let type: String
    /// The version that it takes; it gives the next one.
    public let version: Int
    /// Gives the data of the next version. Sealed values stay as they are.
    public let upcast: @Sendable (JSONValue) -> JSONValue

    /// An upcaster from `version` to the next one.
    public init(type: String, version: Int, upcast: @escaping @Sendable (JSONValue) -> JSONValue) {
        self.type = type
        self.version = version
        self.upcast = upcast
    }
}

/// All upcasters that a program knows.
public struct Upcasting: Sendable {
    /// The upcasters of the built-in types: none while all of them are of version 1.
    public static let builtIn = Upcasting([])

    private struct Step: Hashable {
        let type: String
        let version: Int
    }

    private let steps: [Step: Upcaster]

    /// Upcasters, at most one for each version of a type; two for one are a programming error.
    public init(_ upcasters: [Upcaster]) {
        var steps: [Step: Upcaster] = [:]
        for upcaster in upcasters {
            let step = Step(type: upcaster.type, version: upcaster.version)
            precondition(steps[step] == nil, "two upcasters from version \(step.version) of \(step.type)")
            steps[step] = upcaster
        }
        self.steps = steps
    }

    /// Whether nothing is ever turned, so that data can be read where it stands.
    public var isEmpty: Bool { steps.isEmpty }

    /// Turns data of `version` into data of the newest version that there are upcasters to.
    public func upcast(_ data: JSONValue, type: String, version: Int) -> (data: JSONValue, version: Int) {
        var (data, version) = (data, version)
        while let upcaster = steps[Step(type: type, version: version)] {
            data = upcaster.upcast(data)
            version += 1
        }
        return (data, version)
    }
}
