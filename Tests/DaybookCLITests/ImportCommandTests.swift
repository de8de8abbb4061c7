import Events
import Foundation
import Testing

struct ImportCommandTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private let data = root + "/tools/data/a1_complete_journey_72_households.jsonl.gz"
    private let mapping = root + "/tools/mappings/a1_complete_journey_72_households.yaml"

    private func lead(_ id: Int, origin: String = "ad", time: String = "2026-01-01T00:00:00Z") -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"urn:crm","type":"lead.captured","subject":"c\(id % 3)",\
        "time":"\(time)","data":{"origin":"\(origin)"}}
        """
    }

    private func made() async throws -> Program {
        let program = try Program()
        let made = try await program.run("init", "--zone", "America/New_York", "--currency", "USD")
        #expect(made.status == 0, "\(made.errors)")
        return program
    }

    @Test func realHistoryIsTakenOverOnceAndOnlyOnce() async throws {
        let program = try await made()
        let first = try await program.run("import", data, "--mapping", mapping, "--json")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.json()["created"] == 4400)
        #expect(first.lastError.hasPrefix("Next: "))
        let again = try await program.run("import", data, "--mapping", mapping, "--json")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try again.json()["created"] == 0)
        #expect(try again.json()["existing"] == 4400)
        #expect(again.errors.contains("nothing changed"))
        let status = try await program.run("status", "--json").json()
        #expect(status["position"] == 4402)
        #expect(status["customers"] == 72)
    }

    @Test func aBadLineStopsTheImportBeforeItsBatchIsWritten() async throws {
        let program = try await made()
        let lines = [lead(1), lead(2, origin: "moon"), lead(3)]
        let file = try program.folder.file("leads.jsonl", lines.joined(separator: "\n"))
        let outcome = try await program.run("import", file)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("leads.jsonl, line 2") && outcome.errors.contains("/data/origin"))
        #expect(outcome.lastError.contains("--rejects"))
        #expect(try await program.run("status", "--json").json()["position"] == 1)
    }

    @Test func aBadLineInALaterBatchSaysWhatWasWrittenBefore() async throws {
        let program = try await made()
        var lines = (0..<9_000).map { lead($0) }
        lines[8_500] = lead(8_500, origin: "moon")
        let file = try program.folder.file("leads.jsonl", lines.joined(separator: "\n"))
        let outcome = try await program.run("import", file)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("leads.jsonl, line 8501"))
        #expect(outcome.errors.contains("8,192 events before its batch were written"), "\(outcome.errors)")
        #expect(try await program.run("status", "--json").json()["position"] == 8_193)
        let rest = try program.folder.file("good.jsonl", (0..<9_000).map { lead($0) }.joined(separator: "\n"))
        let again = try await program.run("import", rest, "--json")
        #expect(try again.json()["created"] == 808)
        #expect(try again.json()["existing"] == 8_192)
    }

    /// Each says where, what was expected and what to do, and leaves nothing behind.
    @Test func inputThatIsNoneIsRefusedWithAdvice() async throws {
        let program = try await made()
        let cases: [(name: String, text: String, status: Int32, words: [String])] = [
            ("table.csv", "id,origin\n1,ad\n", 65, ["table.csv, line 1", "--mapping"]),
            ("cut.jsonl", lead(1) + "\n" + String(lead(2).prefix(80)), 65, ["line 2", "ends inside"]),
            ("future.jsonl", lead(1, time: "2999-01-01T00:00:00Z"), 65, ["line 1, /time", "five minutes"]),
            (
                "twice.jsonl", lead(1) + "\n" + lead(1, origin: "store"), 4,
                ["line 2, /id", "written with it"]
            ),
        ]
        for (name, text, status, words) in cases {
            let outcome = try await program.run("import", try program.folder.file(name, text))
            #expect(outcome.status == status, "\(name): \(outcome.errors)")
            for word in words { #expect(outcome.errors.contains(word), "\(name): \(outcome.errors)") }
            #expect(outcome.errors.contains("Nothing was written."), "\(name)")
        }
        let folder = try await program.run("import", program.folder.path)
        #expect(folder.status == 66 && folder.errors.contains("is a folder"))
        #expect(try await program.run("status", "--json").json()["position"] == 1)
    }

    @Test func aByteOrderMarkAndLineEndsOfOtherSystemsAreRead() async throws {
        let program = try await made()
        let file = try program.folder.file("leads.jsonl", "\u{FEFF}" + lead(1) + "\r\n" + lead(2) + "\r\n")
        #expect(try await program.run("import", file, "--json").json()["created"] == 2)
        let empty = try program.folder.file("empty.jsonl", "")
        let outcome = try await program.run("import", empty)
        #expect(outcome.status == 0 && outcome.errors.contains("nothing to import"))
    }

    @Test func badLinesAreSetAsideWithTheirReasons() async throws {
        let program = try await made()
        let lines = [lead(1), lead(2, origin: "moon"), "no json", lead(3)]
        let file = try program.folder.file("leads.jsonl", lines.joined(separator: "\r\n"))
        let outcome = try await program.run("import", file, "--rejects", "rejects.jsonl", "--json")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(try outcome.json()["created"] == 2)
        #expect(try outcome.json()["rejected"] == 2)
        let rejects = try String(
            contentsOf: URL(filePath: program.folder.path + "/rejects.jsonl"), encoding: .utf8)
        let records = try rejects.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(Set(records.map { $0["line"]?.integerValue ?? 0 }) == [2, 3])
        #expect(records.contains { $0["pointer"] == "/data/origin" })
        let completed = try await program.run("trail", "--type", "import.completed", "--json").json()
        #expect(completed[0]?.value(at: "data.counts.created") == 2, "\(completed)")
        #expect(completed[0]?["actor"] == "tester")
    }

    @Test func anOlderSystemsTimesAreKept() async throws {
        let program = try await made()
        let lines = [lead(2, time: "2026-02-01T00:00:00Z"), lead(1, time: "2026-01-01T00:00:00Z")]
        let file = try program.folder.file("leads.jsonl", lines.joined(separator: "\n"))
        let outcome = try await program.run("import", file, "--recorded", "effective")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let trail = try await program.run("trail", "--type", "lead.*", "--json").json()
        #expect(trail[0]?["id"] == "1" && trail[0]?["recorded_at"] == "2026-01-01T00:00:00Z", "\(trail)")
        let known = try await program.run("customers", "--known-at", "2026-01-15", "--json").json()
        #expect(known.arrayValue?.count == 1)
    }

    @Test func standardInputIsReadAsAFile() async throws {
        let program = try await made()
        let outcome = try await program.run("import", "-", "--json", input: lead(1) + "\n" + lead(2) + "\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.json()["created"] == 2)
    }

    @Test func damagedInputLosesNothing() async throws {
        let program = try await made()
        let whole = try Data(contentsOf: URL(filePath: data))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: program.folder.path + "/half.jsonl.gz"))
        let half = try await program.run("import", "half.jsonl.gz", "--mapping", mapping)
        #expect(half.status == 65, "\(half.errors)")
        #expect(try await program.run("status", "--json").json()["position"] == 1)
        for (name, text) in [("empty.jsonl", ""), ("blank.jsonl", "\n\n")] {
            let empty = try await program.run("import", try program.folder.file(name, text))
            #expect(empty.status == 0, "\(empty.errors)")
            #expect(empty.errors.contains("nothing to import"))
        }
        let utf16 = try program.folder.file("utf16.jsonl", "")
        try #require(lead(1).data(using: .utf16)).write(to: URL(filePath: utf16))
        #expect(try await program.run("import", utf16).status == 65)
    }

    @Test func aSyntheticShopIsTheSameEveryTimeAndCanBeImported() async throws {
        let program = try await made()
        let options = ["synthesize", "--customers", "30", "--days", "120", "--seed", "7"]
        let first = try await program.run(options + ["--output", "shop.jsonl", "--truth", "truth.jsonl"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.isEmpty)
        let again = try await program.run(options)
        let written = try String(
            contentsOf: URL(filePath: program.folder.path + "/shop.jsonl"), encoding: .utf8)
        #expect(again.output == written)
        let imported = try await program.run("import", "shop.jsonl", "--recorded", "field", "--json")
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(try imported.json()["created"]?.integerValue == written.split(separator: "\n").count)
        #expect(try await program.run("report", "satisfaction", "--json").json()["n"]?.integerValue ?? 0 > 0)
    }
}
