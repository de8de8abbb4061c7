public import Events

/// A value of an answer as people write it.
public struct FieldText: Sendable {
    /// The zone that moments are shown in; nil for UTC.
    public var zone: Zone?
    /// What codes are called.
    public var labels: CodeLabels

    /// A way of writing values.
    public init(zone: Zone? = nil, labels: CodeLabels = .none) {
        self.zone = zone
        self.labels = labels
    }

    /// A value as a cell of a table, whose heading names the unit.
    public func cell(_ value: JSONValue?, named name: FieldName, kind: FieldName.Kind? = nil) -> Table.Cell {
        guard let value, value != .null else { return .unknown }
        let shown = text(FieldText.shortened(value), named: name, kind: kind ?? name.kind, unit: nil)
        return Table.Cell(shown, style: style(of: value))
    }

    /// A long list as its beginning and its length: a cell has one line.
    private static func shortened(_ value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value, elements.count > 4 else { return value }
        return .array(elements.prefix(3) + [.string("… \(Figures.count(elements.count)) in all")])
    }

    /// A value where it stands alone, with its unit.
    public func text(_ value: JSONValue, named name: FieldName, kind: FieldName.Kind? = nil) -> String {
        text(value, named: name, kind: kind ?? name.kind, unit: name.unit)
    }

    /// A column for values: numbers and money stand at the right, and like dates are never cut.
    public func column(_ title: String, of values: some Sequence<JSONValue?>) -> Table.Column {
        let dates = values.allSatisfy { value in
            guard let value, value != .null else { return true }
            return value.stringValue.map(Self.beginsWithDate) ?? false
        }
        return Table.Column(title, alignment: alignment(of: values), isCuttable: !dates)
    }

    private static func beginsWithDate(_ text: String) -> Bool {
        let digits = Array(text.utf8.prefix(10))
        return digits.count == 10 && digits[4] == UInt8(ascii: "-") && digits[7] == UInt8(ascii: "-")
            && digits.enumerated().allSatisfy { $0 == 4 || $0 == 7 || (0x30...0x39).contains($1) }
    }

    /// Where the cells of a column of values stand: numbers and money at the right.
    public func alignment(of values: some Sequence<JSONValue?>) -> Alignment {
        var numbers = false
        for case let value? in values where value != .null {
            switch value {
            case .number: numbers = true
            case .object(let object) where FieldText.money(in: object) != nil: numbers = true
            default: return .leading
            }
        }
        return numbers ? .trailing : .leading
    }

    /// The amount and currency where an object is money.
    public static func money(in object: JSONObject) -> (amount: String, currency: String)? {
        guard object.count == 2, let amount = object["amount"]?.stringValue,
            let currency = object["currency"]?.stringValue
        else { return nil }
        return (amount, currency)
    }

    private func text(_ value: JSONValue, named name: FieldName, kind: FieldName.Kind, unit: String?)
        -> String
    {
        switch value {
        case .null: return "—"
        case .bool(let truth): return truth ? "yes" : "no"
        case .number(let number): return text(number, kind: kind, unit: unit)
        case .string(let string): return labels.label(of: string, in: name.name) ?? text(string)
        case .array(let elements):
            if elements.isEmpty { return "none" }
            return elements.map { text($0, named: name, kind: kind, unit: nil) }.joined(separator: ", ")
        case .object(let object):
            if let money = FieldText.money(in: object) {
                return Figures.money(amount: money.amount, currency: money.currency)
            }
            return inline(object)
        }
    }

    /// The members of a small object in one line: `r 5 · f 4 · m 5`.
    public func inline(_ object: JSONObject) -> String {
        if object.isEmpty { return "none" }
        let shared = FieldText.areShares(object) ? FieldName.Kind.share : nil
        return object.map { member in
            let name = FieldName(member.name)
            let kind = shared ?? FieldText.kind(of: name, in: object)
            return "\(name.inlineLabel) \(text(member.value, named: name, kind: kind, unit: nil))"
        }.joined(separator: " · ")
    }

    /// The kind of a member, where it is that of others: bounds enclose the first member, a share has its limit and
    /// its target, and two rates have a difference.
    public static func kind(of name: FieldName, in object: JSONObject) -> FieldName.Kind {
        switch name.name {
        case "low", "high": object.keys.first.map { FieldName($0).kind } ?? name.kind
        case "limit" where object["share"] != nil: .share
        case "target" where object["actual"] != nil: .share
        case "difference" where object.keys.contains { $0.hasSuffix("_rate") }: .share
        default: name.kind
        }
    }

    /// Whether the members of an object are the shares of one whole: at least two fractions that add up to 1.
    public static func areShares(_ object: JSONObject) -> Bool {
        var sum = 0.0
        var fractions = 0
        for member in object {
            guard case .number(let number) = member.value, number >= 0, number <= 1 else { return false }
            sum += number
            if number > 0, number < 1 { fractions += 1 }
        }
        return fractions >= 2 && abs(sum - 1) < 1e-6
    }

    private func text(_ number: Double, kind: FieldName.Kind, unit: String?) -> String {
        switch kind {
        case .share: return Figures.percent(number)
        case .index: return JSONText.number(number)
        case .bytes where number >= 0 && number < 1e18: return Figures.bytes(UInt64(number))
        case .duration where number >= 0: return Figures.hours(minutes: number)
        case .minutes where unit != nil && number >= 0: return Figures.duration(seconds: number * 60)
        case .days, .weeks, .minutes, .duration, .bytes, .quantity:
            guard let unit else { return Figures.number(number) }
            return Figures.number(number) + " "
                + (number == 1 && unit.hasSuffix("s") ? String(unit.dropLast()) : unit)
        }
    }

    private func text(_ string: String) -> String {
        guard let moment = moment(string) else { return string }
        return moment
    }

    private func style(of value: JSONValue) -> TextStyle {
        guard case .string(let text) = value else { return .plain }
        return TextStyle(ofCode: text)
    }

    /// A moment in the ledger's zone, or in UTC with its name: `2017-12-31 23:59:59 UTC`.
    private func moment(_ string: String) -> String? {
        guard string.utf8.count >= 20, string.utf8.count <= 27, string.hasSuffix("Z"),
            string.utf8.dropFirst(10).first == UInt8(ascii: "T"), let instant = try? Instant(parsing: string)
        else { return nil }
        let digits = instant.description
        guard let zone else { return digits.prefix(10) + " " + digits.dropFirst(11).prefix(8) + " UTC" }
        let local = zone.localTime(of: instant)
        let clock = [local.hour, local.minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(zone.day(of: instant)) \(clock):\(digits.dropFirst(17).prefix(2))"
    }
}

extension TextStyle {
    /// Codes that mean the same everywhere: good, to be looked at, bad.
    public init(ofCode code: String) {
        self =
            switch code {
            case "low", "ok", "created", "verified": .good
            case "medium", "warn", "warning": .warning
            case "high", "fail", "failed", "rejected", "critical": .bad
            default: .plain
            }
    }
}
