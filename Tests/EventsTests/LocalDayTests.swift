import Events
import Testing

@Suite struct LocalDayTests {
    @Test func daysAndDatesAgreeOverTheWholeRange() throws {
        var day = try #require(LocalDay(year: 1, month: 1, day: 1))
        var expected = (year: 1, month: 1, day: 1)
        for _ in 0..<200_000 {
            #expect(day.date == expected)
            expected.day += 1
            if expected.day > LocalDay.days(inMonth: expected.month, of: expected.year) {
                expected = (expected.year, expected.month + 1, 1)
            }
            if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
            day = day.next
        }
    }

    @Test func knownDaysHaveTheirNumbersAndWeekdays() throws {
        #expect(try LocalDay(parsing: "1970-01-01").number == 0)
        #expect(try LocalDay(parsing: "1970-01-01").weekday == 4)
        #expect(try LocalDay(parsing: "2026-11-22").weekday == 7)
        #expect(try LocalDay(parsing: "1969-12-29").weekday == 1)
        #expect(try LocalDay(parsing: "2000-03-01").previous.description == "2000-02-29")
        #expect(LocalDay(year: 2025, month: 2, day: 29) == nil)
        #expect(LocalDay(year: 0, month: 1, day: 1) == nil)
        #expect(try LocalDay(parsing: "9999-12-31") - LocalDay(parsing: "0001-01-01") == 3_652_058)
    }

    @Test func monthsAreAddedWithinTheCalendar() throws {
        let end = try LocalDay(parsing: "2024-01-31")
        #expect(end.adding(months: 1).description == "2024-02-29")
        #expect(end.adding(months: -2).description == "2023-11-30")
        #expect(end.adding(months: 12).description == "2025-01-31")
        #expect(end.adding(months: -13).description == "2022-12-31")
        #expect(end.startOfMonth.description == "2024-01-01" && end.endOfMonth == end)
        let ends = LocalDay.monthEnds(from: end, through: try LocalDay(parsing: "2024-04-29"))
        #expect(ends.map(\.description) == ["2024-01-31", "2024-02-29", "2024-03-31"])
    }

    @Test(arguments: ["2026-11-22Z", "2026-1-2", "2026-02-30", "0000-01-01", "22.11.2026", "", "2026-11-2a"])
    func otherTextsAreNoDays(text: String) {
        #expect(throws: TimeError.self) { try LocalDay(parsing: text) }
    }
}
