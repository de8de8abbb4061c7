public import Events

/// JSON records as rows of a table: nested members become columns with dotted names.
public struct FlatRecords: Sendable {
    /// The dotted paths, in the order of the records' members.
    public private(set) var paths: [String]
    /// One row a record; nil where it has no such member.
    public private(set) var rows: [[JSONValue?]]

    /// Flattens records. Arrays stay values; a member that is null in one record and an object in another has
    /// the columns of the object only.
    public init(_ records: [JSONValue]) {
        let leaves = records.map { FlatRecords.leaves(of: $0) }
        var order = PathOrder()
        for record in leaves { order.add(record.map(\.path)) }
        var kept = order.paths
        let parents = Set(kept.flatMap { FlatRecords.parents(of: $0) })
        // Arrays and scalars are never thrown away: only what says nothing.
        let saying = Set(leaves.joined().filter { !$0.value.saysNothing }.map(\.path))
        kept.removeAll { parents.contains($0) && !saying.contains($0) }
        paths = kept
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        rows = leaves.map { record in
            var row = [JSONValue?](repeating: nil, count: kept.count)
            for leaf in record {
                if let place = places[leaf.path] { row[place] = leaf.value }
            }
            return row
        }
    }

    /// The values of a record that hold no others but in arrays, with their dotted paths.
    public static func leaves(of record: JSONValue) -> [(path: String, value: JSONValue)] {
        var result: [(path: String, value: JSONValue)] = []
        collect(record, path: "", into: &result)
        return result
    }

    private static func collect(
        _ value: JSONValue, path: String, into result: inout [(path: String, value: JSONValue)]
    ) {
        guard case .object(let object) = value, !object.isEmpty || path.isEmpty else {
            result.append((path, value))
            return
        }
        for member in object {
            collect(member.value, path: path.isEmpty ? member.name : "\(path).\(member.name)", into: &result)
        }
    }

    private static func parents(of path: String) -> [String] {
        path.indices.filter { path[$0] == "." }.map { String(path[..<$0]) }
    }

    /// The records as comma-separated values with a header line.
    public func csv(_ write: (String) throws -> Void) rethrows {
        try write(CSV.line(paths))
        for row in rows {
            try write(CSV.line(row.map { $0.map(FlatRecords.field) ?? "" }))
        }
    }

    /// A value as a field of a CSV file: strings bare, null empty, arrays as JSON.
    public static func field(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .object(let object) where object.isEmpty: ""
        case .bool, .number, .array, .object: JSONText.compact(value)
        }
    }
}

extension JSONValue {
    fileprivate var saysNothing: Bool {
        switch self {
        case .null: true
        case .object(let object): object.isEmpty
        default: false
        }
    }
}

/// Paths in an order that agrees with every record: a new one stands behind the one it followed where it was
/// first met.
private struct PathOrder {
    private(set) var paths: [String] = []
    private var known: Set<String> = []

    mutating func add(_ record: [String]) {
        var previous: String?
        for path in record {
            if known.insert(path).inserted {
                let place = previous.flatMap { paths.firstIndex(of: $0) }.map { $0 + 1 }
                paths.insert(path, at: place ?? (previous == nil ? 0 : paths.endIndex))
            }
            previous = path
        }
    }
}
