import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Complaints and their clocks")
struct ComplaintGoldenTests {
    private static let steps = [
        "received": ("opened", "{\"complaint\":\"c\"}"),
        "auto_ack": ("acknowledged", "{\"complaint\":\"c\"}"),
        "ack": ("acknowledged", "{\"complaint\":\"c\"}"),
        "reply": ("replied", "{\"by\":\"human\",\"complaint\":\"c\"}"),
        "wait_customer": ("waiting", "{\"complaint\":\"c\"}"), "resume": ("resumed", "{\"complaint\":\"c\"}"),
        "resolved": ("resolved", "{\"complaint\":\"c\"}"), "reopened": ("reopened", "{\"complaint\":\"c\"}"),
        "closed": ("closed", "{\"complaint\":\"c\"}"),
    ]

    @Test(.enabled(if: SharedFiles.isThere, "the reference values are not beside the checkout"))
    func businessMinutesAreThoseOfTheReference() throws {
        let calendars = try SharedFiles.object("complaints/business_minutes.json").object("calendars")
        for item in try SharedFiles.cases(inPlace: "complaints/business_minutes.json", key: "cases") {
            let calendar = calendars.object(item.text("calendar"))
            let start = try Instant(parsing: item.text("start")).microseconds
            let end = try Instant(parsing: item.text("end")).microseconds
            // Whenever the question is asked: readings are relative to its day, differences are not.
            for asked in [item.text("end"), item.text("start"), "2023-06-01T00:00:00Z"] {
                var clock = try BusinessClock(BusinessCalendars.context(calendar, at: asked))
                #expect(
                    Double(clock.minutes(from: start, to: end)) == item.number("business_minutes"),
                    "\(item.text("calendar")) asked at \(asked)")
                let reading = clock.reading(at: end)
                let found = clock.moment(of: reading)
                let moment = try #require(found)
                #expect(clock.reading(at: moment) == reading && moment <= end)
            }
            #expect(Double((end - start) / 60_000_000) == item.number("calendar_minutes"))
        }
    }

    @Test(.enabled(if: SharedFiles.isThere, "the reference values are not beside the checkout"))
    func everyCaseStandsAsInTheReference() throws {
        let calendar = try SharedFiles.object("complaints/business_minutes.json").object("calendars")
            .object("shanghai_9_18")
        for item in try SharedFiles.cases(inPlace: "complaints/kpis.json", key: "cases") {
            var ledger = try MemoryLedger(zone: "Asia/Shanghai", currency: "CNY")
            let events = item["events"] as? [[String: Any]] ?? []
            for (number, event) in events.enumerated() {
                let (step, data) = try #require(Self.steps[event.text("kind")])
                try ledger.append(
                    id: "e\(number)", type: "complaint.\(step)", subject: "a", time: event.text("at"),
                    data: data)
            }
            for (moment, expected) in item.object("expected") {
                let base = try ledger.lookingUp(moment, policy: BusinessCalendars.policy(calendar))
                try Self.check(base, expected as? [String: Any] ?? [:], "\(item.text("name")) at \(moment)")
            }
        }
    }

    private static func check(_ base: Base, _ expected: [String: Any], _ place: String) throws {
        let projector = base.run(of: ComplaintsModel.self).projector
        let complaint = try #require(projector.book.cases[0].first)
        let now = projector.book.now
        let row = MemoryBase.row("complaints", 0, base)
        func same(_ own: Int64?, _ name: String) {
            let wanted = (expected[name] as? NSNumber)?.int64Value
            #expect(own == wanted, "\(place): \(name)")
        }
        #expect("\(complaint.condition)" == expected.text("state"), "\(place)")
        same(complaint.acknowledged.map(complaint.calendarMinutes), "first_ack_minutes")
        same(complaint.responded.map(complaint.calendarMinutes), "first_response_calendar_minutes")
        same(complaint.responded.map(complaint.businessMinutes), "first_response_business_minutes")
        same(complaint.firstResolved.map(complaint.calendarMinutes), "first_resolution_calendar_minutes")
        same(
            complaint.isOpen ? nil : complaint.lastResolved.map(complaint.calendarMinutes),
            "full_resolution_calendar_minutes")
        same(complaint.handlingMinutes(now: now), "handling_business_minutes")
        same(complaint.waitMinutes(now: now), "customer_wait_calendar_minutes")
        same(Int64(complaint.reopenings), "reopen_count")
        same(complaint.isOpen ? complaint.calendarMinutes(to: now) : nil, "age_calendar_minutes")
        let breaches = ComplaintJudge(base).breaches(complaint, tier: "none")
        #expect(breaches.contains(.respond) == (expected["response_breached"] as? Bool), "\(place)")
        #expect(breaches.contains(.resolve) == (expected["resolution_breached"] as? Bool), "\(place)")
        #expect(row["breached"] == (breaches.isBreach ? 1 : 0))
        let calendar = complaint.responded.map { Double(complaint.calendarMinutes(to: $0)) }
        #expect(row.value(at: "first_response.calendar")?.numberValue == calendar)
        if !complaint.isOpen {
            #expect(
                row.value(at: "resolution.business")
                    == .number(expected.number("handling_business_minutes")), "\(place)")
        } else {
            #expect(row.value(at: "resolution.calendar") == .null)
        }
    }

    @Test(arguments: [UInt64](0..<40))
    func workingTimeIsThatOfEveryMinute(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let zones = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]
        let zone = try Zone(identifier: try #require(zones.randomElement(using: &generator)))
        let hours =
            [["09:00-12:00", "13:30-18:00"], ["00:00-24:00"], ["00:00-03:00", "22:00-24:00"]]
            .randomElement(using: &generator) ?? []
        let policy: JSONValue = [
            "business": [
                "hours": .array(hours.map { .string($0) }), "days_off": ["2024-03-29"],
                "workdays": ["2024-03-31", "2024-11-03"],
            ]
        ]
        let start =
            try Instant(parsing: "2024-03-0\(Int.random(in: 1...9, using: &generator))T00:00:00Z")
            .microseconds + Int64.random(in: 0...20_000, using: &generator) * 60_000_000
        let end = start + Int64.random(in: 0...60_000, using: &generator) * 60_000_000
        let asked = Instant(
            microseconds: start + Int64.random(in: -90...90, using: &generator) * 86_400_000_000)
        var clock = try BusinessClock(
            FoldContext(
                policy: PolicyDocument(parameters: policy, hash: "", position: 0),
                clock: Clock(instant: asked.microseconds, day: zone.day(of: asked).number), zone: zone,
                currency: try Currency(code: "EUR"), codes: [""]))
        var minutes: Int64 = 0
        for moment in stride(from: start, to: end, by: 60_000_000) {
            let instant = Instant(microseconds: moment)
            let (hour, minute) = zone.localTime(of: instant)
            let local = Int64(hour * 60 + minute) * 60_000_000
            guard clock.hours.isWorked(zone.day(of: instant).number) else { continue }
            if clock.hours.stretches.contains(where: { $0.open <= local && local < $0.close }) {
                minutes += 1
            }
        }
        #expect(clock.minutes(from: start, to: end) == minutes, "seed \(seed) \(zone.identifier)")
        let reading = clock.reading(at: start) + Int64.random(in: 0...3_000, using: &generator) * 60_000_000
        let found = clock.moment(of: reading)
        let moment = try #require(found)
        #expect(
            clock.reading(at: moment) == reading && clock.reading(at: moment - 1) < reading, "seed \(seed)")
    }
}
