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
        var columns = FlatColumns()
        for record in records { columns.add(record) }
        let layout = FlatLayout(columns)
        paths = layout.paths
        rows = records.map(layout.row)
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

    /// The records as comma-separated values with a header line.
    public func csv(_ write: (String) throws -> Void) rethrows {
        try write(CSV.line(paths))
        for row in rows { try write(FlatRecords.line(row)) }
    }

    /// A row as a line of a CSV file.
    static func line(_ row: [JSONValue?]) -> String {
        CSV.line(row.map { $0.map(field) ?? "" })
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

/// The columns of records that are looked at one by one, so that not all of them need be held.
public struct FlatColumns: Sendable {
    private var order = PathOrder()
    private var saying: Set<String> = []
    private var lastPaths: [String] = []
    private var lastSaying: [Bool] = []

    /// No columns yet.
    public init() {}

    /// Takes note of a record's members.
    public mutating func add(_ record: JSONValue) {
        let leaves = FlatRecords.leaves(of: record)
        let paths = leaves.map(\.path)
        if paths != lastPaths {
            order.add(paths)
            lastPaths = paths
            lastSaying = paths.map(saying.contains)
        }
        for place in leaves.indices where !lastSaying[place] && !leaves[place].value.saysNothing {
            saying.insert(paths[place])
            lastSaying[place] = true
        }
    }

    /// The dotted paths, in the order of the records' members.
    public var paths: [String] {
        let parents = Set(order.paths.flatMap(Self.parents))
        // Arrays and scalars are never thrown away: only what says nothing.
        return order.paths.filter { !parents.contains($0) || saying.contains($0) }
    }

    private static func parents(of path: String) -> [String] {
        path.indices.filter { path[$0] == "." }.map { String(path[..<$0]) }
    }
}

/// Puts records into columns that are known.
public struct FlatLayout: Sendable {
    /// The dotted paths.
    public let paths: [String]
    private let places: [String: Int]

    /// A layout of columns.
    public init(_ columns: FlatColumns) {
        paths = columns.paths
        places = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) })
    }

    /// A record's values by column; nil where it has no such member.
    public func row(of record: JSONValue) -> [JSONValue?] {
        var row = [JSONValue?](repeating: nil, count: paths.count)
        for leaf in FlatRecords.leaves(of: record) {
            if let place = places[leaf.path] { row[place] = leaf.value }
        }
        return row
    }

    /// The header line of a CSV file.
    public var header: String { CSV.line(paths) }

    /// A record as a line of a CSV file.
    public func line(of record: JSONValue) -> String { FlatRecords.line(row(of: record)) }
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
