import Events
import Projection

/// When work is done: opening hours, working weekdays, days off and make-up workdays. DOMAIN.md section 9.
struct BusinessHours: Sendable {
    /// A stretch of a working day on the local clock, in microseconds since midnight.
    struct Stretch: Sendable, Equatable {
        let open: Int64
        let close: Int64
    }

    /// The stretches of a working day, in order, disjoint.
    let stretches: [Stretch]
    /// What they add up to on a day of 24 hours, in microseconds.
    let fullDay: Int64
    /// Which weekdays are worked, from Monday on.
    private let weekdays: [Bool]
    /// Days that are unlike their weekday: whether work is done.
    private let exceptions: [Int32: Bool]

    /// The hours of a policy, with the days off and workdays of the published calendars.
    ///
    /// Of one calendar and year the latest publication counts; the policy's own days go before all of them.
    init(_ context: FoldContext) throws {
        let policy = context.policy
        stretches = try policy.texts("business.hours").compactMap { Self.stretch($0) }
        fullDay = stretches.reduce(0) { $0 + $1.close - $1.open }
        let worked = Set(try policy.wholes("business.weekdays"))
        weekdays = (0..<7).map { worked.contains($0) }
        let wanted = try policy.textOrNil("business.calendar")
        var years: [String: JSONValue] = [:]
        for published in context.references(of: "calendar.published") {
            guard let name = published["calendar"]?.stringValue, wanted == nil || wanted == name else {
                continue
            }
            years["\(published["year"]?.integerValue ?? 0) \(name)"] = published
        }
        var exceptions: [Int32: Bool] = [:]
        for (_, published) in years.sorted(by: { $0.key < $1.key }) {
            for day in Self.days(published["days_off"]) { exceptions[day] = false }
        }
        // A make-up workday is published on purpose: it goes before the days off of other calendars.
        for (_, published) in years {
            for day in Self.days(published["workdays"]) { exceptions[day] = true }
        }
        for text in try policy.texts("business.days_off") {
            if let day = Self.day(text) { exceptions[day] = false }
        }
        for text in try policy.texts("business.workdays") {
            if let day = Self.day(text) { exceptions[day] = true }
        }
        self.exceptions = exceptions
    }

    /// Whether work is done on a local day.
    func isWorked(_ day: Int32) -> Bool {
        if let exception = exceptions[day] { return exception }
        return weekdays[LocalDay(number: day).weekday - 1]
    }

    private static func days(_ list: JSONValue?) -> [Int32] {
        list?.arrayValue?.compactMap { $0.stringValue.flatMap(day) } ?? []
    }

    /// The number of a day of the calendar; nil for what is none.
    static func day(_ text: String) -> Int32? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard text.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1],
            let day = parts[2]
        else { return nil }
        return LocalDay(year: year, month: month, day: day)?.number
    }

    /// The stretch that a text like `09:00-18:00` says; nil for others. A day ends at 24:00.
    static func stretch(_ text: String) -> Stretch? {
        let times = text.split(separator: "-", omittingEmptySubsequences: false).map { minute(String($0)) }
        guard times.count == 2, let open = times[0], let close = times[1], open < close else { return nil }
        return Stretch(open: Int64(open) * 60_000_000, close: Int64(close) * 60_000_000)
    }

    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...24).contains(hour), (0..<60).contains(minute), hour < 24 || minute == 0
        else { return nil }
        return hour * 60 + minute
    }

    /// What is wrong with texts as hours of a working day; nil where nothing is.
    static func expectation(violatedBy value: JSONValue) -> String? {
        let expected = "a list like [\"09:00-12:00\", \"13:00-18:00\"], in order and apart"
        guard let texts = value.arrayValue?.map({ $0.stringValue.flatMap(stretch) }), !texts.isEmpty else {
            return expected
        }
        var end = Int64.min
        for stretch in texts {
            guard let stretch, stretch.open >= end else { return expected }
            end = stretch.close
        }
        return nil
    }
}
