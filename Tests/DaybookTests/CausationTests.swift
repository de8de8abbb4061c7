import Daybook
import Events
import Testing

@Suite("Causes and effects are a tree")
struct CausationTests {
    private static func contact(_ id: String, causedBy cause: String?) -> JSONValue {
        event(
            "contact.logged", id, customer: "anna", at: "2023-12-01T00:00:00Z",
            cause.map { [("causationid", .string($0))] } ?? [], ["direction": "in", "channel": "chat"])
    }

    /// Ids with those below them in brackets.
    private static func shape(_ node: JSONValue) -> String {
        if let more = node["more"]?.integerValue { return "+\(more)" }
        let name = (node["id"]?.stringValue ?? "?") + (node["asked"] == nil ? "" : "*")
        let mark = node["drawn_above"] == nil ? "" : "^"
        let caused = node["caused"]?.arrayValue ?? []
        return name + mark + (caused.isEmpty ? "" : "(" + caused.map(shape).joined(separator: " ") + ")")
    }

    @Test func aTreeBeginsAtTheFirstCauseThatIsKnown() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.create()
        try await ledger.append([
            Self.contact("a", causedBy: "elsewhere"), Self.contact("b", causedBy: "a"),
            Self.contact("c", causedBy: "b"), Self.contact("d", causedBy: "a"),
            Self.contact("x", causedBy: "y"), Self.contact("y", causedBy: "x"),
            Self.contact("self", causedBy: "self"),
        ])
        func tree(_ id: String, limit: Int = 100) async throws -> String {
            Self.shape(try await ledger.causationTree(of: .id(id, source: nil), eventLimit: limit))
        }
        #expect(try await tree("c") == "a(b(c*) d)")
        #expect(try await tree("a") == "a*(b(c) d)")
        #expect(try await tree("elsewhere") == "elsewhere(a(b(c) d))")
        #expect(try await tree("x") == "y(x*(y^))")
        #expect(try await tree("self") == "self*(self*^)")
        #expect(try await tree("a", limit: 1) == "a*(b(+1) +1)")
        await #expect(throws: LedgerError.self) { try await tree("nobody") }
    }

    @Test func whatAnEventCausedIsOnItsPage() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.create()
        try await ledger.append([
            Self.contact("a\"b", causedBy: nil), Self.contact("b", causedBy: "a\"b"),
        ])
        let page = try await ledger.event(.id("a\"b", source: nil))
        #expect(page["caused"]?.arrayValue?.map { $0["id"]?.stringValue } == ["b"])
    }
}
