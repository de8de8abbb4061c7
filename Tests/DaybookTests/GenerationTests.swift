import Daybook
import Events
import Foundation
import Testing

@Suite("Generations of the views")
struct GenerationTests {
    private let author = Authorship(actor: "eve", reason: "new thresholds")

    private func shop(_ fixture: LedgerFixture) async throws -> Ledger {
        let ledger = try await fixture.create()
        var events: [JSONValue] = []
        for index in 0..<60 {
            events.append(
                purchase(
                    "p\(index)", "c\(index % 9)", "2024-0\(1 + index % 4)-1\(index % 10)T10:00:00Z",
                    "\(1 + (index * 37) % 90).00"))
        }
        try await ledger.append(events)
        return ledger
    }

    private func register(_ fixture: LedgerFixture) -> String {
        fixture.folder + "/views/generations/register.json"
    }

    @Test func aNewGenerationStandsBesideTheLiveOneUntilItTakesOver() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        let first = try await ledger.rebuildViews(fromLog: false)
        #expect(first["live"] == true && first["generation"] == 1)
        let answers = try await ledger.customers(CustomerQuery(), at: Question())
        let second = try await ledger.rebuildViews(fromLog: true)
        #expect(second["live"] == false && second["digests"] == first["digests"])
        #expect(try await ledger.status()["views"]?[0]?["generation"] == 1)
        let change = try await ledger.cutOverViews(by: author)
        #expect(change["action"] == "cutover" && change["before"] == 1 && change["moved"] == 0)
        #expect(try await ledger.status()["views"]?[0]?["generation"] == 2)
        try await ledger.append([purchase("q1", "c1", "2024-05-19T10:00:00Z", "3.00")])
        #expect(
            try await ledger.customer("c1", at: Question()).value(at: "value.last_purchase") == "2024-05-19")
        let back = try await ledger.rollBackViews(by: author)
        #expect(back["action"] == "rollback" && back["generation"] == 1)
        #expect(
            try await ledger.customer("c1", at: Question()).value(at: "value.last_purchase") == "2024-05-19")
        let history = try await ledger.viewHistory()
        #expect(history.map { $0["action"] } == ["first", "cutover", "rollback"])
        #expect(history.last?["actor"] == "eve")
        await #expect(throws: LedgerError.self) { try await ledger.rollBackViews(by: author) }
        #expect(answers.count == 9)
        #expect(try await ledger.verifyViews()["same"] == true)
        #expect(try await ledger.status()["views"]?[0]?["proved_position"] == 62)
    }

    @Test func readersAndWritersFollowTheLiveLane() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        do {
            let ledger = try await shop(fixture)
            _ = try await ledger.rebuildViews(fromLog: false)
            _ = try await ledger.rebuildViews(fromLog: true)
            _ = try await ledger.cutOverViews(by: author)
            try ledger.close()
        }
        do {
            let reader = try await fixture.open(writing: false)
            #expect(reader.notes.isEmpty, "\(reader.notes)")
            #expect(try await reader.customers(CustomerQuery(), at: Question()).count == 9)
            _ = try await reader.rebuildViews(fromLog: true)
            #expect(try await reader.generations().count == 3)
        }
        let writer = try await fixture.open(writing: true)
        #expect(writer.notes.isEmpty, "\(writer.notes)")
        _ = try await writer.cutOverViews(to: 3, by: author)
        #expect(try await writer.verifyViews()["same"] == true)
    }

    @Test func theDifferenceIsToldInTheWordsOfTheBusinessWithItsCauses() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        _ = try await ledger.rebuildViews(fromLog: false)
        await #expect(throws: LedgerError.self) { try await ledger.diffViews() }
        _ = try await ledger.adoptPolicy(["lifecycle": ["mu0_days": 12]], by: author)
        try fixture.set("2024-05-21T12:00:00Z")
        try await ledger.append([purchase("q1", "c1", "2024-05-21T10:00:00Z", "3.00")])
        _ = try await ledger.rebuildViews(fromLog: false)
        let difference = try await ledger.diffViews()
        let changes = difference["changes"]?.arrayValue ?? []
        #expect(!changes.isEmpty)
        let causes = Set(changes.compactMap { $0["cause"]?.stringValue })
        #expect(causes.contains("policy") && !causes.contains("rules") && !causes.contains("unknown"))
        let event = changes.first { $0["cause"] == "event" && $0["customer"] == "c1" }
        #expect(event == nil || event?["events"] == [62])
        #expect(changes.contains { $0["cause"] == "policy" && $0["events"]?.arrayValue?.isEmpty == false })
        let flows = difference["flows"]?.arrayValue?.compactMap { $0["customers"]?.integerValue }
        #expect(flows?.reduce(0, +) == changes.count)
        #expect(try await ledger.diffViews(causes: ["rules"])["moved"] == 0)
        let moved = try await ledger.cutOverViews(by: author)["moved"]
        #expect(moved == difference["moved"])
    }

    @Test func aGenerationOfOtherRulesIsNotServedAndNamesItsProgram() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        _ = try await ledger.rebuildViews(fromLog: false)
        let path = register(fixture)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let version = try #require(Ledger.views.first { $0.name == "value" }?.version)
        let older = text.replacing("\"value\" : \(version)", with: "\"value\" : 77")
            .replacing("\"build\" : \"\(Build.version)\"", with: "\"build\" : \"0.0.9\"")
        #expect(older != text)
        try older.write(toFile: path, atomically: true, encoding: .utf8)
        let refusal = await #expect(throws: LedgerError.self) {
            try await ledger.report("value", ReportQuery(), at: Question())
        }
        #expect(refusal?.category == .notAllowed)
        #expect(refusal?.message.contains("Use daybook 0.0.9") == true)
        _ = try await ledger.rebuildViews(fromLog: false)
        let difference = try await ledger.diffViews()
        #expect(difference["moved"] == 0)
        _ = try await ledger.cutOverViews(by: author)
        #expect(try await ledger.report("value", ReportQuery(), at: Question())["n"] == 9)
        #expect(try await ledger.rollBackViews(by: author)["needs"] == "daybook 0.0.9")
    }

    @Test func damagedRowsAndADamagedRegisterAreNotUsed() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        _ = try await ledger.rebuildViews(fromLog: false)
        try fixture.set("2024-06-20T12:00:00Z")
        _ = try await ledger.rebuildViews(fromLog: false)
        let sound = try await ledger.diffViews()
        #expect(sound["moved"]?.integerValue ?? 0 > 0)
        let rows = fixture.folder + "/views/generations/1.rows"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: rows)))
        bytes[bytes.count / 2] ^= 0x20
        try Data(bytes).write(to: URL(filePath: rows))
        #expect(try await ledger.diffViews() == sound)
        #expect(ledger.notes.contains { $0.contains("rows of generation 1 are damaged") })
        try Data("{}".utf8).write(to: URL(filePath: register(fixture)))
        #expect(try await ledger.customers(CustomerQuery(), at: Question()).count == 9)
        #expect(ledger.notes.contains { $0.contains("register of generations") })
        #expect(try await ledger.rebuildViews(fromLog: false)["live"] == true)
    }

    @Test func oneCustomerIsFoldedAgainFromTheLines() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        _ = try await ledger.merge("c1", into: "c2", by: author)
        #expect(try await ledger.refoldCustomer("c2")["same"] == true)
        #expect(try await ledger.refoldCustomer("c1")["same"] == true)
        await #expect(throws: LedgerError.self) { try await ledger.refoldCustomer("nobody") }
    }

    @Test func lateEventsAreMeasuredAndOutdateAnswers() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-10T11:00:00Z", "20.00")])
        let token = try ReportToken(
            parsing: try #require(
                try await ledger.report("value", ReportQuery(), at: Question())["token"]?.stringValue))
        try fixture.set("2024-01-12T12:00:00Z")
        try await ledger.append([purchase("p2", "anna", "2024-01-12T12:00:00Z", "20.00")])
        var watch = try await ledger.lateness(LatenessQuery(), tokens: [token])
        #expect(watch["tokens"]?[0]?["outdated"] == false)
        #expect(watch["sources"]?[0]?["worst"] == 3600)
        #expect(watch["sources"]?[0]?["limit"] == .null)
        _ = try await ledger.adoptPolicy(["lateness": ["limits": ["/shop": 24, "*": 1]]], by: author)
        try await ledger.append([purchase("p3", "anna", "2024-01-09T12:00:00Z", "20.00")])
        watch = try await ledger.lateness(LatenessQuery(source: "/shop"), tokens: [token])
        let row = watch["sources"]?[0]
        #expect(row?["n"] == 3 && row?["worst"] == .number(3 * 86_400) && row?["worst_event"] == 4)
        #expect(row?["median"] == 3600 && row?["p99"] == .number(3 * 86_400))
        #expect(row?["limit"] == 86_400 && row?["over_limit"] == 1)
        #expect(watch["tokens"]?[0]?["outdated"] == true)
        #expect(watch["tokens"]?[0]?["late_events"] == 1 && watch["tokens"]?[0]?["first"] == 4)
        let recent = try await ledger.lateness(LatenessQuery(recordedFrom: .position(4)))
        #expect(recent["sources"]?[0]?["n"] == 1)
    }
}
