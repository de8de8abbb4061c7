import Events
import Foundation
import Projection
import ReadModels
import Statistics
import Testing

/// DOMAIN.md section 13: when purchases are made, on the customer's own clock.
@Suite("The time of day")
struct TimeOfDayGoldenTests {
    private static func ledger(zone: String, times: [String]) throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "r", type: "customer.registered", subject: "c", time: "2024-01-01T00:00:00Z",
            data: #"{"zone":"\#(zone)"}"#)
        for (index, time) in times.enumerated() {
            try ledger.append(
                id: "p\(index)", type: "purchase.completed", subject: "c", time: time,
                data: #"{"total":"5.00","currency":"GBP"}"#)
        }
        return ledger
    }

    @Test(
        .enabled(
            if: SharedFiles.has("behaviour/time_of_day.json"), "the reference is not beside the checkout"))
    func theTimesOfTheReference() throws {
        let cases = try SharedFiles.object("behaviour/time_of_day.json")["cases"] as? [[String: Any]] ?? []
        #expect(cases.count >= 2)
        for item in cases {
            let ledger = try Self.ledger(zone: item.text("tz"), times: item.texts("times"))
            let base = try ledger.base(asOf: "2024-12-31T00:00:00Z", known: UInt64(ledger.lines.count))
            let expected = item.object("expected")
            let row = MemoryBase.row("performance", 0, base)
            #expect(near(row["typical_hour"], expected.number("circular_mean_hour")), "\(item.text("name"))")
            #expect(near(row["resultant_length"], expected.number("resultant_length")))
            #expect(near(row["night_share"], expected.number("night_share")))
            #expect(near(row["weekend_share"], expected.number("weekend_share")))
            for (hour, count) in expected.numbers("hour_histogram").enumerated() {
                let name = hour < 10 ? "0\(hour)" : "\(hour)"
                #expect((row["hours"]?[name]?.numberValue ?? 0) == count, "hour \(hour)")
            }
            let all = MemoryBase.report("performance", base)["hours"]?.arrayValue ?? []
            #expect(all.map { $0["count"]?.numberValue ?? -1 } == expected.numbers("hour_histogram"))
            let segments = MemoryBase.row("segments", 0, base).arrayValue ?? []
            let owl = segments.first { $0["name"] == "night_owl" }
            let isOwl = expected.number("n") >= 5 && expected.number("night_share_beta_1_5") >= 0.5
            #expect((owl != nil) == isOwl, "\(item.text("name"))")
            if let evidence = owl?["evidence"] {
                #expect(evidence["n"]?.numberValue == expected.number("n"))
                #expect(near(evidence["share"], expected.number("night_share")))
                #expect(near(evidence["shrunk_share"], expected.number("night_share_beta_1_5")))
                #expect(near(evidence["low"], expected.number("night_share_wilson_low")))
            }
        }
    }

    @Test func theZoneIsThatOfTheEvent() throws {
        // 23:00 in Shanghai, then the customer moves to London: the same hour of the world is 15:00 there.
        var ledger = try Self.ledger(zone: "Asia/Shanghai", times: ["2024-02-01T15:00:00Z"])
        try ledger.append(
            id: "u", type: "customer.updated", subject: "c", time: "2024-02-02T00:00:00Z",
            data: #"{"zone":"Europe/London"}"#)
        try ledger.append(
            id: "p", type: "purchase.completed", subject: "c", time: "2024-02-03T15:00:00Z",
            data: #"{"total":"5.00","currency":"GBP"}"#)
        let base = try ledger.base(asOf: "2024-12-31T00:00:00Z", known: UInt64(ledger.lines.count))
        let hours = MemoryBase.row("performance", 0, base)["hours"]
        #expect(hours?["23"] == 1 && hours?["15"] == 1)
    }

    @Test func purchasesThatWereRefundedWholeAreNoHabit() throws {
        var ledger = try Self.ledger(zone: "UTC", times: ["2024-02-01T23:00:00Z"])
        try ledger.append(
            id: "back", type: "purchase.returned", subject: "c", time: "2024-02-05T00:00:00Z",
            data: #"{"amount":"5.00","currency":"GBP","event":"p0"}"#)
        let base = try ledger.base(asOf: "2024-12-31T00:00:00Z", known: UInt64(ledger.lines.count))
        let row = MemoryBase.row("performance", 0, base)
        #expect(row["night_share"] == .null && row["typical_hour"] == .null)
    }

    @Test func theMeanOfOppositeHoursIsNone() {
        var mean = CircularMean()
        #expect(mean.fraction == nil && mean.resultantLength == nil)
        mean.add(0.25)
        mean.add(0.75)
        #expect(mean.fraction == nil)
        var midnight = CircularMean()
        midnight.add(23.0 / 24)
        midnight.add(1.0 / 24)
        let fraction = midnight.fraction ?? .nan
        #expect(min(fraction, 1 - fraction) < 1e-12)
    }
}
