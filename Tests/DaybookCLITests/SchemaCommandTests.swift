import Events
import Testing

struct SchemaCommandTests {
    private let purchase = """
        {"specversion":"1.0","id":"p1","source":"urn:shop","type":"purchase.completed","subject":"c1",\
        "time":"2026-03-01T09:30:00Z","data":{"total":"42.50","currency":"GBP"}}
        """

    @Test func allTypesAreListed() async throws {
        let program = try Program()
        let outcome = try await program.run("schema", "list", "--json")
        #expect(outcome.status == 0)
        let types = try #require(try outcome.json().arrayValue).compactMap { $0["type"]?.stringValue }
        #expect(types.contains("purchase.completed") && types.contains("survey.answered") && types.count > 40)
    }

    @Test func aTypeIsShownAsItsJSONSchema() async throws {
        let program = try Program()
        let outcome = try await program.run("schema", "show", "purchase.completed")
        #expect(outcome.status == 0)
        #expect(try outcome.json()["$id"] == "urn:daybook:schema:purchase.completed:v1")
    }

    @Test func aTypeThatThereIsNotIsStatus3WithWhatWasMeant() async throws {
        let program = try Program()
        let outcome = try await program.run("schema", "show", "purchase.complete")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("purchase.completed"))
        #expect(outcome.output.isEmpty)
    }

    @Test func validEventsPassFromStandardInput() async throws {
        let program = try Program()
        let outcome = try await program.run(
            "schema", "check", "--json", input: purchase + "\n" + purchase + "\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.json() == [])
        #expect(outcome.errors.contains("2 events, all valid"))
    }

    @Test func badEventsAreNamedWithLineFieldExpectedAndFound() async throws {
        let program = try Program()
        let bad = purchase.replacing("42.50", with: "42.505")
        let file = try program.folder.file("events.jsonl", purchase + "\n\n" + bad + "\n{broken\n")
        let outcome = try await program.run("schema", "check", file, "--json")
        #expect(outcome.status == 1)
        let problems = try #require(try outcome.json().arrayValue)
        #expect(problems.map { $0["line"]?.integerValue } == [3, 4])
        #expect(problems[0]["pointer"] == "/data/total")
        #expect(problems[1]["code"] == "not_json")
    }

    @Test(
        arguments: [
            ("", 0), ("[]", 0), ("\u{FEFF}{}", 1), ("[{\"a\":1}", 65), ("{\n\"a\":\n}", 65), ("null", 1),
            ("NaN", 1),
        ] as [(String, Int32)])
    func oddTextsHaveAClearEnd(text: String, status: Int32) async throws {
        let program = try Program()
        let outcome = try await program.run("schema", "check", input: text)
        #expect(outcome.status == status, "\(text): \(outcome.errors)")
    }

    @Test func aFileThatIsNotThereIsStatus66() async throws {
        let program = try Program()
        let outcome = try await program.run("schema", "check", "nothing.json")
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("nothing.json"))
        #expect(outcome.lastError == "Check the path.")
    }

    @Test func aFolderIsNoFile() async throws {
        let program = try Program()
        #expect(try await program.run("schema", "check", "/").status == 66)
    }

    @Test func fourFormatsHoldTheSame() async throws {
        let program = try Program()
        let list = try await program.run("schema", "list", "--format", "jsonl")
        let csv = try await program.run("schema", "list", "--format", "csv")
        let table = try await program.run("schema", "list")
        let count = list.output.split(separator: "\n").count
        #expect(csv.output.hasPrefix("type,version,customer,personal,planned,title\r\n"))
        #expect(csv.output.split(separator: "\r\n").count == count + 1)
        #expect(table.output.split(separator: "\n").count == count + 2)
        #expect(!table.output.contains("\u{1B}"))
    }
}
