import Events
import Testing

@Suite struct EnvelopeTests {
    private static let good: JSONValue = [
        "specversion": "1.0", "id": "a-1", "source": "/shop/1", "type": "purchase.completed", "subject": "c1",
        "time": "2026-11-22T08:16:27.5+01:00", "data": ["total": "12.34"], "authid": "ann", "sequence": "7",
        "custom1": true, "count": 12,
    ]

    private func read(_ value: JSONValue, stored: Bool = false) throws -> Envelope {
        let reader = JSONReader()
        try reader.parse(value.text())
        return try Envelope.read(reader, stored: stored)
    }

    /// The good event with one attribute set, or taken away where nil.
    private func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(var object) = Self.good else { fatalError() }
        object[name] = value
        return .object(object)
    }

    @Test func aGoodEventIsReadWithAllItsAttributes() throws {
        let envelope = try read(Self.good)
        #expect(envelope.key == EventKey(source: "/shop/1", id: "a-1"))
        #expect(envelope.keyHash == envelope.key.hash)
        #expect(envelope.type == "purchase.completed" && envelope.subject == "c1" && envelope.actor == "ann")
        #expect(envelope.time.description == "2026-11-22T07:16:27.500Z")
        #expect(envelope.timeText == "2026-11-22T08:16:27.5+01:00")
        #expect(envelope.recordedTime == nil && !envelope.isLedgerOwn)
        #expect(envelope.reader.value(envelope.dataNode) == ["total": "12.34"])
        #expect(envelope.extensions.map(\.name) == ["authid", "sequence", "custom1", "count"])
    }

    @Test func attributesThatAreNullCountAsAbsent() throws {
        let envelope = try read(changed("subject", .null))
        #expect(envelope.subject == nil && envelope.attribute("subject") == nil)
        let problem = try #require(throws: EventProblem.self) { try read(changed("id", .null)) }
        #expect(problem.code == "missing" && problem.pointer == "/id")
    }

    @Test(
        arguments: [
            ("id", nil, "missing"), ("source", nil, "missing"), ("type", nil, "missing"),
            ("time", nil, "missing"),
            ("specversion", nil, "missing"), ("data", nil, "missing"), ("id", "", "empty"),
            ("id", 7, "wrong_type"),
            ("source", "", "empty"), ("source", "a b", "not_a_uri"), ("source", "/caf\u{e9}", "not_a_uri"),
            ("source", "a%2", "not_a_uri"), ("source", "a%zz", "not_a_uri"), ("source", "<x>", "not_a_uri"),
            ("type", "", "empty"), ("type", ["x"], "wrong_type"), ("subject", "", "empty"),
            ("subject", "a\u{7f}", "bad_character"), ("subject", "a\n", "bad_character"),
            ("subject", "\u{85}", "bad_character"), ("subject", "\u{FFFE}", "bad_character"),
            ("time", "2026-11-22", "bad_time"), ("time", "2026-11-22T08:16:27", "missing_zone"),
            ("time", "2016-12-31T23:59:60Z", "leap_second"), ("time", 5, "wrong_type"),
            ("recordedtime", "yesterday", "bad_time"), ("sourcerecordedtime", "x", "bad_time"),
            ("specversion", "0.3", "wrong_value"), ("specversion", 1, "wrong_value"),
            ("data", "text", "wrong_type"), ("data", [1], "wrong_type"),
            ("data_base64", "aGk=", "not_allowed"),
            ("datacontenttype", "text/xml", "wrong_value"), ("dataschema", "a b", "not_a_uri"),
            ("authtype", "robot", "wrong_value"), ("contentmac", "x", "reserved"),
            ("customerName", "x", "bad_name"),
            ("a-b", "x", "bad_name"), ("", "x", "bad_name"), ("abcdefghijklmnopqrstu", "x", "bad_name"),
            ("custom", 1.5, "wrong_value"), ("custom", 2147483648, "wrong_value"),
            ("custom", ["a": 1], "wrong_type"),
            ("total", ["a"], "wrong_type"),
        ] as [(String, JSONValue?, String)])
    func wrongEnvelopesAreRefusedByFieldAndReason(name: String, value: JSONValue?, code: String) throws {
        let problem = try #require(throws: EventProblem.self) { try read(changed(name, value)) }
        #expect(problem.code == code, "\(problem)")
        #expect(problem.pointer == "/" + name, "\(problem)")
    }

    @Test(
        arguments: [
            ("source", "urn:x:1"), ("source", "https://example.com/a?b=c#d"),
            ("source", "//h:1/[::1]/~a_b-c!$&'()*+,;="),
            ("source", "caf%C3%A9"), ("subject", "顾客 1"), ("custom", -2147483648), ("custom", ""),
            ("datacontenttype", "application/json"), ("authtype", "app_user"),
            ("recordedtime", "0001-01-01T00:00:00Z"), ("sourcerecordedtime", "2026-01-01t00:00:00z"),
            ("abcdefghijklmnopqrst", false),
        ] as [(String, JSONValue)])
    func unusualButRightAttributesAreTaken(name: String, value: JSONValue) throws {
        let envelope = try read(changed(name, value))
        #expect(envelope.reader.value(0)[name] == value)
    }

    @Test func whatIsNoObjectIsNoEvent() throws {
        let problem = try #require(throws: EventProblem.self) { try read([Self.good]) }
        #expect(problem.description == "expected an event: a JSON object, found an array")
    }

    @Test func storedLinesMayHaveWhatTheLedgerWrites() throws {
        #expect(try read(changed("contentmac", "bWFj"), stored: true).attribute("contentmac") != nil)
    }

    @Test func longValuesAreCutInMessages() throws {
        let long = String(repeating: "x y", count: 100)
        let problem = try #require(throws: EventProblem.self) { try read(changed("source", .string(long))) }
        #expect(problem.found.count == 60)
        #expect(
            problem.at(eventNumber: 3, line: 9).description
                .hasPrefix("line 9, event 3, /source: expected a URI reference"))
    }
}
