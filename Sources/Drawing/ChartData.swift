import Events

/// What a chart draws, as it is found in a report.
struct ChartData {
    let report: JSONValue

    /// A number, or the amount of money.
    static func number(_ value: JSONValue?) -> Double? {
        guard let value else { return nil }
        return value.numberValue ?? value["amount"]?.stringValue.flatMap(Double.init)
    }

    /// What is at a path; the report itself at the empty one.
    func value(at path: String) -> JSONValue? {
        path.isEmpty ? report : report.value(at: path)
    }

    /// Named numbers at a path: of an object of numbers, or of objects with the member `member`.
    func named(_ path: String, _ member: String) -> [(name: String, value: Double, whole: JSONValue)] {
        guard let object = value(at: path)?.objectValue else { return [] }
        return object.compactMap { entry in
            let value = member.isEmpty ? entry.value : entry.value.value(at: member)
            return Self.number(value).map { (entry.name, $0, value ?? .null) }
        }
    }

    /// Points of two members of an array's elements.
    func points(_ path: String, _ x: String, _ y: String) -> [(x: Double, y: Double)] {
        (report.value(at: path)?.arrayValue ?? []).compactMap { element in
            guard let x = Self.number(element[x]), let y = Self.number(element[y]) else { return nil }
            return (x, y)
        }
    }

    /// The elements of the series, and what they are of.
    var series: [(on: String, point: JSONValue)] {
        (report["series"]?.arrayValue ?? []).map { point in
            let on = point["on"]?.stringValue ?? point["effective_at"]?.stringValue ?? ""
            return (String(on.prefix(10)), point)
        }
    }
}
