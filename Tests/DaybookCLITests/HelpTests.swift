import Events
import Foundation
import Testing

struct HelpTests {
    let program = try? Program()

    @Test func helpIsDataOnStandardOutput() async throws {
        let outcome = try await #require(program).run("--help")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE: daybook <subcommand>"))
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: ["exit-codes", "time", "formats", "filters", "mapping", "proofs"])
    func topicsHaveAPageEach(topic: String) async throws {
        let outcome = try await #require(program).run("help", topic)
        #expect(outcome.status == 0)
        #expect(outcome.output.count > 200)
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 110 })
    }

    @Test(arguments: [["--zone", "Mars/Olympus"], ["--currency", "XXQ"]])
    func aLedgerIsMadeForAKnownZoneAndCurrencyOnly(arguments: [String]) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/daybook-" + UUID().uuidString
        let outcome = try await #require(program).run(["init", "--ledger", folder] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(arguments[1]))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func everyExitStatusIsDocumented() async throws {
        let outcome = try await #require(program).run("help", "exit-codes")
        for status in [0, 1, 2, 3, 4, 5, 6, 64, 65, 66, 69, 70, 74, 75, 77, 130] {
            #expect(
                outcome.output.split(separator: "\n").contains {
                    $0.split(separator: " ").first == "\(status)"
                })
        }
    }

    @Test(arguments: [
        ["at-risk"], ["win-back"], ["queue"], ["care"],
        ["customers"], ["schema", "list"], ["views", "rebuild"], ["import"], ["report"], ["trail"],
        ["append"], ["checkpoint"], ["prove", "row"], ["check-proof"], ["attest"], ["verify"],
    ])
    func everyCommandHasHelp(command: [String]) async throws {
        let outcome = try await #require(program).run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE: daybook \(command.joined(separator: " "))"))
    }

    @Test func theVersionIsPrinted() async throws {
        let outcome = try await #require(program).run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: ".").count == 3)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsComeFromTheProgram(shell: String) async throws {
        let outcome = try await #require(program).run("--generate-completion-script", shell)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("customers"))
    }

    @Test(
        arguments: [
            (["custmers"], "Did you mean: daybook customers"),
            (["frobnicate"], "All commands: daybook --help"),
            (["customers", "--effective-at", "2017-13-01"], "daybook customers --help"),
            (["customers", "--effective-at", "@12"], "daybook customers --help"),
            (["customers", "--known-at", "@x"], "daybook customers --help"),
            (["customers", "--effective-at", "2017-06-30T10:00:00"], "daybook customers --help"),
            (["customers", "--format", "xml"], "daybook customers --help"),
            (["customers", "--json", "--format", "csv"], "daybook customers --help"),
            (["customers", "--limit", "0"], "daybook customers --help"),
            (["void", "e1"], "daybook void --help"),
            (["void", "e1", "--reason", " "], "daybook void --help"),
            (["correct", "e1", "--reason", "wrong"], "daybook correct --help"),
            (["append", "--expect", "many"], "daybook append --help"), (["report"], "daybook report --help"),
            (["report", "value", "--every", "year"], "daybook report --help"),
            (["import"], "daybook import --help"),
            (["import", "x", "--recorded", "later"], "daybook import --help"),
        ] as [([String], String)])
    func mistakesInTheArgumentsAreStatus64AndSayWhatToDo(arguments: [String], hint: String) async throws {
        let outcome = try await #require(program).run(arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.lastError.contains(hint), "\(outcome.errors)")
    }
}
