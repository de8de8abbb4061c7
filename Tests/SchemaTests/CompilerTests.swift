import Foundation
import Testing

@testable import Events

/// What schemas of one's own may say, and how the rest is refused.
struct CompilerTests {
    @Test(arguments: [
        #"{"properties":{"a":{"patternProperties":{}}}} patternProperties /properties/a"#,
        #"{"not":{}} not"#,
        #"{"$defs":{"a":{"if":true}}} if /$defs/a"#,
        #"{"items":{"format":"email"}} format /items"#,
        #"{"$ref":"https://example.com/x"} $ref"#,
        ##"{"$ref":"#/$defs/none"} $ref"##,
        ##"{"$schema":"http://json-schema.org/draft-07/schema#"} $schema"##,
        #"{"properties":{"a":{"$defs":{}}}} $defs /properties/a"#,
        #"{"properties":{"a":{"x-planned":true}}} x-planned /properties/a"#,
        #"{"type":"decimal"} type"#,
        #"{"type":["string","string"]} type"#,
        #"{"minLength":-1} minLength"#,
        #"{"minLength":1.5} minLength"#,
        #"{"multipleOf":0} multipleOf"#,
        #"{"required":["a","a"]} required"#,
        #"{"enum":["a"],"const":"a"} const"#,
        #"{"anyOf":[]} anyOf"#,
        #"{"properties":{"a/b":{"pattern":"("}}} pattern /properties/a~1b"#,
        #"{"x-subject":"maybe"} x-subject"#,
        #"{"x-personal":true} x-personal"#,
        #"{"properties":{"a":{"oneOf":[{"x-personal":true},true]}}} x-personal /a"#,
        ##"{"$defs":{"a":{"$ref":"#/$defs/a"}}} $ref"##,
        ##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}} $ref"##,
        ##"{"$defs":{"a":{"properties":{"n":{"$ref":"#/$defs/a"},"p":{"x-personal":true}}}},"$ref":"#/$defs/a"} x-personal"##,
    ])
    func whatCannotBeCheckedIsRefusedWithKeywordAndPlace(_ line: String) throws {
        let parts = line.split(separator: " ").map(String.init)
        let schema = try JSONValue(parsing: parts[0])
        let error = #expect(throws: SchemaError.self) {
            try EventSchema(type: "a.b", version: 1, schema: schema)
        }
        #expect(error?.keyword == parts[1])
        #expect(error?.pointer == (parts.count > 2 ? parts[2] : ""))
    }

    @Test func schemasMayReferToThemselvesThroughTheirMembers() throws {
        let schema = try EventSchema(
            type: "a.b", version: 1,
            schema: JSONValue(
                parsing: ##"""
                    {"$ref":"#/$defs/tree",
                     "$defs":{"tree":{"properties":{"left":{"$ref":"#/$defs/tree"},"name":{"type":"string"}},
                                      "additionalProperties":false}}}
                    """##))
        let reader = JSONReader()
        try reader.parse(#"{"left":{"left":{"name":"x"}}}"#)
        try schema.validate(reader, data: 0)
        try reader.parse(#"{"left":{"left":{"name":1}}}"#)
        let problem = #expect(throws: EventProblem.self) { try schema.validate(reader, data: 0) }
        #expect(problem?.pointer == "/data/left/left/name")
    }

    @Test func manyAndLongAndAlikeNamesAreAllFound() throws {
        let names = (0..<300).map { "a_rather_long_name_that_ends_in_\($0)" } + ["", "a", "b", "ab", "名前"]
        let members = JSONObject(names.map { ($0, ["type": "integer"]) })
        let schema: JSONValue = [
            "properties": .object(members), "required": .array(names.map { .string($0) }),
            "additionalProperties": false,
        ]
        let program = try SchemaCompiler.compile(schema)
        let data = JSONValue.object(JSONObject(names.map { ($0, 1) }))
        let reader = JSONReader()
        try reader.parse(data.canonicalText)
        #expect(program.accepts(reader, 0, 0, sealed: false))
        for name in names {
            try reader.parse(data.setting(name, nil).canonicalText)
            #expect(!program.accepts(reader, 0, 0, sealed: false))
            try reader.parse(data.setting(name, "x").canonicalText)
            #expect(!program.accepts(reader, 0, 0, sealed: false))
        }
        try reader.parse(data.setting("a_rather_long_name_that_ends_in_300", 1).canonicalText)
        #expect(!program.accepts(reader, 0, 0, sealed: false))
    }
}
