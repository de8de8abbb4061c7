import EventLog
import Events
import Testing

@Suite struct ConditionTests {
    @Test(arguments: [65_536, 3]) func expectationsAreCheckedBeforeABatchIsWritten(flushCount: Int) throws {
        let ledger = try TestLedger(flushCount: flushCount)
        let log = try ledger.log()
        try log.append([event("1", of: "a")], conditions: [SubjectCondition(subject: "a", .none)])
        try log.append([event("2", of: "a")], conditions: [SubjectCondition(subject: "a", .exists)])
        try log.append(
            [event("3", of: "a"), event("4", of: "b")],
            conditions: [SubjectCondition(subject: "a", .revision(2)), SubjectCondition(subject: "b", .none)])
        let conditions = [
            SubjectCondition(subject: "a", .none), SubjectCondition(subject: "a", .revision(3)),
            SubjectCondition(subject: "b", .revision(2)), SubjectCondition(subject: "c", .exists),
        ]
        let error = try #require(throws: LogError.self) {
            try log.append([event("5", of: "a")], conditions: conditions)
        }
        #expect(error.category == .conflict)
        #expect(error.failedConditions.map(\.condition) == [conditions[0], conditions[2], conditions[3]])
        #expect(error.failedConditions.map(\.found) == [3, 1, 0])
        #expect(try log.head() == 5)
        #expect(try log.read { try $0.revision(ofCustomer: "a") } == 3)
        #expect(try log.read { try $0.revision(ofCustomer: "a", amongFirst: Position(3)) } == 2)
    }

    @Test func whatWasAcknowledgedMeetsItsExpectationWhenItIsSentAgain() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let condition = [SubjectCondition(subject: "a", .none)]
        try log.append([event("1", of: "a")], conditions: condition)
        #expect(
            try log.append([event("1", of: "a")], conditions: condition).outcomes == [.exists(Position(1))])
        #expect(throws: LogError.self) {
            try log.append([event("1", of: "a"), event("2", of: "a")], conditions: condition)
        }
    }

    @Test func ofTwoWhoExpectTheSameRevisionOneWins() async throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let created = await withTaskGroup(of: Int.self) { group in
            for writer in 0..<32 {
                group.addTask {
                    let result = try? await log.append(
                        [event("\(writer)", of: "a")], conditions: [SubjectCondition(subject: "a", .none)])
                    return result?.createdCount ?? 0
                }
            }
            return await group.reduce(0, +)
        }
        #expect(created == 1)
        #expect(try log.head() == 2)
    }
}
