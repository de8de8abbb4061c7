import Events
import Foundation
import Testing

@testable import ReadModels

@Suite("Days that come round every year")
struct CareCalendarTests {
    @Test(.enabled(if: SharedFiles.isThere, "the reference values are not beside the checkout"))
    func gregorianBirthdaysAreThoseOfTheReference() throws {
        for item in try SharedFiles.cases(inPlace: "calendar/gregorian_birthdays.json", key: "cases") {
            let day = YearlyDay(.gregorian, month: Int(item.number("month")), day: Int(item.number("day")))
            let asked = try LocalDay(parsing: item.text("asof"))
            let next = try #require(
                day.next(onOrAfter: asked, leapDayOnFirstOfMarch: item.text("feb29") == "mar1"))
            #expect(next.description == item.object("expected").text("date"))
            #expect(Double(next - asked) == item.object("expected").number("days_until"))
        }
    }

    @Test(.enabled(if: SharedFiles.isThere, "the reference values are not beside the checkout"))
    func lunarBirthdaysAreThoseOfTheReference() throws {
        for item in try SharedFiles.cases(inPlace: "calendar/lunar_birthdays.json", key: "cases") {
            let day = YearlyDay(
                .lunar, month: Int(item.number("lunar_month")), day: Int(item.number("lunar_day")),
                isLeapMonth: item["leap_month"] as? Bool ?? false)
            for (year, _) in item.object("dates") {
                let expected = item.object("dates").object(year)
                let date = try LocalDay(parsing: expected.text("gregorian"))
                #expect(day.next(onOrAfter: date, leapDayOnFirstOfMarch: false) == date, "\(item) \(year)")
                let before = try #require(
                    day.next(onOrAfter: date.adding(days: -300), leapDayOnFirstOfMarch: false))
                #expect(before == date, "\(item) \(year)")
            }
        }
    }

    @Test func monthsFollowOneAnotherWithoutGaps() throws {
        var end: Int32?
        for year in 1900...2100 {
            var months: [LunarYears.Month] = []
            for month in 1...12 {
                months.append(try #require(LunarYears.month(month, isLeap: false, of: year)))
                if let leap = LunarYears.month(month, isLeap: true, of: year) { months.append(leap) }
            }
            for month in months {
                #expect(end == nil || month.start == end, "\(year)")
                end = month.start + Int32(month.days)
            }
            #expect(months.count <= 13)
        }
    }

    /// Foundation's calendar is another program's reckoning; where it counts a month otherwise, the test says which.
    @Test func foundationAgreesSince1970() throws {
        var calendar = Calendar(identifier: .chinese)
        calendar.timeZone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        var differing: [String] = []
        for year in 1970...2050 {
            for month in 1...12 {
                let start = try #require(LunarYears.month(month, isLeap: false, of: year)).start
                let date = Date(timeIntervalSince1970: Double(start) * 86_400 + 4 * 3_600)
                let parts = calendar.dateComponents([.month, .day], from: date)
                if parts.month != month || parts.day != 1 { differing.append("\(year)-\(month)") }
            }
        }
        #expect(differing.isEmpty, "\(differing)")
    }
}
