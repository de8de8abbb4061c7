import Events
import Testing

@testable import Daybook

@Suite("Types whose events can meet a condition")
struct FittingTypesTests {
    @Test(arguments: [
        ("data.total > 100", true, false), ("data.score >= 4", false, true),
        ("data.total = null", true, true),
        ("data.score = null", true, true), ("data.score != null", false, true),
        ("not data.score > 3", true, true), ("not data.score = null", false, true),
        ("data.total > 1 and data.score > 1", false, false),
        ("data.total > 1 or data.score > 1", true, true), ("data.score in (3, null)", true, true),
        ("data.score in (3, 4)", false, true), ("type = 'survey.answered'", false, true),
        ("not (type = 'survey.answered') and data.total > 1", true, false), ("actor = eve", true, true),
        ("channel = web", true, true), ("data.lines.0.net > 3", true, false), ("data.bulk", false, false),
    ])
    func theSchemaSaysWhetherAConditionCanHold(_ text: String, _ purchases: Bool, _ answers: Bool) throws {
        let condition = try Condition(parsing: text)
        #expect(condition.canHold(in: "purchase.completed", .builtIn) == purchases)
        #expect(condition.canHold(in: "survey.answered", .builtIn) == answers)
    }

    @Test func anyVersionOfATypeMayHaveTheField() throws {
        var schemas = SchemaRegistry.builtIn
        for (version, field) in [(1, "old"), (2, "new")] {
            try schemas.register(
                type: "bench.booked", version: version,
                schema: [
                    "type": "object", "additionalProperties": false,
                    "properties": .object(JSONObject([(field, ["type": "string"])])),
                ])
        }
        for (text, canHold) in [("data.old = x", true), ("data.new = x", true), ("data.other = x", false)] {
            #expect(try Condition(parsing: text).canHold(in: "bench.booked", schemas) == canHold)
        }
    }
}
