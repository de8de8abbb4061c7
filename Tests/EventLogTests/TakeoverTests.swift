import EventLog
import Events
import Testing

@Suite struct TakeoverTests {
    private func prepared(_ log: EventLog, _ events: [IncomingEvent]) throws -> PreparedBatch {
        let preparer = try log.makePreparer()
        var batch = PreparedBatch()
        for event in events { try preparer.prepare(event.json.span, into: &batch) }
        return batch
    }

    private func at(_ id: String, _ time: String, recorded: String? = nil) -> IncomingEvent {
        event(id, at: time, more: recorded.map { #","recordedtime":"\#($0)""# } ?? "")
    }

    private func problems(
        _ log: EventLog, _ events: [IncomingEvent], _ policy: RecordedTimePolicy
    ) throws -> [EventProblem] {
        let batch = try prepared(log, events)
        return try #require(throws: LogError.self) { try log.append(batch, recorded: policy) }.problems
    }

    @Test func recordedTimesAreTakenOverAsTheyWere() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        try log.append(
            try prepared(log, [at("1", "2020-01-01T00:00:00Z"), at("2", "2020-01-01T00:00:00.5Z")]),
            recorded: .effective)
        try log.append(
            try prepared(
                log, [at("3", "2019-01-01T00:00:00Z", recorded: "2021-01-01T01:00:00+01:00")]),
            recorded: .field)
        #expect(try log.read { $0.isOpenForTakeover })
        let recorded = try log.read { view in
            try (1...3).map { try view.recorded(at: Position($0))?.description }
        }
        #expect(recorded == ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.500Z", "2021-01-01T00:00:00Z"])
        #expect(try log.allLines()[3].contains(#""sourcerecordedtime":"2021-01-01T01:00:00+01:00""#))
    }

    @Test func theyMayNeitherDecreaseNorLieInTheFutureNorBeMissing() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let found = try problems(
            log,
            [
                at("1", "2020-01-02T00:00:00Z"), at("2", "2020-01-01T00:00:00Z"),
                at("3", "2026-01-01T00:00:00.000001Z"),
            ], .effective)
        #expect(found.map(\.eventNumber) == [2, 3])
        #expect(found.map(\.code) == ["recorded_time", "recorded_time"])
        #expect(
            try problems(log, [at("1", "2020-01-02T00:00:00Z")], .field).map(\.pointer) == ["/recordedtime"])
        #expect(try log.head() == 1)
    }

    @Test func theFirstEventRecordedNowEndsTheTakeover() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let old = [at("1", "2020-01-01T00:00:00Z"), at("2", "2020-01-02T00:00:00Z")]
        try log.append(try prepared(log, old), recorded: .effective)
        try log.append([event("3")])
        #expect(try log.read { !$0.isOpenForTakeover })
        let later = try problems(log, [at("4", "2026-01-01T00:00:00Z")], .effective)
        #expect(later.map(\.code) == ["recorded_time"])
        #expect(later[0].expected.contains("position 3"))
        // What is there already is recognised before its recorded time is looked at.
        let again = try log.append(try prepared(log, old), recorded: .effective)
        #expect(again.outcomes == [.exists(Position(1)), .exists(Position(2))])
    }

    @Test func anInterruptedTakeoverIsResumedByRunningItAgain() throws {
        let ledger = try TestLedger(flushCount: 10)
        let history = (0..<50).map { at("\($0)", "2020-01-01T00:00:\($0 < 10 ? "0" : "")\($0)Z") }
        var log = try ledger.log()
        try log.append(try prepared(log, Array(history[..<23])), recorded: .effective)
        log = try ledger.reopen()
        for start in stride(from: 0, to: 50, by: 10) {
            try log.append(try prepared(log, Array(history[start..<start + 10])), recorded: .effective)
        }
        #expect(try log.head() == 51)
        let ids = try log.allLines().dropFirst().map { try JSONValue(parsing: $0)["id"]?.stringValue }
        #expect(ids == (0..<50).map { "\($0)" })
    }

    @Test func aTimeIsResolvedToThePositionThatWasKnownThen() throws {
        let ledger = try TestLedger(flushCount: 7)
        let log = try ledger.log()
        var times: [Int64] = [Instant.first.microseconds]
        var generator = SeededGenerator(seed: 11)
        var now = try Instant(parsing: "2020-01-01T00:00:00Z").microseconds
        while times.count < 400 {
            var batch: [IncomingEvent] = []
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                now += Int64.random(in: 0...2, using: &generator)
                batch.append(at("\(times.count)", Instant(microseconds: now).description))
                times.append(now)
            }
            try log.append(try prepared(log, batch), recorded: .effective)
        }
        try log.read { view in
            for instant in times.flatMap({ [$0 - 1, $0, $0 + 1] }) {
                let expected = UInt64(times.count { $0 <= instant })
                let found = try view.position(knownAt: Instant(microseconds: instant))
                #expect(found == Position(expected))
            }
            let last = try view.position(knownAt: Instant.last)
            #expect(last == view.head)
        }
    }
}

/// A generator of chance that begins where it is told (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
