import Events

/// The shapes that values have in answers: DOMAIN.md section 26.
enum Answer {
    /// Money: `{"amount": "12.34", "currency": "GBP"}`.
    static func money(_ minorUnits: Int64, _ currency: Currency) -> JSONValue {
        [
            "amount": .string(currency.text(ofMinorUnits: minorUnits)),
            "currency": .string(currency.code),
        ]
    }

    /// A local day, `YYYY-MM-DD`, or null.
    static func day(_ number: Int32?) -> JSONValue {
        guard let number else { return .null }
        return .string(LocalDay(number: number).description)
    }

    /// A number with at most 12 significant digits, or null where there is none.
    static func number(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value.rounded12)
    }

    /// A count.
    static func count(_ value: some BinaryInteger) -> JSONValue {
        .number(Double(value))
    }

    /// Counts by name, the names in order.
    static func counts(_ values: [String: Int]) -> JSONValue {
        .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, count($0.value)) }))
    }

    /// How values are spread: `[{low, high, count}]` in equal steps from 0 on, each `width` / `parts` wide.
    static func histogram(_ counts: [Int], width: Int, parts: Int = 1) -> JSONValue {
        .array(
            counts.enumerated().map { place, count in
                [
                    "low": number(Double(place * width) / Double(parts)),
                    "high": number(Double((place + 1) * width) / Double(parts)),
                    "count": Self.count(count),
                ]
            })
    }

    /// A share of a whole as a fraction, or null where the whole is nothing.
    static func share(_ part: some BinaryInteger, of whole: some BinaryInteger) -> JSONValue {
        whole == 0 ? .null : number(Double(part) / Double(whole))
    }
}
