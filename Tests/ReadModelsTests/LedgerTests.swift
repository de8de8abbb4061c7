import Events
import Projection
import ReadModels
import Testing

@Suite("Merges, corrections and voids, from lines to rows")
struct LedgerTests {
    private static let currency = "\"currency\":\"GBP\""

    private static func shop() throws -> MemoryLedger {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "1", type: "purchase.completed", subject: "a", time: "2024-01-01T10:00:00Z",
            data: "{\(currency),\"order\":\"o\",\"total\":\"10.00\"}")
        try ledger.append(
            id: "2", type: "purchase.completed", subject: "b", time: "2024-01-05T10:00:00Z",
            data: "{\(currency),\"total\":\"5.00\"}")
        try ledger.append(
            id: "3", type: "survey.answered", subject: "b", time: "2024-01-06T10:00:00Z",
            data: "{\"response\":\"r\",\"scale\":\"nps\",\"score\":9,\"survey\":\"s\"}")
        return ledger
    }

    private static let now = "2024-06-30T00:00:00Z"

    @Test func aMergeIsTheUnionAndASplitTheOriginal() throws {
        var ledger = try Self.shop()
        let before = try ledger.base(asOf: Self.now, known: 3)
        try ledger.append(
            id: "4", type: "customer.merged", subject: "b", time: "2025-01-01T00:00:00Z",
            data: "{\"into\":\"a\"}")
        let merged = try ledger.base(asOf: Self.now, known: 4)
        #expect(ledger.names(in: merged) == ["a"])
        let row = MemoryBase.row("value", 0, merged)
        #expect(row.value(at: "net_revenue.amount") == "15.00" && row["purchase_days"] == 2)
        #expect(MemoryBase.row("satisfaction", 0, merged)["answers"] == 1)
        try ledger.append(
            id: "5", type: "customer.split", subject: "b", time: "2025-01-02T00:00:00Z",
            data: "{\"from\":\"a\"}")
        let split = try ledger.base(asOf: Self.now, known: 5)
        #expect(MemoryBase.everything(split) == MemoryBase.everything(before))
    }

    @Test func aCorrectionMovesAndChangesAnEventAndItsVoidRestoresIt() throws {
        var ledger = try Self.shop()
        let before = try ledger.base(asOf: Self.now, known: 3)
        try ledger.append(
            id: "4", type: "event.corrected", subject: "a", time: "2024-02-01T00:00:00Z",
            data: """
                {"data":{\(Self.currency),"total":"7.50"},"id":"1","reason":"typing","source":"shop",\
                "time":"2024-01-03T00:00:00Z"}
                """)
        let corrected = try ledger.base(asOf: Self.now, known: 4)
        let row = MemoryBase.row("value", try #require(ledger.index(of: "a", in: corrected)), corrected)
        #expect(row.value(at: "net_revenue.amount") == "7.50" && row["first_purchase"] == "2024-01-03")
        // As of a day between the two times the event has not happened any more.
        let between = try ledger.base(asOf: "2024-01-02T00:00:00Z", known: 4)
        #expect(ledger.names(in: between) == [])
        try ledger.append(
            id: "5", type: "event.voided", subject: nil, time: "2024-02-02T00:00:00Z",
            data: "{\"id\":\"4\",\"reason\":\"r\",\"source\":\"shop\"}")
        let restored = try ledger.base(asOf: Self.now, known: 5)
        #expect(MemoryBase.everything(restored) == MemoryBase.everything(before))
        #expect(
            MemoryBase.everything(try ledger.base(asOf: Self.now, known: 3)) == MemoryBase.everything(before))
    }

    @Test func amountsWithoutARateAreLeftOutUntilOneIsPublished() throws {
        var ledger = try Self.shop()
        try ledger.append(
            id: "4", type: "purchase.completed", subject: "c", time: "2024-03-09T10:00:00Z",
            data: "{\"currency\":\"USD\",\"order\":\"x\",\"total\":\"100.00\"}")
        try ledger.append(
            id: "5", type: "purchase.returned", subject: "c", time: "2024-03-20T10:00:00Z",
            data: "{\"amount\":\"40.00\",\"currency\":\"USD\",\"order\":\"x\"}")
        func value(_ known: UInt64, asOf: String = Self.now) throws -> JSONValue {
            let base = try ledger.base(asOf: asOf, known: known)
            return MemoryBase.row("value", try #require(ledger.index(of: "c", in: base)), base)
        }
        let without = try value(5)
        #expect(without["unconverted"] == 2 && without.value(at: "net_revenue.amount") == "0.00")
        #expect(without["purchases"] == 1, "a part refunded is not the whole, whatever the rate")
        try ledger.append(
            id: "6", type: "rate.published", subject: nil, time: "2024-03-31T00:00:00Z", source: "daybook:",
            data: "{\"from\":\"USD\",\"rates\":[{\"on\":\"2024-03-09\",\"rate\":\"0.785\"}],\"to\":\"GBP\"}")
        let with = try value(6)
        #expect(with["unconverted"] == 0)
        // The refund has the rate of the purchase it reverses.
        #expect(
            with.value(at: "gross_revenue.amount") == "78.50" && with.value(at: "refunded.amount") == "31.40")
        // Before its own time the rate was not known of.
        #expect(try value(6, asOf: "2024-03-30T00:00:00Z")["unconverted"] == 2)
    }

    @Test func answersSurviveAMergeOncePerForm() throws {
        var ledger = try Self.shop()
        try ledger.append(
            id: "4", type: "survey.answered", subject: "a", time: "2024-01-07T10:00:00Z",
            data: "{\"response\":\"r\",\"scale\":\"nps\",\"score\":3,\"survey\":\"s\"}")
        try ledger.append(
            id: "5", type: "customer.merged", subject: "b", time: "2025-01-01T00:00:00Z",
            data: "{\"into\":\"a\"}")
        let merged = try ledger.base(asOf: Self.now, known: 5)
        let row = MemoryBase.row("satisfaction", 0, merged)
        #expect(row["answers"] == 1 && row.value(at: "nps.last") == 3)
    }
}
