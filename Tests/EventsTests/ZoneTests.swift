import Events
import Foundation
import Testing

@Suite struct ZoneTests {
    private func instant(_ text: String) throws -> Instant { try Instant(parsing: text) }

    @Test func shanghaiHadSummerTimeAndLocalMeanTime() throws {
        let zone = try Zone(identifier: "Asia/Shanghai")
        #expect(zone.offsetSeconds(at: try instant("1900-12-01T00:00:00Z")) == 29_143)
        #expect(zone.offsetSeconds(at: try instant("0800-12-01T00:00:00Z")) == 29_143)
        #expect(zone.offsetSeconds(at: try instant("1988-07-01T00:00:00Z")) == 9 * 3600)
        #expect(zone.offsetSeconds(at: try instant("1988-12-01T00:00:00Z")) == 8 * 3600)
        #expect(zone.day(of: try instant("1990-07-01T15:30:00Z")).description == "1990-07-02")
        #expect(zone.day(of: try instant("2020-07-01T15:30:00Z")).description == "2020-07-01")
        #expect(zone.start(of: try LocalDay(parsing: "2026-11-22")).description == "2026-11-21T16:00:00Z")
        #expect(zone.localTime(of: try instant("2026-11-22T07:16:27Z")) == (15, 16))
    }

    @Test func aDayWhoseMidnightIsSkippedBeginsWhenClocksGoForward() throws {
        // São Paulo, 2018-11-04: 00:00 became 01:00.
        let zone = try Zone(identifier: "America/Sao_Paulo")
        let start = zone.start(of: try LocalDay(parsing: "2018-11-04"))
        #expect(start.description == "2018-11-04T03:00:00Z")
        #expect(zone.localTime(of: start) == (1, 0))
        // Samoa had no 2011-12-30.
        let apia = try Zone(identifier: "Pacific/Apia")
        let missing = try LocalDay(parsing: "2011-12-30")
        #expect(apia.start(of: missing) == apia.start(of: missing.next))
        #expect(apia.day(of: apia.start(of: missing)) == missing.next)
    }

    @Test func timesOfTheLocalClockAreFoundAlsoWhereClocksChange() throws {
        let zone = try Zone(identifier: "Europe/Berlin")
        func at(_ day: String, _ hour: Int64, _ minute: Int64) throws -> String {
            zone.instant(of: try LocalDay(parsing: day), microsecondOfDay: (hour * 60 + minute) * 60_000_000)
                .description
        }
        #expect(try at("2026-07-01", 12, 0) == "2026-07-01T10:00:00Z")
        #expect(try at("2026-03-29", 2, 30) == "2026-03-29T01:30:00Z")
        #expect(try at("2026-03-29", 3, 0) == "2026-03-29T01:00:00Z")
        #expect(try at("2026-10-25", 2, 30) == "2026-10-25T00:30:00Z")
        #expect(try at("2026-10-25", 3, 0) == "2026-10-25T02:00:00Z")
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Asia/Shanghai", "America/St_Johns", "Africa/Casablanca",
        "Pacific/Apia", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC", "Asia/Gaza",
    ])
    func offsetsAndDaysAreThoseOfFoundation(name: String) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let zone = try Zone(identifier: name)
        let foundation = try #require(TimeZone(identifier: name))
        for _ in 0..<2000 {
            // 1850 to 2200: also what lies behind the table.
            let second = Int64.random(in: -3_786_912_000...7_258_118_400, using: &generator)
            let instant = Instant(microseconds: second * 1_000_000)
            let offset = foundation.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            #expect(zone.offsetSeconds(at: instant) == offset, "seed \(seed), \(instant)")
            let stretch = zone.stretch(at: instant)
            #expect(stretch.offsetSeconds == offset && stretch.seconds.contains(second), "seed \(seed)")
            let (low, high) = (
                max(stretch.seconds.lowerBound, -4_000_000_000),
                min(stretch.seconds.upperBound, 7_300_000_000)
            )
            for within in [low, high, Int64.random(in: low...high, using: &generator)] {
                let moment = Instant(microseconds: within * 1_000_000)
                #expect(zone.offsetSeconds(at: moment) == offset, "seed \(seed), \(instant), \(moment)")
            }
            let day = zone.day(of: instant)
            #expect(Int64(day.number) == (second + Int64(offset)).dividedDown(by: 86_400), "seed \(seed)")
            // Days follow each other without gaps, and a day's start is the first moment of it.
            let start = zone.start(of: day)
            #expect(start <= instant, "seed \(seed), \(instant)")
            #expect(zone.day(of: start) == day, "seed \(seed), \(instant)")
            let moment = Instant(microseconds: start.microseconds - 1)
            #expect(zone.day(of: moment) < day, "seed \(seed), \(instant)")
        }
    }

    @Test(arguments: [("+08:00", 28_800), ("-03:30", -12_600), ("+00:00", 0), ("Z", 0)])
    func fixedOffsetsAreZones(name: String, seconds: Int) throws {
        let zone = try Zone(identifier: name)
        #expect(zone.offsetSeconds(at: Instant(microseconds: 0)) == seconds)
        let day = LocalDay(number: 20_000)
        #expect(zone.start(of: day).microseconds == (20_000 * 86_400 - Int64(seconds)) * 1_000_000)
    }

    @Test(arguments: [
        ("europe/berlin", "Europe/Berlin"), ("Shanghai", "Asia/Shanghai"), ("Europe/Berln", "Europe/Berlin"),
        ("CST", "expected an IANA name"), ("GMT+8", "an offset like +08:00"), ("", "expected an IANA name"),
        ("Mars/Olympus", "expected an IANA name"), ("+25:00", "an offset"),
    ])
    func unknownNamesAreRefusedWithAdvice(name: String, advice: String) throws {
        let error = try #require(throws: TimeError.self) { try Zone(identifier: name) }
        #expect(error.code == .unknownZone && error.description.contains(advice), "\(error)")
    }
}

extension Int64 {
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
