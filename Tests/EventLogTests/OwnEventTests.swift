import Events
import Testing

@testable import EventLog

@Suite struct OwnEventTests {
    private func registration(_ id: String, version: Int, title: String = "x") -> IncomingEvent {
        event(
            id, "schema.registered", of: nil,
            data:
                #"{"type":"workshop.booked","version":\#(version),"schema":{"type":"object","title":"\#(title)","#
                + #""x-subject":"required","properties":{"seats":{"type":"integer"}},"additionalProperties":false}}"#,
            source: "daybook:")
    }

    private func booking(_ id: String, _ data: String) -> IncomingEvent {
        event(id, "workshop.booked", data: data)
    }

    @Test(arguments: [65_536, 1]) func typesThatUsersRegisterAreKnownAtOnceAndAfterOpening(flushCount: Int)
        throws
    {
        let ledger = try TestLedger(flushCount: flushCount)
        var log = try ledger.log()
        #expect(throws: LogError.self) { try log.append([booking("1", #"{"seats":2}"#)]) }
        try log.appendOwn([registration("r1", version: 1)])
        try log.append([booking("1", #"{"seats":2}"#)])
        log = try ledger.reopen()
        try log.append([booking("2", #"{"seats":3}"#)])
        #expect(throws: LogError.self) { try log.append([booking("3", #"{"seats":"three"}"#)]) }
        for (id, version, title) in [("r2", 3, "x"), ("r3", 1, "other")] {
            let error = try #require(throws: LogError.self) {
                try log.appendOwn([registration(id, version: version, title: title)])
            }
            #expect(error.problems.map(\.code) == ["bad_schema"])
        }
        try log.appendOwn([registration("r4", version: 2)])
        try log.append([booking("4", #"{"seats":4}"#)])
        #expect(
            try log.allLines().last?.contains(#""dataschema":"urn:daybook:schema:workshop.booked:v2""#)
                == true)
    }

    @Test func registrationsOfOneCommitThatContradictEachOtherAreRefused() throws {
        let ledger = try TestLedger()
        var log = try ledger.log()
        let error = try #require(throws: LogError.self) {
            try log.appendOwn([
                registration("r1", version: 1), registration("r2", version: 1, title: "other"),
            ])
        }
        #expect(error.problems.map(\.code) == ["bad_schema"])
        #expect(error.problems.map(\.eventNumber) == [2])
        #expect(throws: LogError.self) { try log.append([booking("1", #"{"seats":2}"#)]) }
        // A version and the next one may come together.
        try log.appendOwn([registration("r3", version: 1), registration("r4", version: 2, title: "other")])
        try log.append([booking("1", #"{"seats":2}"#)])
        log = try ledger.reopen()
        #expect(log.schemas.versionCount(of: "workshop.booked") == 2)
    }

    @Test func whoeverReadsKnowsTheTypesOfUsersToo() throws {
        let ledger = try TestLedger()
        var options = LogOptions()
        do {
            let log = try ledger.log()
            options = log.options
            try log.appendOwn([registration("r1", version: 1)])
            #expect(try log.registeredSchemas().versionCount(of: "workshop.booked") == 1)
            try log.close()
        }
        let reader = try EventLog(opening: ledger.folder, access: .read, options: options)
        #expect(try reader.registeredSchemas().versionCount(of: "workshop.booked") == 1)
        #expect(reader.schemas.versionCount(of: "workshop.booked") == 0, "read when it is asked for")
    }

    @Test func aPolicyIsAdoptedByTheLedgerItself() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let policy = event(
            "p1", "policy.adopted", of: nil, at: "2027-01-01T00:00:00Z", data: #"{"policy":{}}"#,
            source: "daybook:")
        #expect(try log.appendOwn([policy]).outcomes == [.created(Position(1))])
        #expect(try log.appendOwn([policy]).outcomes == [.exists(Position(1))])
        #expect(try log.read { !$0.isOpenForTakeover })
    }
}
