import Events
import Testing

/// What is known of the shape of an event says of others what checking them in full says.
@Suite struct EventFormsTests {
    /// Of each member, a value that is good and others of which most are not.
    private typealias Values = [(name: String, values: [String])]

    private static let attributes: Values = [
        ("id", ["e1", "x", "", "é", #"a\u0007b"#]), ("source", ["urn:a", "/shop", "", "not a uri", "%zz"]),
        ("type", ["form.tried", "other.tried", "no.such", ""]),
        ("time", ["2026-01-01T00:00:00Z", "2026-01-01", "2025-13-01T00:00:00Z"]),
        ("recordedtime", ["2026-01-02T00:00:00.000000Z", "yesterday"]), ("specversion", ["1.0", "1.1"]),
    ]
    private static let extensions: Values = [
        ("subject", ["c1", "", "王芳"]), ("authid", ["eve", "", "\u{9F}"]),
        ("authtype", ["system", "user", "root"]), ("correlationid", ["r", ""]), ("causationid", ["e0"]),
        ("dataschema", ["urn:daybook:schema:form.tried:v1", "urn:x:v2", "a b"]),
        ("sourcerecordedtime", ["2026-01-01T00:00:00Z", "soon"]), ("contentmac", ["abc", ""]),
        ("ip", ["::1", ""]),
    ]
    private static let data: Values = [
        ("short", [#""abc""#, #""""#, #""abcdefghijk""#, "5"]), ("digits", [#""12""#, #""1a""#]),
        ("day", [#""2026-02-28""#, #""2026-02-30""#]), ("kind", [#""a""#, #""b""#, #""z""#]),
        ("amount", ["5", "-1", "2.5", "1000", #""5""#]), ("list", ["[1,2]", "[1,1]", "[]", #"["a"]"#]),
        ("lines", [#"[{"n":"1.00"}]"#, #"[{"n":"x"}]"#, "[{}]", #"[{"n":"1"},{"n":"2"}]"#]),
        ("either", [#""a""#, "3", #""c""#, "30"]), ("name", [#"{"$sealed":"AA"}"#, #""Eve""#, "1"]),
        ("other", [#""x""#, "1", #""yyy""#]), ("wants", ["true", "false"]), ("nothing", ["null", "0"]),
        ("same", [#"{"a":1}"#, #"{"a":2}"#]),
    ]
    private static let schema = """
        {"type": "object", "required": ["short"], "additionalProperties": {"type": ["string", "integer"],
          "maxLength": 2}, "dependentRequired": {"wants": ["day"]}, "properties": {
          "short": {"type": "string", "minLength": 1, "maxLength": 9}, "digits": {"type": "string",
          "pattern": "^[0-9]+$"}, "day": {"type": "string", "format": "date"}, "kind": {"enum": ["a", "b"]},
          "amount": {"type": "integer", "minimum": 0, "maximum": 99}, "list": {"type": "array",
          "items": {"type": "integer"}, "uniqueItems": true}, "lines": {"type": "array", "items": {
          "type": "object", "required": ["n"], "properties": {"n": {"type": "string", "pattern": "^[0-9.]+$"}}}},
          "either": {"anyOf": [{"enum": ["a"]}, {"type": "integer", "maximum": 9}]},
          "name": {"type": "string", "x-personal": true}, "wants": {"type": "boolean"},
          "nothing": {"type": ["null", "integer"], "minimum": 1}, "same": {"const": {"a": 1}}}}
        """

    private static func registry() throws -> SchemaRegistry {
        var registry = SchemaRegistry.builtIn
        try registry.register(type: "form.tried", version: 1, schema: JSONValue(parsing: schema))
        try registry.register(
            type: "other.tried", version: 1,
            schema: JSONValue(parsing: #"{"type":"object","x-subject":"required"}"#))
        return registry
    }

    /// Some members, each with its good value or, now and then, another one.
    private static func members(
        _ all: Values, _ generator: inout SeededGenerator, write: (String) -> String = { $0 }
    ) -> [String] {
        all.map { name, values in
            let isGood = Int.random(in: 0..<10, using: &generator) > 0
            return "\"\(name)\":" + write(isGood ? values[0] : values.randomElement(using: &generator)!)
        }
    }

    private static func someMembers(_ all: Values, _ generator: inout SeededGenerator) -> Values {
        all.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
    }

    private static func inFull(_ reader: JSONReader, _ schemas: SchemaRegistry) throws -> (
        Envelope, EventSchema
    ) {
        let envelope = try Envelope.read(reader, stored: true)
        let schema = try schemas.schema(of: envelope, stored: true)
        try schema.validate(envelope, sealed: true)
        return (envelope, schema)
    }

    /// As verification does, which reads the recorded time where the log says that it stands.
    private static func fit(_ reader: JSONReader, _ forms: EventForms) -> (form: Int, time: Instant)? {
        guard let node = reader.member(0, "recordedtime"), (try? Instant(parsing: reader.string(node))) != nil
        else { return nil }
        #expect(forms.fit(reader, recordedOffset: reader.byteOffset(node)) == nil)
        return forms.fit(reader, recordedOffset: reader.byteOffset(node) + 1)
    }

    @Test func whatFitsIsGoodAndMostOfWhatIsGoodFits() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let schemas = try Self.registry()
        let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
        let plain = JSONReader()
        var forms = EventForms()
        var (fitting, good, bad) = (0, 0, 0)
        let shapes = (0..<24).map { _ in
            (
                Self.attributes + Self.someMembers(Self.extensions, &generator),
                [Self.data[0]] + Self.someMembers(Array(Self.data.dropFirst()), &generator)
            )
        }
        for _ in 0..<20_000 {
            let (attributes, data) = shapes.randomElement(using: &generator)!
            let text =
                "{\"data\":{" + Self.members(data, &generator).joined(separator: ",") + "},"
                + Self.members(attributes, &generator) { "\"\($0)\"" }.joined(separator: ",") + "}"
            try reader.parse(text)
            try plain.parse(text)
            let expected = try? Self.inFull(plain, schemas)
            if let fit = Self.fit(reader, forms) {
                fitting += 1
                #expect(fit.time == expected?.0.time, "seed \(seed): \(text)")
            } else if expected != nil {
                let (envelope, schema) = try Self.inFull(reader, schemas)
                _ = forms.learn(envelope, schema)
            }
            if expected == nil { bad += 1 } else { good += 1 }
        }
        #expect(fitting > good / 2 && bad > 2_000, "seed \(seed)")
    }

    /// A text as the ledger writes it, of a built-in type with rules beyond its schema.
    private static func purchase(source: String = "urn:shop", total: String = "5.00") -> String {
        #"{"data":{"currency":"EUR","total":"\#(total)"},"id":"1","recordedtime":"2026-01-02T00:00:00Z","#
            + #""source":"\#(source)","specversion":"1.0","subject":"c","time":"2026-01-01T00:00:00Z","#
            + #""type":"purchase.completed"}"#
    }

    @Test func rulesBeyondTheSchemaHoldForEveryEvent() throws {
        let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
        var forms = EventForms()
        for _ in 0..<2 {
            try reader.parse(Self.purchase())
            #expect(Self.fit(reader, forms) == nil)
            let (envelope, schema) = try Self.inFull(reader, .builtIn)
            #expect((forms.learn(envelope, schema) == 0) == (reader.shape > 0))
        }
        try reader.parse(Self.purchase(total: "7.25"))
        #expect(Self.fit(reader, forms)?.form == 0)
        try reader.parse(Self.purchase(total: "7.255"))
        #expect(reader.shape > 0 && Self.fit(reader, forms) == nil)
    }

    @Test func aTextOfTheShapeIsTheSameInAllOfIt() throws {
        let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
        var shapes: [String: Int] = [:]
        for round in 0..<3 {
            for source in ["urn:a", "urn:b", "urn:é"] {
                try reader.parse(Self.purchase(source: source))
                guard round > 0 else { continue }
                let node = try #require(reader.member(0, "source"))
                #expect(reader.isOfShape(node) && reader.string(node) == source)
                #expect(reader.isOrdinaryText(node) == (source != "urn:é"))
                #expect(shapes.updateValue(reader.shape, forKey: source) ?? reader.shape == reader.shape)
            }
        }
        #expect(Set(shapes.values).count == 3)
    }

    @Test func manyTextsWhereFewWereExpectedAreReadAsAnyOthers() throws {
        let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
        let plain = JSONReader()
        for number in 0..<2_000 {
            let text = Self.purchase(source: "urn:\(number % 400)")
            try reader.parse(text)
            try plain.parse(text)
            #expect(reader.value(0) == plain.value(0))
        }
        #expect(reader.shape > 0)
        let (source, type) = try (#require(reader.member(0, "source")), #require(reader.member(0, "type")))
        #expect(!reader.isOfShape(source) && reader.isOfShape(type))
        #expect(reader.isOrdinaryText(source))
    }
}
