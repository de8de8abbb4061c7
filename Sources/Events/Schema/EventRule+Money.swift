// Amounts, currencies and rates.
extension EventRule {
    /// The currency is one of ISO 4217, and no amount has more places than it: the members `amounts` of the
    /// data, and `net` and `cost` of its lines.
    static func money(_ amounts: [StaticString], linesOf lines: StaticString? = nil) -> EventRule {
        EventRule { event throws(EventProblem) in
            guard let node = event.member("currency") else { return }
            let currency = try currency(event, node, "/currency")
            for name in amounts {
                guard let amount = event.member(name) else { continue }
                guard isAmount(event.reader, amount, currency) else {
                    throw moneyProblem(event, amount, currency, "/\(name)")
                }
            }
            guard let lines, let list = event.member(lines) else { return }
            try checkLines(event, list, currency, "/\(lines)")
        }
    }

    private static func checkLines(
        _ event: Event, _ list: Int, _ currency: Currency, _ path: String
    ) throws(EventProblem) {
        let reader = event.reader
        var number = 0
        var line = list + 1
        let end = reader.next(list)
        while line < end {
            var name = line + 1
            let lineEnd = reader.next(line)
            while name < lineEnd {
                if reader.text(name, equals: "net") || reader.text(name, equals: "cost"),
                    !isAmount(reader, name + 1, currency)
                {
                    throw moneyProblem(event, name + 1, currency, "\(path)/\(number)/\(reader.string(name))")
                }
                name = reader.next(name + 1)
            }
            line = lineEnd
            number += 1
        }
    }

    static func currency(_ event: Event, _ node: Int, _ path: String) throws(EventProblem) -> Currency {
        do {
            return try event.reader.withText(node) { (text) throws(MoneyError) in try Currency(code: text) }
        } catch {
            throw event.problem(
                path, error.code.rawValue, expected: "a currency of ISO 4217", found: error.description)
        }
    }

    /// Whether a decimal string, as the schema wants it, has no more places than the currency and fits in 64
    /// bits: at most 12 digits before the point do in every currency.
    private static func isAmount(_ reader: JSONReader, _ node: Int, _ currency: Currency) -> Bool {
        reader.withText(node) { text in
            var index = text.count - 1
            while index >= 0, text[index] != UInt8(ascii: ".") { index -= 1 }
            let places = index < 0 ? 0 : text.count - 1 - index
            return places <= currency.digits
        }
    }

    private static func moneyProblem(
        _ event: Event, _ node: Int, _ currency: Currency, _ path: String
    ) -> EventProblem {
        let places = currency.digits == 0 ? "no decimal places" : "at most \(currency.digits) decimal places"
        return event.problem(
            path, "too_many_places", expected: "an amount with \(places), as \(currency.code) has",
            found: SchemaProgram.found(event.reader, node, hidden: false))
    }

    /// `fx` is above zero and has digits that can be computed with.
    static let rate = EventRule { event throws(EventProblem) in
        guard let node = event.member("fx") else { return }
        try checkRate(event, node, "/fx")
    }

    private static func checkRate(_ event: Event, _ node: Int, _ path: String) throws(EventProblem) {
        do {
            _ = try event.reader.withText(node) { (text) throws(MoneyError) in try ExchangeRate(parsing: text)
            }
        } catch {
            throw event.problem(
                path, error.code.rawValue, expected: "a decimal string above zero with at most 18 digits",
                found: error.description)
        }
    }

    /// A refund names an order or an event, not both: they could be of different purchases.
    static let onePurchaseNamed = EventRule { event throws(EventProblem) in
        guard event.member("order") != nil, event.member("event") != nil else { return }
        throw event.problem(
            "/event", "ambiguous",
            expected: "order or event, not both: name the one purchase event, or the order",
            found: "both")
    }

    /// Rates go from one currency to another, and their days are different days of one month.
    static let publishedRates = EventRule { event throws(EventProblem) in
        guard let from = event.member("from"), let to = event.member("to"), let rates = event.member("rates")
        else { return }
        let reader = event.reader
        let source = try currency(event, from, "/from")
        guard try currency(event, to, "/to") != source else {
            throw event.problem(
                "/to", "ambiguous", expected: "another currency than \(source.code)", found: "the same")
        }
        var days: [LocalDay] = []
        var number = 0
        var entry = rates + 1
        while entry < reader.next(rates) {
            if let on = reader.member(entry, "on"), let rate = reader.member(entry, "rate") {
                try checkRate(event, rate, "/rates/\(number)/rate")
                let day = try day(event, on, "/rates/\(number)/on")
                guard days.allSatisfy({ $0.startOfMonth == day.startOfMonth && $0 != day }) else {
                    throw event.problem(
                        "/rates/\(number)/on", "bad_time",
                        expected: "another day of the month of the first one",
                        found: day.description)
                }
                days.append(day)
            }
            entry = reader.next(entry)
            number += 1
        }
    }
}
