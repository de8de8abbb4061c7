import EventLog
import Events
import Testing

@Suite struct AppendTests {
    @Test func aNewLedgerHoldsItsOpeningEventOnly() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let lines = try log.allLines()
        #expect(lines.count == 1)
        #expect(lines[0].contains(#""recordedtime":"0001-01-01T00:00:00Z""#))
        #expect(lines[0].contains(#""time":"0001-01-01T00:00:00Z""#))
        #expect(lines[0].contains(#""made_at":"2026-01-01T00:00:00Z""#))
        #expect(log.facts.zone == "Europe/London")
        #expect(log.facts.currency == "GBP")
        #expect(log.facts.origin.hasPrefix("daybook.local/"))
        #expect(try log.read { $0.isOpenForTakeover })
    }

    @Test func anEventGetsTheNextPositionAndItsRecordedTime() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let result = try log.append([event("1"), event("2")])
        #expect(result.outcomes == [.created(Position(1)), .created(Position(2))])
        #expect(result.head == Position(3))
        let line = try log.allLines()[1]
        #expect(
            line == #"{"authtype":"system","data":{"currency":"GBP","total":"12.50"},"id":"1","#
                + #""recordedtime":"2026-01-01T00:00:00.000000Z","source":"urn:test","specversion":"1.0","#
                + #""subject":"c1","time":"2025-06-01T10:00:00Z","type":"purchase.completed"}"#)
    }
}
