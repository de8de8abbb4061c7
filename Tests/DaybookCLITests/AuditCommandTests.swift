import Events
import Foundation
import Testing

@Suite("An auditor's commands")
struct AuditCommandTests {
    private static let events = [
        #"{"specversion":"1.0","id":"r1","source":"/crm","type":"customer.registered","subject":"anna","#
            + #""time":"2024-01-01T00:00:00Z","data":{"name":"Anna <Berg> & \"Co\""}}"#,
        #"{"specversion":"1.0","id":"k1","source":"/crm","type":"complaint.opened","subject":"anna","#
            + #""time":"2024-01-02T00:00:00Z","authid":"eve","data":{"complaint":"c1","category":"late"}}"#,
        #"{"specversion":"1.0","id":"k2","source":"/crm","type":"complaint.acknowledged","subject":"anna","#
            + #""time":"2024-01-03T00:00:00Z","causationid":"k1","data":{"complaint":"c1"}}"#,
        #"{"specversion":"1.0","id":"p1","source":"/shop","type":"purchase.completed","subject":"bert","#
            + #""time":"2024-01-04T00:00:00Z","data":{"total":"12.50","currency":"EUR"}}"#,
    ]

    private static func program() async throws -> Program {
        let program = try Program()
        _ = try await program.run("init", "--zone", "UTC", "--currency", "EUR")
        let outcome = try await program.run("append", "-", input: events.joined(separator: "\n"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        return program
    }

    /// The same, with a policy that asks that reads of personal data are written down.
    private static func recordingProgram() async throws -> Program {
        let program = try await program()
        var policy = try #require(
            try await program.run("trail", "--limit", "1", "--json").json()[0]?["data"]?["policy"]?
                .objectValue)
        policy["access"] = ["record": true]
        let file = try program.folder.file("policy.json", JSONValue.object(policy).canonicalText)
        let adopted = try await program.run(
            "policy", "adopt", file, "--reason", "audit", "--effective-at", "2024-01-01")
        #expect(adopted.status == 0, "\(adopted.errors)")
        return program
    }

    @Test func pagesOfATrailFollowOneAnother() async throws {
        let program = try await Self.program()
        for order in [[], ["--reverse"]] {
            var (seen, after): ([Int], [String]) = ([], [])
            for _ in 0..<3 {
                let page = try await program.run(
                    ["trail", "--limit", "2", "--json", "--paged"] + order + after)
                let answer = try page.json()
                seen += answer["results"]?.arrayValue?.compactMap { $0["position"]?.integerValue } ?? []
                #expect(answer["position"] == 5)
                guard let next = answer["next"]?.integerValue else { break }
                #expect(page.lastError == "There is more: --after \(next)")
                after = ["--after", "@\(next)"]
            }
            #expect(seen == (order.isEmpty ? [0, 1, 2, 3, 4] : [4, 3, 2, 1, 0]))
        }
    }

    @Test func sealedLinesAreThoseOfTheExport() async throws {
        let program = try await Self.program()
        let trail = try await program.run("trail", "--sealed", "--customer", "anna", "--limit", "2")
        let export = try await program.run("export", "--sealed", "--customer", "anna")
        #expect(export.output.hasPrefix(trail.output))
        #expect(trail.output.split(separator: "\n").count == 2)
        #expect(trail.lastError == "There is more: --after 2")
        #expect(!trail.output.contains("Berg"))
        let opened = try await program.run("trail", "--text", "berg", "--format", "jsonl")
        #expect(opened.output.contains("Anna <Berg>"))
        #expect(try await program.run("trail", "--text", "berg", "--sealed").output.isEmpty)
    }

    @Test func causesAreDrawn() async throws {
        let program = try await Self.program()
        for arguments in [["event", "k2", "--tree"], ["trail", "--causation", "k1", "--tree"]] {
            let tree = try await program.run(arguments)
            let lines = tree.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("complaint.opened k1 @2") == true, "\(tree.output)")
            #expect(lines.last?.hasPrefix("└─ complaint.acknowledged k2 @3") == true, "\(tree.output)")
        }
    }

    @Test(arguments: [
        (["trail", "--where", "total > 3"], "data.total"),
        (["trail", "--where", "data.total >"], "character"),
        (["trail", "--where", "data.totl > 3"], "no type of event has a field data.totl"),
        (["trail", "--where", "data.score = good"], "data.score is a number"),
        (["trail", "--where", "data.bulk > 1 or type = x"], "data.bulk is true or false"),
        (["trail", "--where", "not data.total"], "data.total is a text"),
        (["trail", "--type", "com*"], "complaint.*"), (["trail", "--text", ""], "empty"),
        (["trail", "--from", "2025-01-01", "--to", "2024-01-01"], "lies before"),
        (["trail", "anna"], "--customer anna"), (["trail", "--tree"], "--causation"),
        (["trail", "--sealed", "--json"], "--sealed"), (["trail", "--paged"], "--json"),
        (["trail", "--access", "anna", "--customer", "anna"], "leave one out"),
        (["trail", "--access", "--type", "purchase.completed"], "access.recorded"),
    ])
    func whatMakesNoSenseIsSaid(_ arguments: [String], _ hint: String) async throws {
        let program = try await Self.program()
        let outcome = try await program.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
    }

