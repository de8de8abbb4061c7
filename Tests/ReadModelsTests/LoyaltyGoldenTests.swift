import Events
import Foundation
import Projection
import Testing

@testable import ReadModels

@Suite("Points agree with the reference")
struct LoyaltyGoldenTests {
    /// The events of a ledger up to a day, in the words of the wire. Each accrual is a purchase of as many units as
    /// points, so that a claw-back is a return of as many.
    private static func ledger(_ events: [[String: Any]], through last: String) throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        for event in events where event.text("date") <= last {
            let sequence = Int(event.number("seq"))
            let points = Int(event.number("points").isNaN ? 0 : event.number("points"))
            let lot = event.text("lot")
            let append = { (ledger: inout MemoryLedger, prefix: String, type: String, data: String) in
                try ledger.append(
                    id: prefix + String(sequence), type: type, subject: "c",
                    time: event.text("date") + "T12:00:00Z", data: data)
            }
            switch event.text("type") {
            case "earn":
                let order = #"{"currency":"GBP","order":"\#(lot)","total":"\#(points)"}"#
                try append(&ledger, "p", "purchase.completed", order)
                let earned =
                    #"{"expires_on":"\#(event.text("expires"))","lot":"\#(lot)","order":"\#(lot)","points":\#(points)}"#
                try append(&ledger, "e", "points.earned", earned)
            case "clawback":
                let order = #"{"amount":"\#(points)","currency":"GBP","order":"\#(lot)"}"#
                try append(&ledger, "c", "purchase.returned", order)
            case "redeem":
                let data = #"{"lot":"\#(event.text("id"))","points":\#(points)}"#
                try append(&ledger, "r", "points.redeemed", data)
            default:
                try append(&ledger, "x", "points.redemption_cancelled", #"{"lot":"\#(event.text("id"))"}"#)
            }
        }
        return ledger
    }

    @Test(.enabled(if: SharedFiles.has("loyalty/ledger.json"), "../shared is not there"))
    func theLedgersAreExact() throws {
        let cases = try SharedFiles.object("loyalty/ledger.json")["cases"] as? [[String: Any]] ?? []
        #expect(cases.count >= 4)
        for item in cases {
            let events = item["events"] as? [[String: Any]] ?? []
            for (date, expected) in item.object("expected") {
                let expected = expected as? [String: Any] ?? [:]
                // What is later is there too: it must not show.
                let ledger = try Self.ledger(events, through: "9999-12-31")
                let base = try ledger.base(asOf: date + "T23:59:59Z", known: UInt64(ledger.lines.count))
                let index = try #require(ledger.index(of: "c", in: base))
                let row = MemoryBase.row("loyalty", index, base)
                let comment = Comment("\(item.text("name")) \(date)")
                #expect(row["balance"] == .number(expected.number("balance")), comment)
                #expect(row["available"] == .number(expected.number("available")), comment)
                #expect(row["debt"] == .number(expected.number("debt")), comment)
                #expect(row["expired"] == .number(expected.number("expired_total")), comment)
                let next = expected.object("next_expiry")
                if next.isEmpty {
                    #expect(row["next_expiry"] == .null, comment)
                } else {
                    #expect(row.value(at: "next_expiry.date") == .string(next.text("date")), comment)
                    #expect(row.value(at: "next_expiry.points") == .number(next.number("points")), comment)
                }
            }
        }
    }

    @Test(arguments: 0..<60)
    func pointsAreConserved(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var ledger = try MemoryLedger()
        for sequence in 0..<40 {
            let day = LocalDay(number: 19_000 + Int32.random(in: 0...300, using: &generator))
            let order = "o\(Int.random(in: 0...6, using: &generator))"
            let points = Int.random(in: 1...50, using: &generator)
            let (type, data) =
                switch Int.random(in: 0..<8, using: &generator) {
                case 0:
                    ("purchase.completed", #"{"currency":"GBP","order":"\#(order)","total":"\#(points)"}"#)
                case 1:
                    ("purchase.returned", #"{"amount":"\#(points)","currency":"GBP","order":"\#(order)"}"#)
                case 2...3: ("points.redeemed", #"{"lot":"\#(order)","points":\#(points)}"#)
                case 4: ("points.redemption_cancelled", #"{"lot":"\#(order)"}"#)
                case 5: ("points.adjusted", #"{"points":\#(points - 30)}"#)
                default:
                    (
                        "points.earned",
                        #"{"expires_on":"\#(day.adding(days: points * 3))","order":"\#(order)","points":\#(points)}"#
                    )
                }
            try ledger.append(
                id: "e\(sequence)", type: type, subject: "c", time: "\(day)T12:00:00Z",
                recorded: "2024-01-01T00:00:00Z", data: data)
        }
        for asOf in ["2022-03-01", "2022-06-01", "2022-12-31"] {
            let base = try ledger.base(asOf: asOf + "T23:59:59Z", known: UInt64(ledger.lines.count))
            for measure in base.measures(LoyaltyModel.self) {
                let state = measure.state
                let spent = state.redeemed - state.cancelled + state.clawedBack
                #expect(state.earned == spent + measure.expired + measure.balance, "seed \(seed) \(asOf)")
                #expect(measure.usable >= 0 && measure.available >= 0 && state.debt >= 0)
            }
        }
    }

    @Test func aWholeRefundTakesBackWhatPartsLeft() throws {
        var ledger = try MemoryLedger()
        let events: [(String, String)] = [
            ("purchase.completed", #"{"currency":"GBP","order":"o","total":"30"}"#),
            ("points.earned", #"{"order":"o","points":10}"#),
            ("purchase.returned", #"{"amount":"10","currency":"GBP","order":"o"}"#),
            ("purchase.returned", #"{"amount":"10","currency":"GBP","order":"o"}"#),
            ("purchase.returned", #"{"amount":"10","currency":"GBP","order":"o"}"#),
        ]
        var balances: [Double?] = []
        for (sequence, event) in events.enumerated() {
            try ledger.append(
                id: "e\(sequence)", type: event.0, subject: "c", time: "2024-01-0\(sequence + 1)T12:00:00Z",
                data: event.1)
            let base = try ledger.base(asOf: "2024-02-01T00:00:00Z", known: UInt64(sequence + 1))
            balances.append(MemoryBase.row("loyalty", 0, base)["balance"]?.numberValue)
        }
        #expect(balances == [0, 10, 7, 4, 0])
    }

    @Test func aLateAccrualAddsPointsAndMovesNoRedemption() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "1", type: "points.earned", subject: "c", time: "2024-01-10T12:00:00Z",
            data: #"{"expires_on":"2024-12-31","lot":"A","points":50}"#)
        try ledger.append(
            id: "2", type: "points.redeemed", subject: "c", time: "2024-02-01T12:00:00Z",
            data: #"{"points":50}"#)
        try ledger.append(
            id: "3", type: "points.earned", subject: "c", time: "2024-01-05T12:00:00Z",
            recorded: "2024-03-01T00:00:00Z", data: #"{"expires_on":"2024-06-30","lot":"B","points":20}"#)
        let base = try ledger.base(asOf: "2024-03-01T23:59:59Z", known: 3)
        let row = MemoryBase.row("loyalty", 0, base)
        #expect(row["balance"] == 20 && row.value(at: "next_expiry.date") == "2024-06-30")
    }
}
