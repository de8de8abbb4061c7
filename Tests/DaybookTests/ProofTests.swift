import Crypto
import Daybook
import Events
import Foundation
import Testing

/// Proofs as a person makes them and as somebody else checks them.
@Suite struct ProofTests {
    /// A ledger with two customers who turned out to be one, signed in between.
    struct Case {
        let fixture: LedgerFixture
        let ledger: Ledger
        let earlier: String
        let key: String

        init() async throws {
            fixture = try LedgerFixture("2026-03-01T00:00:00Z")
            ledger = try await fixture.create()
            try await ledger.append([purchase("o1", "a", "2026-01-01T10:00:00Z", "10")])
            let checkpoint = try await ledger.checkpoint()
            earlier = try #require(checkpoint["checkpoint"]?.stringValue)
            for number in 2...9 {
                try await ledger.append([
                    purchase("o\(number)", number % 2 == 0 ? "b" : "c", "2026-01-02T10:00:00Z", "5")
                ])
            }
            _ = try await ledger.merge("b", into: "a", by: Authorship(actor: "ann", reason: "same person"))
            _ = try await ledger.checkpoint()
            key = try ledger.publicKey()
        }

        func check(_ proof: String) throws -> JSONValue {
            try ProofCheck(Trust(keys: [key])).check(Array(proof.utf8))
        }
    }

    @Test func everyFormOfProofHolds() async throws {
        let test = try await Case()
        let inclusion = try test.check(await test.ledger.proveInclusion(of: .id("o1", source: nil)))
        #expect(inclusion["position"] == 1)
        #expect(inclusion.value(at: "event.id") == "o1")
        let consistency = try test.check(
            await test.ledger.proveConsistency(from: Array(test.earlier.utf8)).canonicalText)
        #expect(consistency["from"] == 2)
        #expect(consistency["size"] == 11)
        let customer = try test.check(await test.ledger.proveCustomer("b").canonicalText)
        #expect(customer["customer"] == "a")
        #expect(customer["aliases"] == ["b"])
        // o1, the four of b, and the merge.
        #expect(customer["events"] == 6)
        #expect(try test.check(test.earlier)["size"] == 2)
    }

