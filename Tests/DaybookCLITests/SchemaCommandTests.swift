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
        #expect(csv.output.hasPrefix("type,version,customer,personal,planned,title,own\r\n"))
        #expect(csv.output.split(separator: "\r\n").count == count + 1)
        #expect(table.output.split(separator: "\n").count == count + 2)
        #expect(!table.output.contains("\u{1B}"))
    }

    private let workshop = """
        {"$id":"urn:daybook:schema:workshop.booked:v1","title":"Workshop booked","type":"object",\
        "x-subject":"required","properties":{"seats":{"type":"integer"},\
        "note":{"type":"string","x-personal":true}},"required":["seats"],"additionalProperties":false}
        """

    private func booking(_ data: String) -> String {
        """
        {"specversion":"1.0","id":"b1","source":"urn:shop","type":"workshop.booked","subject":"c1",\
        "time":"2024-03-01T09:30:00Z","data":\(data)}
        """
    }

    @Test func aTypeOfOnesOwnIsAddedOnceAndKnownEverywhere() async throws {
        let program = try Program()
        _ = try await program.run("init", "--zone", "UTC", "--currency", "EUR")
        let event = booking(#"{"seats":2,"note":"by the window"}"#)
        #expect(try await program.run("append", "-", input: event).status == 65)
        #expect(try await program.run("schema", "check", "-", input: event).status == 1)
        let file = try program.folder.file("workshop.json", workshop)
        let added = try await program.run("schema", "add", file, "--actor", "ann", "--json")
        #expect(added.status == 0, "\(added.errors)")
        #expect(
            try added.json() == [
                "type": "workshop.booked", "version": 1, "position": 1, "customer": "required",
                "personal": ["/note"],
            ])
        let again = try await program.run("schema", "add", "-", "--json", input: workshop)
        #expect(try again.json()["position"] == .null)
        #expect(try await program.run("schema", "check", "-", input: event).status == 0)
        #expect(try await program.run("schema", "check", "-", input: booking("{}")).status == 1)
        let listed = try await program.run("schema", "list", "--json").json().arrayValue ?? []
        #expect(listed.filter { $0["own"] == true }.map { $0["type"] } == ["workshop.booked"])
        #expect(try await program.run("schema", "show", "workshop.booked").status == 0)
        #expect(try await program.run("append", "-", input: event).status == 0)
        #expect(!(try await program.run("trail", "--sealed").output.contains("by the window")))
        #expect(try await program.run("verify", "--values").status == 0)
    }

    @Test(
        arguments: [
            (#"{"type":"object","allOf":[]}"#, "allOf"),
            (
                #"{"type":"object","properties":{"a":{"type":"string","contentEncoding":"base64"}}}"#,
                "contentEncoding"
            ),
            (#"{"type":"object","x-ledger":true}"#, "x-ledger"), (#"[]"#, ""), ("{", "not JSON"),
        ])
    func whatIsOutsideTheSubsetIsRefused(schema: String, hint: String) async throws {
        let program = try Program()
        _ = try await program.run("init", "--zone", "UTC", "--currency", "EUR")
        let outcome = try await program.run(
            "schema", "add", "-", "--type", "workshop.booked", input: schema)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
    }

    @Test func aSchemaThatNamesAnotherTypeIsRefused() async throws {
        let program = try Program()
        _ = try await program.run("init", "--zone", "UTC", "--currency", "EUR")
        for arguments in [["--type", "workshop.held"], ["--version", "2"]] {
            let outcome = try await program.run(["schema", "add", "-"] + arguments, input: workshop)
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(
                outcome.errors.contains("$id is") || outcome.errors.contains("next version"),
                "\(outcome.errors)")
        }
    }

    @Test func builtInTypesAndOtherVersionsAreRefused() async throws {
        let program = try Program()
        _ = try await program.run("init", "--zone", "UTC", "--currency", "EUR")
        let plain = #"{"type":"object","title":"x","x-subject":"required"}"#
        for (arguments, hint) in [
            (["--type", "purchase.completed"], "built in"), (["--type", "Workshop"], "no type"),
            (["--type", "workshop.booked", "--version", "2"], "next version"), ([], "of which type"),
        ] as [([String], String)] {
            let outcome = try await program.run(["schema", "add", "-"] + arguments, input: plain)
            #expect(outcome.status == (arguments.isEmpty ? 64 : 65), "\(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(outcome.errors)")
        }
    }
}
