import Daybook
import Events
import Foundation
import Testing

@Suite("Report tokens")
struct TokenTests {
    private func moment(_ numbers: inout SeededGenerator) throws -> Instant {
        let start = try Instant(parsing: "2024-01-01T00:00:00Z")
        return Instant(
            microseconds: start.microseconds + Int64.random(in: 0..<17_280_000, using: &numbers) * 1_000_000)
    }

    private func grow(_ ledger: Ledger, _ name: String, _ numbers: inout SeededGenerator) async throws {
        var events: [JSONValue] = []
        for index in 0..<Int.random(in: 1...12, using: &numbers) {
            events.append(
                purchase(
                    "\(name)-\(index)", "c\(Int.random(in: 0..<6, using: &numbers))",
                    try moment(&numbers).description, "\(Int.random(in: 1...90, using: &numbers)).00"))
        }
        try await ledger.append(events)
        let author = Authorship(actor: "eve", reason: "test")
        if Int.random(in: 0..<3, using: &numbers) == 0 {
            _ = try await ledger.void(.id("\(name)-0", source: nil), by: author)
        }
        if Int.random(in: 0..<3, using: &numbers) == 0 {
            let days = Int.random(in: 20...90, using: &numbers)
            _ = try await ledger.adoptPolicy(
                ["lifecycle": ["mu0_days": .number(Double(days))]],
                from: .instant(try moment(&numbers)), by: author)
        }
    }

    private func answers(_ ledger: Ledger, _ question: Question) async throws -> [String] {
        var answers: [String] = []
        for view in Ledger.views {
            answers.append(
                try await ledger.report(view.reportName, ReportQuery(every: .month), at: question).text())
        }
        let customers = try await ledger.customers(CustomerQuery(sort: "-value.net_revenue"), at: question)
        answers.append(JSONValue.array(customers).text())
        for customer in customers.prefix(2).compactMap({ $0["customer"]?.stringValue }) {
            answers.append(try await ledger.customer(customer, at: question).text())
        }
        return answers
    }

    @Test(arguments: 0..<UInt64(12))
    func aTokenGivesTheSameBytesWhateverComesLater(seed: UInt64) async throws {
        var numbers = SeededGenerator(seed: seed)
        let fixture = try LedgerFixture("2024-07-20T12:00:00Z")
        let ledger = try await fixture.create(zone: "Europe/Berlin")
        try await grow(ledger, "first", &numbers)
        var asked: [(ReportToken, [String])] = []
        for round in 0..<5 {
            let head = try ledger.head()
            var question = Question()
            if Bool.random(using: &numbers) { question.effectiveAt = .instant(try moment(&numbers)) }
            if Bool.random(using: &numbers) {
                question.knownAt = .position(UInt64.random(in: 1...head, using: &numbers))
            }
            let given = try await answers(ledger, question)
            let token = try #require(try JSONValue(parsing: given[0])["token"]?.stringValue)
            asked.append((try ReportToken(parsing: token), given))
            try await grow(ledger, "round\(round)", &numbers)
            try fixture.set("2024-07-2\(1 + round)T12:00:00Z")
        }
        for (token, given) in asked {
            let again = try await answers(ledger, Question(token))
            #expect(again == given, "seed \(seed)")
        }
    }

