import Events
import Foundation
import Testing

/// Proofs as they are made and checked at the command line.
struct ProofCommandTests {
    let program: Program
    private let order =
        #"{"specversion":"1.0","id":"o1","source":"urn:shop","type":"purchase.completed","subject":"c1","#
        + #""time":"2026-01-02T03:04:05Z","data":{"total":"12.50","currency":"GBP"}}"#

    init() async throws {
        program = try Program()
        #expect(try await program.run("init", "--currency", "GBP", "--origin", "log.example/cli").status == 0)
        #expect(try await program.run("append", "-", input: order).status == 0)
    }

    private func key() async throws -> String {
        try await program.run("checkpoint", "--public-key").output.trimmingCharacters(in: .newlines)
    }

    @Test func aProofHoldsUntilItIsChanged() async throws {
        let key = try await key()
        let made = try await program.run("prove", "inclusion", "o1", "--output", "proof")
        #expect(made.status == 0)
        #expect(made.output.isEmpty)
        let path = program.folder.path + "/proof"
        let held = try await program.run("check-proof", "proof", "--key", key, "--json")
        #expect(held.status == 0)
        #expect(try held.json()["position"] == 1)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for spoilt in [String(text.dropLast(2)), "", text.replacing("index 1", with: "index 0")] {
            _ = try program.folder.file("proof", spoilt)
            let outcome = try await program.run("check-proof", "proof", "--key", key, "--json")
            #expect(outcome.status == 2)
            #expect(try outcome.json()["holds"] == false)
            #expect(outcome.errors.contains("does not hold"))
        }
    }

    @Test func mistakesSayWhatToDo() async throws {
        let key = try await key()
        for (arguments, status, hint) in [
            (["check-proof", "nowhere", "--key", key], 66, "cannot be read"),
            (["check-proof", "nowhere", "--key", "nonsense"], 64, "no public key"),
            (["prove", "inclusion", "nothing"], 3, "daybook trail"),
            (["prove", "customer", "nobody"], 3, "daybook customers"),
            (["prove", "row", "c1", "value"], 3, "daybook attest"),
            (["attest"], 3, "daybook views rebuild"),
            (["checkpoint", "--rotate-key"], 64, "--confirm"),
            (["checkpoint", "--rotate-key", "--confirm", "wrong"], 64, "log.example/cli"),
            (["checkpoint", "--add", "x"], 64, "--witness-key"),
            (["verify", "--checkpoint", "x"], 64, "--key"),
            (["verify", "--ledger", "nowhere"], 3, "daybook init"),
        ] as [([String], Int32, String)] {
            let outcome = try await program.run(arguments)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
        }
    }

    @Test func aLedgerIsVerifiedAgainstItsOwnCheckpointAndNoOther() async throws {
        let key = try await key()
        #expect(try await program.run("checkpoint", "--output", "cp").status == 0)
        let sound = try await program.run(
            "verify", "--views", "--log", "--values", "--checkpoint", "cp", "--key", key, "--json")
        #expect(sound.status == 0, "\(sound.errors)")
        #expect(try sound.json()["holds"] == true)
        #expect(try sound.json()["position"] == 2)
        #expect(try sound.json()["checkpoints"] == 2)
        _ = try program.folder.file("state", "nonsense")
        #expect(try await program.run("verify", "--resume", "state").status == 65)

        let other = program.folder.path + "/other"
        _ = try await program.run("init", "--ledger", other, "--origin", "log.example/cli")
        let foreign = try await program.run(
            "verify", "--ledger", other, "--checkpoint", "cp", "--key", key, "--json")
        #expect(foreign.status == 2)
        let kinds = try foreign.json()["findings"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } ?? []
        #expect(Set(kinds) == ["signature", "rolled_back"])
        #expect(foreign.errors.contains("evidence"))
    }

    @Test func aStaticLogIsWrittenAndKeptUp() async throws {
        #expect(try await program.run("export", "--tiles", "public").status == 0)
        let outcome = try await program.run("export", "--tiles", "public")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("1 file written"))
        let entries = program.folder.path + "/public/tile/entries/000.p/2"
        #expect(FileManager.default.fileExists(atPath: entries))
    }
}
