// Values that depend on each other, and names that must exist.
extension EventRule {
    /// The bounds of a scale are the right way round, and scores lie within; those of named scales are whole.
    static let scale = EventRule { event throws(EventProblem) in
        guard let scale = event.member("scale") else { return }
        let reader = event.reader
        let bounds: ClosedRange<Double>
        let isNamed = reader.kind(scale) == .string
        if isNamed {
            bounds =
                reader.text(scale, equals: "nps")
                ? 0...10 : reader.text(scale, equals: "ces7") ? 1...7 : 1...5
        } else {
            guard let low = reader.member(scale, "min"), let high = reader.member(scale, "max") else {
                return
            }
            guard reader.number(low) < reader.number(high) else {
                throw event.problem(
                    "/scale/max", "out_of_range", expected: "more than min",
                    found: JSONValue.number(reader.number(high)).canonicalText)
            }
            bounds = reader.number(low)...reader.number(high)
        }
        for name: StaticString in ["score", "expected"] {
            guard let node = event.member(name) else { continue }
            let score = reader.number(node)
            guard bounds.contains(score), !isNamed || SchemaProgram.isWhole(score) else {
                let low = JSONValue.number(bounds.lowerBound).canonicalText
                let high = JSONValue.number(bounds.upperBound).canonicalText
                throw event.problem(
                    "/\(name)", "out_of_range",
                    expected: "a \(isNamed ? "whole " : "")number from \(low) to \(high), as the scale has",
                    found: JSONValue.number(score).canonicalText)
            }
        }
    }

    /// A time zone exists.
    static let zone = EventRule { event throws(EventProblem) in
        guard let node = event.member("zone") else { return }
        do throws(TimeError) {
            _ = try Zone(identifier: event.reader.string(node))
        } catch {
            throw event.problem(
                "/zone", error.code.rawValue,
                expected: "a time zone of the IANA database, such as Asia/Shanghai",
                found: error.description)
        }
    }

    /// A day of birth is a day of its calendar, and only the Chinese calendar has leap months.
    static let birthDate = EventRule { event throws(EventProblem) in
        let reader = event.reader
        let isLunar = event.member("calendar").map { reader.text($0, equals: "lunar") } ?? false
        if let leap = event.member("leap_month"), reader.bool(leap) == true, !isLunar {
            throw event.problem(
                "/leap_month", "not_allowed", expected: "false: leap months are of calendar lunar",
                found: "true")
        }
        guard let node = event.member("birth_date"), reader.kind(node) == .string else { return }
        // The schema has checked the shape: the last five bytes are MM-DD.
        let text = Array(reader.string(node).utf8)
        let digits = text.suffix(5).map { Int($0) - 48 }
        let (month, day) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
        let isDay: Bool
        if isLunar {
            isDay = day <= 30
        } else {
            // A day of an unknown year may be one of a leap year.
            let year = text.count == 7 ? 2000 : text.prefix(4).reduce(0) { $0 * 10 + Int($1) - 48 }
            isDay = LocalDay(year: year, month: month, day: day) != nil
        }
        guard isDay else {
            throw event.problem(
                "/birth_date", "bad_time",
                expected: "a day of the \(isLunar ? "Chinese" : "Gregorian") calendar",
                found: "a day that the month does not have")
        }
    }

    /// A member names another customer than the subject.
    static func anotherCustomer(_ name: StaticString) -> EventRule {
        EventRule { event throws(EventProblem) in
            guard let subject = event.subject, let node = event.member(name) else { return }
            let reader = event.reader
            guard reader.withText(node, { reader.text(subject, equals: $0) }) else { return }
            throw event.problem(
                "/\(name)", "ambiguous", expected: "another customer than the subject", found: "the same")
        }
    }

    /// A void or correction names another event than itself.
    static let anotherEvent = EventRule { event throws(EventProblem) in
        let reader = event.reader
        guard let ownSource = event.source, let ownID = event.id, let source = event.member("source"),
            let id = event.member("id"), reader.withText(source, { reader.text(ownSource, equals: $0) }),
            reader.withText(id, { reader.text(ownID, equals: $0) })
        else { return }
        throw event.problem("/id", "ambiguous", expected: "another event than this one", found: "its own id")
    }

    /// The last day of a campaign is not before the first.
    static let period = EventRule { event throws(EventProblem) in
        guard let from = event.member("from"), let to = event.member("to") else { return }
        let last = try day(event, to, "/to")
        guard last < (try day(event, from, "/from")) else { return }
        throw event.problem(
            "/to", "bad_time", expected: "a day that is not before from", found: last.description)
    }

    /// Zero points adjust nothing.
    static let notZero = EventRule { event throws(EventProblem) in
        guard let node = event.member("points"), event.reader.number(node) == 0 else { return }
        throw event.problem("/points", "out_of_range", expected: "a number that is not 0", found: "0")
    }

    /// Days of a calendar are of its year, and none is both a working day and a day off.
    static let publishedDays = EventRule { event throws(EventProblem) in
        guard let yearNode = event.member("year"), let year = event.reader.integer(yearNode) else { return }
        var seen: Set<LocalDay> = []
        for name: StaticString in ["days_off", "workdays"] {
            guard let list = event.member(name) else { continue }
            var number = 0
            var node = list + 1
            while node < event.reader.next(list) {
                let path = "/\(name)/\(number)"
                let day = try day(event, node, path)
                guard day.year == year else {
                    throw event.problem(
                        path, "bad_time", expected: "a day of the year \(year)", found: day.description)
                }
                guard seen.insert(day).inserted else {
                    throw event.problem(
                        path, "repeated", expected: "a day that is not listed already", found: day.description
                    )
                }
                node = event.reader.next(node)
                number += 1
            }
        }
    }

    /// A registered schema can be compiled, and its type is not a built-in one.
    static let registeredSchema = EventRule { event throws(EventProblem) in
        guard let type = event.member("type"), let version = event.member("version"),
            let schema = event.member("schema")
        else { return }
        let name = event.reader.string(type)
        guard !SchemaRegistry.builtIn.isBuiltIn(name) else {
            throw event.problem(
                "/type", "not_allowed", expected: "a type that is not built in", found: "“\(name)”")
        }
        do throws(SchemaError) {
            _ = try EventSchema(
                type: name, version: Int(event.reader.number(version)), schema: event.reader.value(schema))
        } catch {
            throw event.problem(
                "/schema" + error.pointer, "bad_schema",
                expected: "a schema in the subset that schemas/README.md describes", found: error.description)
        }
    }

    static func day(_ event: Event, _ node: Int, _ path: String) throws(EventProblem) -> LocalDay {
        do {
            return try event.reader.withText(node) { (text) throws(TimeError) in try LocalDay(parsing: text) }
        } catch {
            throw event.problem(path, "bad_time", expected: "a day, YYYY-MM-DD", found: error.description)
        }
    }
}