    private func changed(_ token: String, _ name: String, _ value: JSONValue) throws -> ReportToken {
        let letters = token.replacing("-", with: "+").replacing("_", with: "/")
        let padded = letters + String(repeating: "=", count: (4 - letters.count % 4) % 4)
        let data = try #require(Data(base64Encoded: padded))
        var content = try #require(try JSONValue(parsing: [UInt8](data).span).objectValue)
        content[name] = value
        let text = Data(JSONValue.object(content).canonicalBytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return try ReportToken(parsing: text)
    }

    @Test func whatIsMissingIsSaid() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        let token = try #require(
            try await ledger.report("value", ReportQuery(), at: Question())["token"]?.stringValue)
        let changes: [(String, JSONValue, String)] = [
            ("origin", "daybook.local/elsewhere", "daybook.local/elsewhere"),
            ("position", 99, "holds 2"),
            ("policy", "0123", "never adopted"),
            ("versions", ["value": 77], "value 77 (this one has value"),
            ("versions", ["mood": 1], "mood 1 (this one has none)"),
            ("root", "AAAA", "fitted models differ"),
            ("versions", ["churn": .number(Double(version("churn")))], "had no view value"),
        ]
        for (name, value, message) in changes {
            let other = try changed(token, name, value)
            do {
                _ = try await ledger.report("value", ReportQuery(), at: Question(other))
                Issue.record("\(name) \(value) was answered")
            } catch {
                #expect(error.message.contains(message), "\(error.message)")
            }
        }
        for text in ["", "abc", "e30", token + "=", String(token.dropLast())] {
            #expect(throws: LedgerError.self) { try ReportToken(parsing: text) }
        }
    }

    private func version(_ view: String) -> Int { Ledger.views.first { $0.name == view }?.version ?? 0 }

    @Test func everyVersionIsCompared() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        let token = try #require(
            try await ledger.report("value", ReportQuery(), at: Question())["token"]?.stringValue)
        let given = try ReportToken(parsing: token)
        #expect(Set(given.versions.keys) == Set(Ledger.views.map(\.name)))
        for view in Ledger.views {
            var versions = given.versions
            versions[view.name] = view.version + 1
            let other = JSONValue.object(
                JSONObject(versions.sorted { $0.key < $1.key }.map { ($0.key, .number(Double($0.value))) }))
            let refusal = await #expect(throws: LedgerError.self) {
                try await ledger.report(
                    "value", ReportQuery(), at: Question(try changed(token, "versions", other)))
            }
            #expect(refusal?.message.contains("\(view.name) \(view.version + 1)") == true, "\(view.name)")
        }
    }

    @Test func anotherBuildWithTheSameRulesGivesTheSameBytesAndSaysSo() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        let answer = try await ledger.report("value", ReportQuery(), at: Question())
        let other = try changed(try #require(answer["token"]?.stringValue), "build", "0.0.1")
        let again = try await ledger.report("value", ReportQuery(), at: Question(other))
        #expect(again["token"]?.stringValue == other.text)
        for member in answer.objectValue ?? JSONObject() where member.name != "token" {
            #expect(again[member.name] == member.value)
        }
        #expect(ledger.notes.contains { $0.contains("daybook 0.0.1") })
    }

    @Test func aTokenStandsForTheModelsThatWereFitted() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let copy = fixture.folder + ".copy"
        do {
            let ledger = try await fixture.create()
            try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
            try ledger.close()
        }
        try FileManager.default.copyItem(atPath: fixture.folder, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let ours = try await fixture.open(writing: true)
        let theirs = try await Ledger(opening: copy, writing: true, clock: fixture.clock)
        // Two copies of one ledger that went on apart: as many events, the same policy, other contents.
        try await ours.append([purchase("p2", "anna", "2024-01-06T10:00:00Z", "20.00")])
        try await theirs.append([purchase("p2", "anna", "2024-01-06T10:00:00Z", "21.00")])
        let token = try #require(
            try await ours.report("value", ReportQuery(), at: Question())["token"]?.stringValue)
        let refusal = await #expect(throws: LedgerError.self) {
            try await theirs.report("value", ReportQuery(), at: Question(try ReportToken(parsing: token)))
        }
        #expect(refusal?.message.contains("are not those that the answer knew") == true)
    }

    @Test func aTokenHoldsOnlyTheViewsThatItNames() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        let answer = try await ledger.customer("anna", at: Question())
        let version = try #require(Ledger.views.first { $0.name == "value" }?.version)
        let older = try changed(
            try #require(answer["token"]?.stringValue), "versions", ["value": .number(Double(version))])
        let again = try await ledger.customer("anna", at: Question(older))
        #expect(again["value"] == answer["value"])
        #expect(again["lifecycle"] == nil)
    }
}