    @Test func aReadIsWrittenDownOrRefused() async throws {
        let program = try await Self.recordingProgram()
        for arguments in [
            ["customer", "anna", "--as", "eve"], ["event", "r1"], ["export", "--customer", "anna"],
            ["trail", "--text", "berg"],
        ] {
            let outcome = try await program.run(arguments, environment: ["DAYBOOK_ACTOR": "bob"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        for arguments in [
            ["event", "p1"], ["trail", "--type", "purchase.completed"], ["export", "--sealed"],
        ] {
            #expect(try await program.run(arguments).status == 0)
        }
        let records = try await program.run("trail", "--access", "anna", "--json").json().arrayValue ?? []
        #expect(records.map { $0["actor"]?.stringValue } == ["eve", "bob", "bob", "bob"])
        #expect(
            records.map { $0.value(at: "data.what")?.stringValue } == [
                "customer page", "event page", "export --customer", "trail --text",
            ])
        #expect(try await program.run("trail", "--access", "bert").output.isEmpty)
        #expect(!records.description.contains("berg"), "what was searched for is not kept")
    }

    @Test func listsReportsAndTablesThatOpenPersonalValuesAreReadsToo() async throws {
        let program = try await Self.recordingProgram()
        let registered =
            #"{"specversion":"1.0","id":"r2","source":"/crm","type":"customer.registered","subject":"bert","#
            + #""time":"2024-01-01T00:00:00Z","data":{"name":"Bert","email":"bert@example.com","#
            + #""birth_date":"1990-03-05"}}"# + "\n"
            + #"{"specversion":"1.0","id":"a2","source":"/crm","type":"consent.changed","subject":"bert","#
            + #""time":"2024-01-01T00:00:00Z","data":{"purpose":"care","granted":true}}"#
        #expect(try await program.run("append", "-", input: registered).status == 0)
        let kept = program.folder.path + "/kept.sqlite"
        // By command, whom the answer shows.
        let reads: [([String], [String])] = [
            (["customers", "--json"], ["anna", "bert"]), (["customers", "--views", "value", "--json"], []),
            (
                ["customers", "--where", "profile.name = Bert", "--views", "value", "--json"],
                ["anna", "bert"]
            ),
            (["customers", "--columns", "value.tier,lifecycle.stage"], []), (["report", "value"], []),
            (["report", "profile"], []), (["queue"], []), (["at-risk"], []),
            (["care", "--effective-at", "2025-03-01"], ["bert"]),
            (["sql", "SELECT name FROM profile", "--json"], ["anna", "bert"]),
            (["sql", "SELECT tier FROM value"], []), (["sql", "SELECT type FROM events"], ["anna", "bert"]),
            (["sql", "SELECT customer FROM profile", "--output", kept], ["anna", "bert"]),
            (["explain", "anna", "profile.name"], ["anna"]),
            (
                ["compare", "--from", "2023-12-01", "--to", "2024-02-01", "--fields", "profile.name"],
                ["anna", "bert"]
            ),
            (["void", "r2", "--reason", "twice", "--dry-run"], ["bert"]),
            (["customer", "bert", "--profile"], ["bert"]),
            (["evidence", "anna", "--output", program.folder.path + "/evidence"], ["anna"]),
        ]
        var before = 0
        for (arguments, expected) in reads {
            let outcome = try await program.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            let records = try await program.run("trail", "--access", "--json").json().arrayValue ?? []
            let new = records.dropFirst(before).compactMap { $0.value(at: "data.customer")?.stringValue }
            #expect(Set(new) == Set(expected), "\(arguments)")
            before = records.count
        }
        #expect(before > 15)
    }

    @Test func whatCannotBeWrittenDownLeavesNoFile() async throws {
        let program = try await Self.recordingProgram()
        // Unsafe: the C library is given a path, which lives during the call.
        let held = unsafe open(program.ledger + "/log/writer.lock", O_RDWR)
        defer { close(held) }
        guard held >= 0, flock(held, LOCK_EX) == 0 else { return }
        let kept = program.folder.path + "/kept.sqlite"
        let outcome = try await program.run("sql", "SELECT name FROM profile", "--output", kept)
        #expect(outcome.status == 5)
        #expect(outcome.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: kept))
    }

    @Test func aDryRunWritesNothing() async throws {
        let program = try await Self.program()
        let arguments = ["void", "p1", "--reason", "twice", "--json"]
        let preview = try await program.run(arguments + ["--dry-run"])
        #expect(preview.status == 0, "\(preview.errors)")
        #expect(preview.lastError == "This was a dry run: nothing was written.")
        #expect(try preview.json()["position"] == .null)
        let done = try await program.run(arguments)
        #expect(try done.json()["position"] == 5)
        #expect(try done.json()["changes"] == preview.json()["changes"])
    }

    @Test func evidenceCanBeReadAndChecked() async throws {
        let program = try await Self.program()
        let folder = program.folder.path + "/evidence"
        let made = try await program.run("evidence", "anna", "--output", folder)
        #expect(made.status == 0, "\(made.errors)")
        func text(_ file: String) throws -> String {
            try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
        }
        let page = try text("index.html")
        #expect(page.contains("Anna &lt;Berg&gt; &amp; &quot;Co&quot;"))
        #expect(!page.contains("<Berg>") && !page.contains("<script") && !page.contains("http"))
        let account = try JSONValue(parsing: try text("evidence.json"))
        #expect(account["events"]?.arrayValue?.count == 3)
        #expect(account["explanations"]?.arrayValue?.allSatisfy { $0["recomputed"] == true } == true)
        let key = try text("key.txt").trimmingCharacters(in: .newlines)
        let check = ["check-proof", folder + "/proof.json", "--key", key]
        #expect(try await program.run(check).status == 0)
        let changed = try text("proof.json").replacing("late", with: "lost")
        try Data(changed.utf8).write(to: URL(filePath: folder + "/proof.json"))
        #expect(try await program.run(check).status == 2)
        #expect(try await program.run("evidence", "anna", "--output", folder).status == 64, "it is not empty")
        #expect(try await program.run("evidence", "nobody", "--output", folder + "2").status == 3)
        #expect(!FileManager.default.fileExists(atPath: folder + "2"))
    }
}
