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
        #expect(try log.read { try $0.recorded(at: Position(1)) } == ledger.clock.instant)
    }

    @Test func recordedTimesNeverDecreaseEvenWhenTheClockDoes() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        try log.append([event("1")])
        ledger.clock.advance(seconds: -3_600)
        try log.append([event("2")])
        let times = try log.read { view in
            [try view.recorded(at: Position(1)), try view.recorded(at: Position(2))]
        }
        #expect(times[0] == times[1])
    }

    @Test func theSameEventAgainIsThereAlready() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        try log.append([event("1"), event("2")])
        ledger.clock.advance(seconds: 60)
        let again = [
            event("2"),
            // Another order, white space, the time in another zone and decimals, a recorded time of its own.
            IncomingEvent(
                #"{ "type":"purchase.completed","time":"2025-06-01T12:00:00.000+02:00","subject":"c1","#
                    + #""data":{"total":"12.50","currency":"GBP"},"source":"urn:test","id":"1","#
                    + #""recordedtime":"2025-07-01T00:00:00Z","specversion":"1.0"}"#),
            event("3"), event("3"),
        ]
        let result = try log.append(again)
        #expect(
            result.outcomes
                == [.exists(Position(2)), .exists(Position(1)), .created(Position(3)), .exists(Position(3))])
        #expect(result.createdCount == 1)
        #expect(try log.head() == 4)
    }

    @Test(arguments: [65_536, 1]) func theSameIDWithOtherContentIsAConflict(flushCount: Int) throws {
        let ledger = try TestLedger(flushCount: flushCount)
        let log = try ledger.log()
        try log.append([event("1")])
        let other = event("1", data: #"{"total":"12.51","currency":"GBP"}"#)
        let error = try #require(throws: LogError.self) { try log.append([event("2"), other]) }
        #expect(error.category == .conflict)
        #expect(error.problems.map(\.code) == ["exists_different"])
        #expect(error.problems[0].eventNumber == 2)
        #expect(error.problems[0].found.contains("urn:test 1"))
        #expect(error.problems[0].expected.contains("position 1"))
        // The same id of another source is another event.
        #expect(try log.append([event("1", source: "urn:other")]).outcomes == [.created(Position(2))])
        // Within one batch as well.
        let within = try #require(throws: LogError.self) {
            try log.append([event("9"), event("9", of: "c2")])
        }
        #expect(within.category == .conflict)
        #expect(try log.head() == 3)
    }

    @Test func anIncomingRecordedTimeIsKeptUnderAnotherName() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        try log.append([event("1", more: #","recordedtime":"2025-06-02T00:00:00+02:00""#)])
        let line = try log.allLines()[1]
        #expect(line.contains(#""sourcerecordedtime":"2025-06-02T00:00:00+02:00""#))
        #expect(line.contains(#""recordedtime":"2026-01-01T00:00:00.000000Z""#))
    }

    @Test func aBatchWithABadEventWritesNothingAndNamesAllOfThem() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let batch = [
            event("1"), event("2", "no.such.type"), event("3"),
            event("4", data: #"{"total":"12.50","currency":"GBP","unheard":1}"#), IncomingEvent("{"),
        ]
        let error = try #require(throws: LogError.self) { try log.append(batch) }
        #expect(error.category == .invalid)
        #expect(error.problems.map(\.eventNumber) == [2, 4, 5])
        #expect(error.problems[0].pointer == "/type")
        #expect(error.problems[1].pointer == "/data/unheard")
        #expect(try log.head() == 1)
        #expect(try log.append([event("1")]).outcomes == [.created(Position(1))])
    }

    @Test func whatTheWriterRefusesCanBeSetAside() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let preparer = try log.makePreparer()
        var batch = PreparedBatch()
        let events = [
            event("1"), event("2", at: "2027-01-01T00:00:00Z"), event("3"),
            event("1", of: "c2"), event("4", "customer.merged", of: "a", data: #"{"into":"b"}"#),
            event("5", "customer.merged", of: "b", data: #"{"into":"a"}"#),
        ]
        for event in events { try preparer.prepare(event.json.span, into: &batch) }
        let refusal = try #require(throws: LogError.self) { try log.append(batch) }
        #expect(refusal.problems.map(\.eventNumber) == [2, 4, 6])
        #expect(refusal.category == .invalid)
        let result = try log.append(batch, refusals: .setAside)
        #expect(
            result.outcomes
                == [
                    .created(Position(1)), .refused, .created(Position(2)), .refused, .created(Position(3)),
                    .refused,
                ])
        #expect(result.refused.map(\.code) == ["in_the_future", "exists_different", "merge"])
    }

    @Test func anEventInTheFutureIsRefusedUnlessItIsPlanned() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let planned = event(
            "2", "followup.planned", at: "2026-03-01T00:00:00Z",
            data: #"{"followup":"f1","due_on":"2026-03-01","kind":"call"}"#)
        try log.append([event("1", at: "2026-01-01T00:05:00Z"), planned])
        let error = try #require(throws: LogError.self) {
            try log.append([event("3", at: "2026-01-01T00:05:00.000001Z")])
        }
        #expect(error.problems.map(\.pointer) == ["/time"])
        #expect(try log.head() == 3)
    }

    @Test func theLedgersOwnSourceIsReserved() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let policy = #"{"policy":{"churn":{"horizon_days":90}}}"#
        for source in ["daybook:", "daybook:import", "urn:test"] {
            #expect(throws: LogError.self) {
                try log.append([event("1", "policy.adopted", of: nil, data: policy, source: source)])
            }
        }
        #expect(throws: LogError.self) { try log.append([event("2", source: "daybook:")]) }
        #expect(try log.head() == 1)
    }

    @Test func anEventIsAtMost65535BytesLong() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        func large(_ count: Int) -> IncomingEvent {
            let attributes = #"{"attributes":{"x":"\#(String(repeating: "x", count: count))"}}"#
            return event("1", "customer.updated", data: attributes)
        }
        let frame = 65_535 - 1_000
        let error = try #require(throws: LogError.self) { try log.append([large(frame + 1_000)]) }
        #expect(error.problems.map(\.code) == ["too_long"])
        #expect(error.problems[0].expected.contains("65535"))
        try log.append([large(frame)])
        #expect(try log.allLines()[1].utf8.count > frame)
    }
}

