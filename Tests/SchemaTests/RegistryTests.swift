import Events
import Foundation
import Testing

/// Finding schemas, and users' own types.
struct RegistryTests {
    private let workshop: JSONValue = [
        "type": "object", "x-subject": "required", "required": ["workshop"], "additionalProperties": false,
        "properties": [
            "workshop": ["type": "string", "minLength": 1], "notes": ["type": "string", "x-personal": true],
            "guests": [
                "type": "array",
                "items": ["type": "object", "properties": ["name": ["type": "string", "x-personal": true]]],
            ],
        ],
    ]

    private func event(_ type: String, _ data: JSONValue, schema: String? = nil) -> JSONValue {
        let event: JSONValue = [
            "specversion": "1.0", "id": "1", "source": "https://own.example", "type": .string(type),
            "subject": "c", "time": "2026-03-14T09:00:00Z", "data": data,
        ]
        return event.setting("dataschema", schema.map { .string($0) })
    }

    @Test func unknownTypesAreRefusedWithTheirNearestNeighbours() throws {
        for (wrong, meant) in [
            ("purchase.complete", "purchase.completed"), ("purchase.compelted", "purchase.completed"),
            ("Purchase.Completed", "purchase.completed"), ("complaint.open", "complaint.opened"),
            ("customers.merged", "customer.merged"), ("answered.survey", "survey.answered"),
        ] {
            let problem = try #require(try verdict(on: event(wrong, [:])))
            #expect(problem.code == "unknown_type")
            #expect(problem.pointer == "/type")
            #expect(problem.expected.contains(meant), "\(wrong): \(problem.expected)")
            #expect(problem.found == "“\(wrong)”")
        }
        let problem = try #require(try verdict(on: event("weather.changed", [:])))
        #expect(problem.expected == "a known type; daybook schema list shows all")
    }

