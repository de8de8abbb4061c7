import Events
import Projection
import Terminal

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

    /// One named number, and how the report writes it.
    struct Named {
        let name: String
        let value: Double
        let written: JSONValue
        /// The entry that the number is of.
        let entry: JSONValue
    }

    /// The named numbers that a chart draws: of an object of numbers, of an object of objects, or of an array of
    /// records.
    func named(_ chart: ChartSpec) -> [Named] {
        guard let found = value(at: chart.path) else { return [] }
        var entries: [(name: String, entry: JSONValue)] = []
        if let records = found.arrayValue {
            entries = records.map { record in
                let names = chart.labels.compactMap { record.value(at: $0)?.stringValue }
                return (names.joined(separator: " · "), record)
            }
        } else if let object = found.objectValue {
            entries =
                chart.only.isEmpty
                ? object.map { ($0.name, $0.value) }
                : chart.only.compactMap { name in object[name].map { (name, $0) } }
        }
        return entries.compactMap { name, entry in
            let written = chart.value.isEmpty ? entry : entry.value(at: chart.value)
            return Self.number(written).map {
                Named(name: name, value: $0, written: written ?? .null, entry: entry)
            }
        }
    }

    /// The named numbers that have an interval within their entry.
    func bounded(_ chart: ChartSpec) -> [(named: Named, low: Double, high: Double)] {
        named(chart).compactMap { named in
            guard let low = Self.number(named.entry.value(at: chart.interval.low)),
                let high = Self.number(named.entry.value(at: chart.interval.high))
            else { return nil }
            return (named, low, high)
        }
    }

    /// The members of an object that are numbers.
    static func counts(_ value: JSONValue) -> [(String, Double)] {
        (value.objectValue ?? JSONObject()).compactMap { entry in
            number(entry.value).map { (entry.name, $0) }
        }
    }

    /// A number written as another one is: as money where that is money.
    static func like(_ other: JSONValue, _ value: Double) -> JSONValue {
        guard let currency = other["currency"] else { return .number(value) }
        return ["amount": .string(Figures.fixed(value, decimals: 2)), "currency": currency]
    }

    /// Points of two members of an array's elements.
    func points(_ path: String, _ x: String, _ y: String) -> [(x: Double, y: Double)] {
        (report.value(at: path)?.arrayValue ?? []).compactMap { element in
            guard let x = Self.number(element[x]), let y = Self.number(element[y]) else { return nil }
            return (x, y)
        }
    }

    /// Equal stretches of values with how many lie in each.
    func intervals(_ path: String) -> [(low: Double, high: Double, count: Double)] {
        (value(at: path)?.arrayValue ?? []).compactMap { element in
            guard let low = Self.number(element["low"]), let high = Self.number(element["high"]),
                let count = Self.number(element["count"])
            else { return nil }
            return (low, high, count)
        }
    }

    /// What was predicted, the member `predicted` unless another is named, and what was observed of how many.
    func predictions(_ path: String, _ member: String) -> [(predicted: Double, observed: Double, n: Double)] {
        (value(at: path)?.arrayValue ?? []).compactMap { element in
            guard let predicted = Self.number(element[member.isEmpty ? "predicted" : member]),
                let observed = Self.number(element["observed"])
            else { return nil }
            return (predicted, observed, Self.number(element["n"]) ?? 1)
        }
    }

    /// How the bounds of a histogram are written: `risks` are each a risk, so a share.
    static func bound(_ chart: ChartSpec) -> @Sendable (Double) -> String {
        let name = FieldName(chart.path).singular
        return name.kind == .share ? ChartDrawing.axisPercent : Figures.number
    }

    /// Groups by the month of their beginning, with the share of them that was there in each month after it.
    func cohorts(_ path: String) -> [(cohort: String, customers: Double, retention: [Double?])] {
        (value(at: path)?.arrayValue ?? []).compactMap { element in
            guard let cohort = element["cohort"]?.stringValue,
                let retention = element["retention"]?.arrayValue
            else { return nil }
            return (cohort, Self.number(element["customers"]) ?? 0, retention.map(Self.number))
        }
    }

    /// The elements of the series, and what they are of.
    var series: [(on: String, point: JSONValue)] {
        (report["series"]?.arrayValue ?? []).map { point in
            let on =
                point["on"]?.stringValue ?? point["effective_at"]?.stringValue
                ?? point["at"]?.stringValue ?? ""
            return (String(on.prefix(10)), point)
        }
    }
}

extension ChartData.Named {
    /// What stands beside the bar.
    func label(_ chart: ChartSpec) -> String {
        chart.labels.isEmpty ? FieldName.title(of: name) : name
    }

    /// How the number is written.
    func note(_ chart: ChartSpec, _ text: FieldText) -> String {
        let group = chart.only.isEmpty ? chart.path : name
        let field = FieldName(chart.value.isEmpty ? group : chart.value)
        return text.text(written, named: field)
    }
}