extension AppendTests {
    @Test func attributesThatAreNullAreAbsent() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        try log.append([event("1", more: #","authid":null,"authtype":null,"correlationid":null"#)])
        let line = try log.allLines()[1]
        #expect(!line.contains("null"))
        #expect(line.hasPrefix(#"{"authtype":"system","data""#))
        #expect(try log.append([event("1")]).outcomes == [.exists(Position(1))])
        let missing = try #require(throws: LogError.self) {
            try log.append([event("2", of: nil, more: #","subject":null"#)])
        }
        #expect(missing.problems.map(\.pointer) == ["/subject"])
        #expect(throws: LogError.self) { try log.append([event("3", more: #","contentmac":"AAAA""#)]) }
    }

    @Test(arguments: ["ip", "in", "tyre", "tint", "desk", "dept"])
    func anExtensionWithAShortNameIsNoAttribute(name: String) throws {
        let ledger = try TestLedger()
        let sent = event("1", more: #","\#(name)":"x""#)
        for _ in 0..<3 {
            _ = try ledger.log().append([sent])
            _ = try ledger.reopen()
        }
        let log = try ledger.log()
        #expect(try log.head() == 2, "the same event was taken for a new one")
        let error = try #require(throws: LogError.self) {
            try log.append([event("1", more: #","\#(name)":"y""#)])
        }
        #expect(error.problems.map(\.code) == ["exists_different"])
    }
}