    @Test func dataschemaNamesAVersion() throws {
        let data: JSONValue = ["offer": "o"]
        #expect(
            try verdict(on: event("winback.offered", data, schema: "urn:daybook:schema:winback.offered:v1"))
                == nil)
        let problem = try #require(
            try verdict(on: event("winback.offered", data, schema: "urn:daybook:schema:winback.offered:v2")))
        #expect(problem.code == "unknown_schema")
        #expect(problem.expected == "urn:daybook:schema:winback.offered:v1, or no dataschema")
    }

    @Test func ownTypesAreAddedVersionByVersion() throws {
        var registry = SchemaRegistry.builtIn
        let before = registry.fingerprint
        try registry.register(type: "workshop.booked", version: 1, schema: workshop)
        #expect(registry.fingerprint != before)
        #expect(!registry.isBuiltIn("workshop.booked"))
        #expect(SchemaRegistry.builtIn.schema(type: "workshop.booked") == nil)
        #expect(try verdict(on: event("workshop.booked", ["workshop": "w"]), registry: registry) == nil)
        #expect(
            try verdict(on: event("workshop.booked", ["workshop": ""]), registry: registry)?.pointer
                == "/data/workshop")

        try registry.register(type: "workshop.booked", version: 1, schema: workshop)
        let second = workshop.setting("required", ["workshop", "notes"])
        #expect(throws: SchemaError.self) {
            try registry.register(type: "workshop.booked", version: 1, schema: second)
        }
        #expect(throws: SchemaError.self) {
            try registry.register(type: "workshop.booked", version: 3, schema: second)
        }
        try registry.register(type: "workshop.booked", version: 2, schema: second)
        #expect(registry.versionCount(of: "workshop.booked") == 2)
        let old = event("workshop.booked", ["workshop": "w"])
        #expect(try verdict(on: old, registry: registry)?.pointer == "/data/notes")
        let named = event(
            "workshop.booked", ["workshop": "w"], schema: "urn:daybook:schema:workshop.booked:v1")
        #expect(try verdict(on: named, registry: registry) == nil)

        let reader = JSONReader()
        try reader.parse(old.canonicalText)
        #expect(try registry.schema(of: Envelope.read(reader, node: 0), stored: true).version == 1)
        #expect(try registry.schema(of: Envelope.read(reader, node: 0)).version == 2)
    }

    @Test(arguments: ["purchase.completed", "workshop", "Workshop.booked", "a..b", ".a", "a b.c", ""])
    func typesThatAreTakenOrMalformedAreNotAdded(_ type: String) {
        var registry = SchemaRegistry.builtIn
        #expect(throws: SchemaError.self) { try registry.register(type: type, version: 1, schema: workshop) }
    }

    @Test func personalValuesAreFoundWhereverTheySit() throws {
        let schema = try EventSchema(type: "workshop.booked", version: 1, schema: workshop)
        #expect(schema.personalPaths == ["/notes", "/guests/*/name"])
        let reader = JSONReader()
        try reader.parse(#"{"workshop":"w","guests":[{"name":"A"},{},{"name":"B"}],"notes":"N"}"#)
        var found: [String] = []
        schema.forEachPersonalValue(reader, data: 0) { node, pointer in
            found.append("\(pointer) \(reader.string(node))")
        }
        #expect(found == ["/data/guests/0/name A", "/data/guests/2/name B", "/data/notes N"])
    }

    @Test func sealedValuesStandForPersonalOnesOnlyWhereAsked() throws {
        let schema = try EventSchema(type: "workshop.booked", version: 1, schema: workshop)
        let sealed = #"{"$sealed":"v1.k.abc"}"#
        let reader = JSONReader()
        try reader.parse(#"{"workshop":"w","notes":\#(sealed),"guests":[{"name":\#(sealed)}]}"#)
        try schema.validate(reader, data: 0, sealed: true)
        #expect(throws: EventProblem.self) { try schema.validate(reader, data: 0) }
        try reader.parse(#"{"workshop":\#(sealed)}"#)
        #expect(throws: EventProblem.self) { try schema.validate(reader, data: 0, sealed: true) }
    }

    @Test func correctionsAreCheckedByTheSchemaOfTheirTarget() throws {
        let registry = SchemaRegistry.builtIn
        let target = try #require(registry.schema(type: "purchase.completed"))
        let correction = try SchemaFolder.json("examples/event.corrected.v1.json")
        let reader = JSONReader()
        try reader.parse(correction.canonicalText)
        try registry.validateCorrection(Envelope.read(reader, node: 0), target: target)
        try reader.parse(correction.settingData("data", ["total": "1.005", "currency": "EUR"]).canonicalText)
        let problem = #expect(throws: EventProblem.self) {
            try registry.validateCorrection(Envelope.read(reader, node: 0), target: target)
        }
        #expect(problem?.pointer == "/data/data/total")
    }

    @Test func aRegisteredSchemaIsRefusedWhereItCannotBeChecked() throws {
        let event = try SchemaFolder.json("examples/schema.registered.v1.json")
        let bad: JSONValue = ["properties": ["a": ["contains": true]]]
        let problem = try #require(try verdict(on: event.settingData("schema", bad)))
        #expect(problem.pointer == "/data/schema/properties/a")
        #expect(problem.found.contains("contains"))
        #expect(try verdict(on: event.settingData("type", "purchase.completed"))?.pointer == "/data/type")
    }

    @Test func builtInSchemasMayBeCompiledByManyThreadsAtOnce() async throws {
        for _ in 0..<5 {
            let registry = SchemaRegistry.builtIn
            await withTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        registry.types.filter { registry.schema(type: $0)?.title.isEmpty == false }.count
                    }
                }
                for await count in group { #expect(count == registry.types.count) }
            }
        }
    }

    @Test func upcastersTurnOldDataIntoNew() {
        let upcasting = Upcasting([
            Upcaster(type: "a.b", version: 1) { $0["x"].map { ["y": $0] } ?? $0 },
            Upcaster(type: "a.b", version: 2) { .array([$0]) },
        ])
        let (data, version) = upcasting.upcast(["x": 1], type: "a.b", version: 1)
        #expect(data == [["y": 1]])
        #expect(version == 3)
        #expect(upcasting.upcast(["x": 1], type: "c.d", version: 1).version == 1)
        #expect(Upcasting.builtIn.isEmpty)
    }
}