    @Test func noChangedTextIsAccepted() async throws {
        let test = try await Case()
        let proof = Array(try await test.ledger.proveInclusion(of: .id("o4", source: nil)).utf8)
        let check = ProofCheck(try Trust(keys: [test.key]))
        var refused = 0
        for place in proof.indices {
            for change in 0..<4 {
                var bytes = proof
                switch change {
                case 0: bytes[place] ^= 1
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(bytes[place], at: place)
                default: bytes.removeLast(bytes.count - place)
                }
                let error = #expect(throws: LedgerError.self, "byte \(place), change \(change)") {
                    try check.check(bytes)
                }
                refused += error?.category == .verification ? 1 : 0
            }
        }
        #expect(refused == proof.count * 4)
    }

    @Test func aListOfEventsWithoutOneOfThemIsNotAllOfThem() async throws {
        let test = try await Case()
        let bundle = try await test.ledger.proveCustomer("a")
        let events = try #require(bundle["events"]?.arrayValue)
        for place in events.indices {
            var object = try #require(bundle.objectValue)
            object["events"] = .array(events.enumerated().filter { $0.offset != place }.map(\.element))
            #expect(throws: LedgerError.self) { try test.check(JSONValue.object(object).canonicalText) }
        }
    }

    @Test func proofsOfOtherLedgersAndOtherKeysAreRefused() async throws {
        let test = try await Case()
        let proof = try await test.ledger.proveInclusion(of: .position(3))
        let other = try await LedgerFixture().create().publicKey()
        let error = #expect(throws: LedgerError.self) {
            try ProofCheck(Trust(keys: [other])).check(Array(proof.utf8))
        }
        #expect(error?.message.contains("the keys that were given are of") == true)
        #expect(throws: LedgerError.self) { try Trust(keys: []) }
        #expect(throws: LedgerError.self) { try Trust(keys: ["nonsense"]) }
        #expect(throws: LedgerError.self) { try Trust(keys: [String(test.key.dropLast()) + "A"]) }
        _ = try await test.ledger.rotateKey(confirming: test.ledger.origin)
        try await test.ledger.append([purchase("o99", "a", "2026-01-03T10:00:00Z", "5")])
        _ = try await test.ledger.checkpoint()
        let later = Array(try await test.ledger.proveInclusion(of: .position(3)).utf8)
        #expect(throws: LedgerError.self) { try ProofCheck(Trust(keys: [test.key])).check(later) }
        _ = try ProofCheck(Trust(keys: [test.key, test.ledger.publicKey()])).check(later)
    }

    @Test func aWitnessWhoIsAskedForMustHaveSigned() async throws {
        let test = try await Case()
        let note = try #require(try await test.ledger.checkpoint()["checkpoint"]?.stringValue)
        let secret = Curve25519.Signing.PrivateKey()
        let name = "witness.example"
        let blob = [1] + Array(secret.publicKey.rawRepresentation)
        let id = Array(SHA256.hash(data: Array("\(name)\n".utf8) + blob).prefix(4))
        let hex = id.map { String($0 + 0, radix: 16) }.map { $0.count == 1 ? "0" + $0 : $0 }.joined()
        let witness = "\(name)+\(hex)+\(Data(blob).base64EncodedString())"
        let text = String(note[..<(try #require(note.range(of: "\n\n")).lowerBound)]) + "\n"
        let signature = Data(id) + (try secret.signature(for: Data(text.utf8)))
        let cosigned = note + "\u{2014} \(name) \(signature.base64EncodedString())\n"

        let check = ProofCheck(try Trust(keys: [test.key], witnesses: [witness]))
        let before = Array(try await test.ledger.proveInclusion(of: .position(3)).utf8)
        #expect(throws: LedgerError.self) { try check.check(before) }
        _ = try await test.ledger.addCosignature(Array(cosigned.utf8), of: witness)
        _ = try check.check(Array(try await test.ledger.proveInclusion(of: .position(3)).utf8))
        let forged = cosigned.replacing("\n11\n", with: "\n12\n")
        await #expect(throws: LedgerError.self) {
            try await test.ledger.addCosignature(Array(forged.utf8), of: witness)
        }
    }

    @Test func aCheckpointThatTheLedgerDoesNotContinueIsFound() async throws {
        let fixture = try LedgerFixture("2026-03-01T00:00:00Z")
        let copy = fixture.folder + ".copy"
        do {
            let ledger = try await fixture.create()
            try await ledger.append([purchase("o1", "a", "2026-01-01T10:00:00Z", "10")])
            try ledger.close()
        }
        try FileManager.default.copyItem(atPath: fixture.folder, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let ours = try await fixture.open(writing: true)
        let theirs = try await Ledger(opening: copy, writing: true, clock: fixture.clock)
        try await ours.append([purchase("x", "a", "2026-01-03T10:00:00Z", "1")])
        try await theirs.append([purchase("y", "a", "2026-01-03T10:00:00Z", "2")])
        let foreign = try #require(try await theirs.checkpoint()["checkpoint"]?.stringValue)
        _ = try await ours.checkpoint()
        await #expect(throws: LedgerError.self) { try await ours.proveConsistency(from: Array(foreign.utf8)) }
    }
    @Test func whatTheViewsSaidIsProvedAfterItWasAttested() async throws {
        let test = try await Case()
        await #expect(throws: LedgerError.self) { try await test.ledger.attest(by: "ann") }
        _ = try await test.ledger.rebuildViews()
        let attested = try await test.ledger.attest(by: "ann")
        #expect(attested["rows"]?.integerValue == 2 * Ledger.views.count { !$0.isReportOnly })
        let before = try await test.ledger.customer("a", at: Question())
        try await test.ledger.append([purchase("o50", "a", "2026-01-03T10:00:00Z", "5000")])
        _ = try await test.ledger.checkpoint()
        for view in Ledger.views where !view.isReportOnly {
            let proof = try await test.ledger.proveRow(of: "a", in: view.name)
            let answer = try test.check(proof.canonicalText)
            #expect(answer["row"]?.canonicalText == before[view.name]?.canonicalText)
            #expect(answer["customer"] == "a")
            #expect(answer["position"] == attested["event"])
        }
        await #expect(throws: LedgerError.self) { try await test.ledger.proveRow(of: "b", in: "value") }
        await #expect(throws: LedgerError.self) { try await test.ledger.proveRow(of: "a", in: "nonsense") }
    }

    @Test func aRowIsProvedWithoutTheRowsOfEverybody() async throws {
        let test = try await Case()
        var events: [JSONValue] = []
        for number in 0..<120 {
            events.append(
                purchase("m\(number)", "many\(number)", "2026-01-02T10:00:00Z", "\(number + 1).00"))
        }
        try await test.ledger.append(events)
        _ = try await test.ledger.rebuildViews(fromLog: false)
        let attested = try await test.ledger.attest(by: "ann")
        _ = try await test.ledger.checkpoint()
        let folded = test.ledger.foldedCustomers
        let proof = try await test.ledger.proveRow(of: "many77", in: "value")
        #expect(test.ledger.foldedCustomers - folded < 30, "of 122")
        let answer = try test.check(proof.canonicalText)
        #expect(answer["customer"] == "many77")
        // The same without what was kept, and with what was kept damaged.
        let kept = test.fixture.folder + "/views/generations/1.tree"
        let bytes = try Data(contentsOf: URL(filePath: kept))
        let wrong = String(decoding: bytes, as: UTF8.self).replacing("many7", with: "mann7")
        for text in [nil, "", "{}", wrong, String(decoding: bytes.dropLast(2_000), as: UTF8.self)] {
            try FileManager.default.removeItem(atPath: kept)
            try text.map { try Data($0.utf8).write(to: URL(filePath: kept)) }
            if text == nil { try Data().write(to: URL(filePath: kept)) }
            #expect(try await test.ledger.proveRow(of: "many77", in: "value") == proof)
        }
        #expect(attested["generation"] == 1)
    }

    @Test func theLiveGenerationIsAttestedAndNotANewerOne() async throws {
        let test = try await Case()
        _ = try await test.ledger.rebuildViews(fromLog: false)
        try await test.ledger.append([purchase("o60", "a", "2026-01-04T10:00:00Z", "70")])
        _ = try await test.ledger.rebuildViews(fromLog: false)
        let first = try await test.ledger.attest(by: "ann")
        #expect(first["generation"] == 1)
        let author = Authorship(actor: "ann", reason: "test")
        _ = try await test.ledger.cutOverViews(by: author)
        let second = try await test.ledger.attest(by: "ann")
        #expect(second["generation"] == 2)
        #expect(second["root"] != first["root"])
    }

    @Test func attestedRowsSayNothingPersonal() async throws {
        let test = try await Case()
        try await test.ledger.append([
            event(
                "customer.registered", "r9", customer: "a", at: "2026-01-02T10:00:00Z", [],
                ["name": "Anna Berg"])
        ])
        _ = try await test.ledger.rebuildViews(fromLog: false)
        _ = try await test.ledger.attest(by: "ann")
        _ = try await test.ledger.checkpoint()
        #expect(try await test.ledger.customer("a", at: Question()).value(at: "profile.name") == "Anna Berg")
        let proof = try await test.ledger.proveRow(of: "a", in: "profile")
        #expect(try test.check(proof.canonicalText).value(at: "row.name") == .null)
    }
}
