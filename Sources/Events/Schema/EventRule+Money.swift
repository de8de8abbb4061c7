// Amounts, currencies and rates.
extension EventRule {
    /// The currency is one of ISO 4217, no amount has more places than it, and `fx` is a rate: the members
    /// `amounts` of the data (at most four), and `net` and `cost` of its `lines`.
    static func money(_ amounts: StaticString...) -> EventRule {
        precondition(amounts.count <= 4, "room is made for four amounts")
        let names = (["currency", "fx", "lines"] + amounts).map { JSONName($0) }
        let marks = JSONName.marks(of: names)
        let lineNames = [JSONName("net"), JSONName("cost")]
        return EventRule { event throws(EventProblem) in
            let reader = event.reader
            // Every member is looked at once, since most events are purchases.
            var places = InlineArray<7, Int>(repeating: -1)
            var name = event.data + 1
            let end = reader.next(event.data)
            while name < end {
                if reader.isName(name, oneOf: marks) {
                    for index in names.indices where reader.isName(name, names[index]) {
                        places[index] = name + 1
                    }
                }
                name = reader.next(name + 1)
            }
            guard places[0] >= 0 else { return }
            let currency = try currency(event, places[0], "/currency")
            for index in 3..<7 where places[index] >= 0 {
                try checkAmount(event, places[index], currency)
            }
            if places[1] >= 0 { try checkRate(event, places[1], "/fx") }
            if places[2] >= 0 { try checkLines(event, places[2], lineNames, currency) }
        }
    }

    private static func checkLines(
        _ event: Event, _ list: Int, _ names: [JSONName], _ currency: Currency
    ) throws(EventProblem) {
        let reader = event.reader
        let end = reader.next(list)
        var line = list + 1
        while line < end {
            let lineEnd = reader.next(line)
            var name = line + 1
            while name < lineEnd {
                if reader.isName(name, names[0]) || reader.isName(name, names[1]) {
                    try checkAmount(event, name + 1, currency)
                }
                name = reader.next(name + 1)
            }
            line = lineEnd
        }
    }

    /// A decimal string, which is as the schema wants it, has no more places than the currency. It fits in 64
    /// bits then: at most 12 digits before the point do in every currency.
    private static func checkAmount(_ event: Event, _ node: Int, _ currency: Currency) throws(EventProblem) {
        let places = event.reader.withText(node) { text in
            var index = text.count - 1
            while index >= 0, text[index] != UInt8(ascii: ".") { index -= 1 }
            return index < 0 ? 0 : text.count - 1 - index
        }
        guard places > currency.digits else { return }
        let path = event.reader.pointer(to: node).dropFirst(event.reader.pointer(to: event.data).count)
        let limit = currency.digits == 0 ? "no decimal places" : "at most \(currency.digits) decimal places"
        throw event.problem(
            String(path), "too_many_places", expected: "an amount with \(limit), as \(currency.code) has",
            found: SchemaProgram.found(event.reader, node, hidden: false))
    }

    static func currency(_ event: Event, _ node: Int, _ path: String) throws(EventProblem) -> Currency {
        do {
            return try event.reader.withText(node) { (text) throws(MoneyError) in try Currency(code: text) }
        } catch {
            throw event.problem(
                path, error.code.rawValue, expected: "a currency of ISO 4217", found: error.description)
        }
    }

    /// A rate is above zero and has digits that can be computed with.
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
