import Events
import Testing

@Suite struct FieldKindsTests {
    private static let schema = """
        {"type":"object","additionalProperties":false,"properties":{
        "text":{"type":"string"},"score":{"type":["integer","null"]},"sure":{"type":"boolean"},
        "rates":{"type":"object","additionalProperties":{"type":"number"}},
        "lines":{"type":"array","items":{"$ref":"#/$defs/line"}},
        "either":{"anyOf":[{"type":"string"},{"type":"boolean"}]},
        "both":{"type":["string","number"],"allOf":[{"type":["number","boolean"]}]},
        "open":{"type":"object"},"anything":{}},
        "$defs":{"line":{"type":"object","additionalProperties":false,"properties":{
        "net":{"type":"string"},"parts":{"type":"array","items":{"$ref":"#/$defs/line"}}}}}}
        """

    @Test(
        arguments: [
            ("text", .text), ("score", .number), ("sure", .truth), ("rates", .object), ("rates.gbp", .number),
            ("lines", .object), ("lines.0", .object), ("lines.3.net", .text), ("lines.net", []),
            ("lines.0.parts.1.parts.2.net", .text), ("lines.0.other", []), ("either", [.text, .truth]),
            ("both", .number), ("open.whatever.there.is", .any), ("anything", .any), ("none", []),
            ("text.length", []),
        ] as [(String, FieldKinds)])
    func aSchemaTellsWhatAFieldCanBe(path: String, kinds: FieldKinds) throws {
        let schema = try EventSchema(type: "a.b", version: 1, schema: JSONValue(parsing: Self.schema))
        #expect(schema.kinds(at: path.split(separator: ".").map(String.init)) == kinds)
    }

    @Test func theKindsOfAllTypesAreTakenTogether() {
        #expect(SchemaRegistry.builtIn.kinds(at: ["total"]).contains(.text))
        #expect(SchemaRegistry.builtIn.kinds(at: ["totl"]).isEmpty)
    }

    @Test func aSeparateRegistryHasTheSameSchemas() throws {
        var registry = SchemaRegistry.builtIn
        try registry.register(type: "own.type", version: 1, schema: JSONValue(parsing: Self.schema))
        let separate = registry.separate()
        #expect(separate.fingerprint == registry.fingerprint)
        #expect(separate.schema(type: "own.type") !== registry.schema(type: "own.type"))
        #expect(separate.schema(type: "purchase.completed") !== registry.schema(type: "purchase.completed"))
    }
}
