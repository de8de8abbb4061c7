import Events
import Foundation
import Testing

struct RehearsalTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test func aDryRunShowsTheFirstEventsAndWritesNothing() async throws {
        let program = try Program()
        let outcome = try await program.run(
            "import", Self.root + "/tools/data/a1_complete_journey_72_households.jsonl.gz", "--mapping",
            Self.root + "/tools/mappings/a1_complete_journey_72_households.yaml", "--dry-run", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let answer = try outcome.json()
        #expect(answer["events"] == 4400)
        #expect(answer["rejected"] == 0)
        #expect(answer["first_events"]?.arrayValue?.first?["type"] == "contact.logged")
        #expect(outcome.errors.contains("nothing was written"))
        #expect(!FileManager.default.fileExists(atPath: program.ledger))
    }

    @Test func aDryRunCountsWhatWouldBeRejectedAndWhy() async throws {
        let program = try Program()
        let good =
            #"{"specversion":"1.0","id":"1","source":"s","type":"lead.captured","subject":"c","time":"2026-01-01T00:00:00Z","data":{"origin":"ad"}}"#
        let lines = [
            good, good.replacing(#""ad""#, with: #""moon""#), "{}", "not json",
            good.replacing(#""1""#, with: #""2""#),
        ]
        let file = try program.folder.file("events.jsonl", lines.joined(separator: "\n"))
        let outcome = try await program.run("import", file, "--dry-run", "--json")
        #expect(outcome.status == 1)
        let answer = try outcome.json()
        #expect(answer["events"] == 2)
        #expect(answer["rejected"] == 3)
        #expect(answer["reasons"]?.arrayValue?.count == 3)
        #expect(
            answer["reasons"]?.arrayValue?.allSatisfy { $0["first"]?["line"]?.integerValue != nil } == true)
    }

    @Test(
        arguments: [
            (["import", "nothing.jsonl", "--dry-run"], 66),
            (["import", "a.jsonl", "--mapping", "none.yaml", "--dry-run"], 66),
        ] as [([String], Int32)])
    func whatIsNotThereIsStatus66(arguments: [String], status: Int32) async throws {
        let program = try Program()
        _ = try program.folder.file("a.jsonl", "")
        let outcome = try await program.run(arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func aMappingThatCannotBeReadIsStatus65WithItsLine() async throws {
        let program = try Program()
        let mapping = try program.folder.file("m.yaml", "mapping: 1\nruels: []\n")
        _ = try program.folder.file("a.jsonl", "{}")
        let outcome = try await program.run("import", "a.jsonl", "--mapping", mapping, "--dry-run")
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("line 2") && outcome.errors.contains("ruels"))
        #expect(outcome.lastError.contains("daybook help mapping"))
    }

    @Test func aFullDeviceIsStatus74() async throws {
        let program = try Program()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "'\(Program.path)' schema list > /dev/full 2> '\(program.folder.path)/errors'",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        let errors = try String(contentsOf: URL(filePath: program.folder.path + "/errors"), encoding: .utf8)
        #expect(errors.contains("No space left on device"))
    }

    @Test func aReaderThatGoesAwayIsNoReasonToTalk() async throws {
        let program = try Program()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            "for i in 1 2 3 4 5 6 7 8; do '\(Program.path)' help mapping; done 2> '\(program.folder.path)/errors' | head -1 > /dev/null",
        ]
        try process.run()
        process.waitUntilExit()
        let errors = try String(contentsOf: URL(filePath: program.folder.path + "/errors"), encoding: .utf8)
        #expect(errors.isEmpty)
    }
}
