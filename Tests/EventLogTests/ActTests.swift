import EventLog
import Events
import Testing

@Suite struct ActTests {
    private func void(_ id: String, _ target: String, source: String = "urn:test") -> IncomingEvent {
        event(
            id, "event.voided", of: nil, data: #"{"source":"\#(source)","id":"\#(target)","reason":"typing"}"#
        )
    }

    private func correction(_ id: String, _ target: String, data: String) -> IncomingEvent {
        event(
            id, "event.corrected", of: nil,
            data: #"{"source":"urn:test","id":"\#(target)","reason":"typing","data":\#(data)}"#)
    }

    private func merge(_ id: String, _ ended: String, into: String) -> IncomingEvent {
        event(id, "customer.merged", of: ended, data: #"{"into":"\#(into)"}"#)
    }

    private func split(_ id: String, _ freed: String, from: String) -> IncomingEvent {
        event(id, "customer.split", of: freed, data: #"{"from":"\#(from)"}"#)
    }

    private func refusal(_ log: EventLog, _ events: [IncomingEvent]) throws -> [EventProblem] {
        try #require(throws: LogError.self) { try log.append(events) }.problems
    }

    @Test(arguments: [65_536, 1]) func aVoidNamesAnEventOfTheLogOrOneBeforeItInTheBatch(flushCount: Int)
        throws
    {
        let ledger = try TestLedger(flushCount: flushCount)
        let log = try ledger.log()
        try log.append([event("1")])
        try log.append([void("v1", "1"), event("2"), void("v2", "2"), void("v3", "v2")])
        #expect(try refusal(log, [void("v4", "3")]).map(\.code) == ["target"])
        #expect(try refusal(log, [void("v4", "1", source: "urn:other")]).map(\.pointer) == ["/data/id"])
        #expect(try refusal(log, [void("v4", "3"), event("3")]).map(\.eventNumber) == [1])
        #expect(try refusal(log, [void("v4", "opening", source: "daybook:")]).map(\.code) == ["target"])
    }

    @Test(arguments: [65_536, 1]) func aCorrectionIsCheckedByTheSchemaOfItsTarget(flushCount: Int) throws {
        let ledger = try TestLedger(flushCount: flushCount)
        let log = try ledger.log()
        try log.append([event("1"), void("v1", "1")])
        try log.append([correction("k1", "1", data: #"{"total":"9.99","currency":"GBP"}"#)])
        let problems = try refusal(
            log,
            [
                correction("k2", "1", data: #"{"total":9.99,"currency":"GBP"}"#),
                correction("k3", "none", data: "{}"),
                correction("k4", "v1", data: #"{"source":"urn:test","id":"1","reason":"x"}"#),
                event(
                    "k5", "event.corrected", of: nil,
                    data: #"{"source":"daybook:","id":"opening","reason":"x","data":{"policy":{}}}"#),
            ])
        #expect(problems.map(\.eventNumber) == [1, 2, 3, 4])
        #expect(problems.map(\.pointer) == ["/data/data/total", "/data/id", "/data/id", "/data/id"])
        #expect(try log.head() == 4)
    }

    @Test(arguments: [65_536, 1]) func mergesCloseNoCircle(flushCount: Int) throws {
        let ledger = try TestLedger(flushCount: flushCount)
        var log = try ledger.log()
        try log.append([merge("m1", "a", into: "b"), merge("m2", "b", into: "c")])
        #expect(try refusal(log, [merge("m3", "c", into: "a")]).map(\.code) == ["merge"])
        #expect(try refusal(log, [merge("m3", "x", into: "y"), merge("m4", "y", into: "x")]).count == 1)
        // What was staged for the refused batch is forgotten.
        try log.append([merge("m4", "y", into: "x")])
        log = try ledger.reopen()
        #expect(try refusal(log, [merge("m3", "c", into: "a")]).map(\.pointer) == ["/data/into"])
        #expect(try refusal(log, [split("s1", "a", from: "c")]).map(\.pointer) == ["/data/from"])
        try log.append([split("s1", "b", from: "c"), merge("m3", "c", into: "a")])
        #expect(throws: LogError.self) { try log.append([split("s2", "b", from: "c")]) }
    }

    @Test func aVoidedMergeIsNoneAndAVoidedVoidRestoresIt() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        try log.append([merge("m1", "a", into: "b"), void("v1", "m1")])
        #expect(throws: LogError.self) { try log.append([split("s1", "a", from: "b")]) }
        try log.append([void("v2", "v1")])
        #expect(throws: LogError.self) { try log.append([merge("m2", "b", into: "a")]) }
        try log.append([split("s1", "a", from: "b"), merge("m2", "b", into: "a")])
    }
}
