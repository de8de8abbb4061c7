/// The members of a JSON object, in the order in which they were put in. Equality ignores the order.
public struct JSONObject: Sendable, Equatable, Sequence {
    /// One member.
    public typealias Member = (name: String, value: JSONValue)

    private var names: [String] = []
    private var values: [JSONValue] = []
    /// Where a name stands; kept for objects that are too large to search.
    private var places: [String: Int] = [:]
    private static let searched = 16

    /// An object without members.
    public init() {}

    /// An object with these members; of members with one name the last one counts.
    public init(_ members: [(String, JSONValue)]) {
        for (name, value) in members { self[name] = value }
    }

    /// The number of members.
    public var count: Int { names.count }
    /// Whether there are no members.
    public var isEmpty: Bool { names.isEmpty }
    /// The names, in order.
    public var keys: [String] { names }

    /// A member's value; nil where there is none. Setting nil removes the member, setting a value replaces it
    /// in its place or puts it at the end.
    public subscript(name: String) -> JSONValue? {
        get { place(of: name).map { values[$0] } }
        set {
            switch (place(of: name), newValue) {
            case (let place?, let value?): values[place] = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(name, value)
            case (nil, nil): break
            }
        }
    }

    /// The members in order.
    public func makeIterator() -> AnyIterator<Member> {
        var index = 0
        return AnyIterator { [names, values] in
            guard index < names.count else { return nil }
            defer { index += 1 }
            return (names[index], values[index])
        }
    }

    /// Puts a member at the end whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) {
        names.append(name)
        values.append(value)
        if names.count > Self.searched + 1 {
            places[name] = names.count - 1
        } else if names.count == Self.searched + 1 {
            indexNames()
        }
    }

    private func place(of name: String) -> Int? {
        names.count > Self.searched ? places[name] : names.firstIndex(of: name)
    }

    private mutating func remove(at place: Int) {
        names.remove(at: place)
        values.remove(at: place)
        indexNames()
    }

    private mutating func indexNames() {
        places = [:]
        guard names.count > Self.searched else { return }
        for (index, name) in names.enumerated() { places[name] = index }
    }

    /// Whether both have the same members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.name] == $0.value }
    }
}
