import Events

/// The paths of values in events, as columns of values are called: a hash of the steps.
enum ValuePath {
    /// How many elements of an array have paths of their own.
    static let arrayReach = 8

    /// The attributes of the envelope that have columns, besides what is in `data`. An id has none: hardly two events
    /// have the same, and the index of identities finds it.
    static let attributes: [StaticString] = [
        "type", "subject", "source", "authid", "correlationid", "causationid",
    ]

    /// The path of an event itself, to which steps are added.
    static let root: UInt64 = 0x6461_7962_6F6F_6B21

    /// A path that goes one step further: to a member, whose name's hash it is.
    static func adding(nameHash: UInt64, to path: UInt64) -> UInt64 {
        var mixed = (path << 23 | path >> 41) ^ nameHash
        mixed = mixed &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 29
    }

    /// A path that goes one step further.
    static func adding(_ step: String, to path: UInt64) -> UInt64 {
        adding(nameHash: StableHash.hash(step), to: path)
    }

    /// The hash of a dotted path; nil where what stands there is in no column.
    static func hash(of path: String) -> UInt64? {
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let first = steps.first else { return nil }
        if first == "data" {
            guard steps.count > 1, steps.allSatisfy(isCovered) else { return nil }
        } else {
            guard steps.count == 1, attributes.contains(where: { $0.description == first }) else {
                return nil
            }
        }
        return steps.reduce(root) { adding($1, to: $0) }
    }

    /// Elements further back have no columns, and a sealed value is not looked into. A number that is not written
    /// as columns write it may still mean an element.
    private static func isCovered(_ step: String) -> Bool {
        guard let number = Int(step) else { return step != sealedMark }
        return number >= 0 && number < arrayReach && String(number) == step
    }

    /// The name of the only member of a sealed value.
    private static let sealedMark = "$sealed"
}
