import EventLog
import Events
import Foundation
import Testing

@Suite struct SealingTests {
    private let secret = "Wilhelmina Plaintext-Ashworth"

    private func registration(_ id: String, of subject: String = "c1", name: String? = nil) -> IncomingEvent {
        event(
            id, "customer.registered", of: subject,
            data: #"{"name":"\#(name ?? secret)","email":"w@plaintext.example","region":"north"}"#)
    }

    /// Whether any file of a folder holds these bytes.
    private func isFound(_ text: String, in folder: String) throws -> Bool {
        let files = FileManager.default.enumerator(atPath: folder)
        for case let name as String in files ?? .init() {
            if let data = FileManager.default.contents(atPath: folder + "/" + name),
                data.range(of: Data(text.utf8)) != nil
            {
                return true
            }
        }
        return false
    }

    @Test func noPlainValueIsInAnyFileAndTheKeyReadsIt() throws {
        let ledger = try TestLedger(flushCount: 2)
        var log = try ledger.log()
        try log.append([registration("1"), event("2", "contact.logged", data: contact(text: secret))])
        try log.append([
            event(
                "3", "event.corrected", of: nil,
                data: #"{"source":"urn:test","id":"1","reason":"r","data":{"name":"\#(secret) II"}}"#)
        ])
        log = try ledger.reopen()
        #expect(try isFound("customer.registered", in: ledger.folder))
        for plain in [secret, "w@plaintext.example", " II", "Plaintext"] {
            #expect(try !isFound(plain, in: ledger.folder), "\(plain)")
        }
        let lines = try log.allLines().map { try JSONValue(parsing: $0) }
        #expect(lines[1]["data"]?["region"]?.stringValue == "north")
        let keys = try log.keys()
        let sealed = try #require(lines[1]["data"]?["name"])
        #expect(sealed.isSealed)
        #expect(
            try keys.unseal(sealed, source: "urn:test", id: "1", pointer: "/data/name") == .string(secret))
        let corrected = try #require(lines[3]["data"]?["data"]?["name"])
        #expect(
            try keys.unseal(corrected, source: "urn:test", id: "3", pointer: "/data/data/name")
                == .string(secret + " II"))
        // A sealed value is bound to its event and its place.
        for (id, pointer) in [("2", "/data/name"), ("1", "/data/email")] {
            #expect(throws: LogError.self) {
                try keys.unseal(sealed, source: "urn:test", id: id, pointer: pointer)
            }
        }
    }

    private func contact(text: String) -> String {
        #"{"direction":"in","channel":"phone","text":"\#(text)"}"#
    }

    @Test(arguments: [65_536, 1]) func aRepeatWithPersonalValuesIsKnownAgain(flushCount: Int) throws {
        let ledger = try TestLedger(flushCount: flushCount)
        var log = try ledger.log()
        let correction = event(
            "k", "event.corrected", of: nil,
            data: #"{"source":"urn:test","id":"1","reason":"r","data":{"name":"Other"}}"#)
        try log.append([registration("1"), correction])
        log = try ledger.reopen()
        #expect(
            try log.append([registration("1"), correction]).outcomes
                == [.exists(Position(1)), .exists(Position(2))])
        let error = try #require(throws: LogError.self) { try log.append([registration("1", name: "Else")]) }
        #expect(error.category == .conflict)
        #expect(!error.description.contains("Else"))
        #expect(!error.description.contains(secret))
    }

    @Test func customersHaveKeysOfTheirOwnThatStayTheSame() throws {
        let ledger = try TestLedger()
        var log = try ledger.log()
        try log.append([registration("1"), registration("2", of: "c2")])
        log = try ledger.reopen()
        try log.append([registration("3")])
        let ids = try log.allLines().dropFirst().map { line in
            let sealed = try JSONValue(parsing: line)["data"]?["name"]?["$sealed"]?.stringValue ?? ""
            return sealed.split(separator: ".").map(String.init)
        }
        #expect(ids.map { $0[0] } == ["v1", "v1", "v1"])
        #expect(ids[0][1] == ids[2][1])
        #expect(ids[0][1] != ids[1][1])
        #expect(ids[0][2] != ids[2][2], "the same value is sealed anew each time")
    }

    @Test func theSecretsCanBeReadByTheirOwnerOnly() throws {
        let ledger = try TestLedger()
        for name in ["wrapping.key", "signing.key"] {
            let path = ledger.folder + "/keys/" + name
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: ledger.folder + "/keys/wrapping.key")
        let error = try #require(throws: LogError.self) { try ledger.log() }
        #expect(error.category == .keys)
        #expect(error.message.contains("chmod 600"))
    }

    @Test func anotherWrappingKeyOpensNothing() throws {
        let ledger = try TestLedger()
        try ledger.log().append([registration("1")])
        try ledger.close()
        let path = ledger.folder + "/keys/wrapping.key"
        let wrong = String(repeating: "5a", count: 32) + "\n"
        try wrong.write(toFile: path, atomically: false, encoding: .utf8)
        // A customer who has no key yet must not get one under it either.
        let error = try #require(throws: LogError.self) {
            try ledger.log().append([registration("2", of: "c2")])
        }
        #expect(error.category == .keys)
    }

    @Test(arguments: [
        (#"{"name":"Ann","city":"X"}"#, "c2"),
        (#"{"city":"X"}"#, "c1"),
        (#"{"name":"Ann","city":"Y"}"#, "c1"),
    ])
    func aSealedEventIsNotTakenForAnotherOfTheSameId(data: String, subject: String) throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        func register(_ data: String, of subject: String) -> IncomingEvent {
            event("1", "customer.registered", of: subject, data: data)
        }
        try log.append([register(#"{"name":"Ann","city":"X"}"#, of: "c1")])
        let again = try log.append([register(#"{"name":"Ann","city":"X"}"#, of: "c1")])
        #expect(again.createdCount == 0)
        let error = try #require(throws: LogError.self) { try log.append([register(data, of: subject)]) }
        #expect(error.problems.map(\.code) == ["exists_different"])
        #expect(try log.head() == 2)
    }
}
