import Events
import Foundation
import Projection
import ReadModels
import Testing

@Suite("Contacts and channels")
struct InteractionTests {
    private static let codes = ["", "chat", "email", "phone", "social", "store"]

    private static func contact(_ code: String, minute: Int64, position: UInt64, thread: UInt64 = 0) -> Fact {
        var fact = Fact.at(1, day: 100, position: position, .contact)
        fact.time += minute * 60_000_000
        fact.code = UInt32(codes.firstIndex(of: code) ?? 0)
        fact.key = thread
        fact.flags = .inbound
        return fact
    }

    private static func row(_ facts: [Fact], day: String = "1970-04-11", policy: JSONValue? = nil) throws
        -> JSONValue
    {
        let context = try MemoryBase.context(day: day, codes: codes, policy: policy ?? CorePolicy.standard)
        return MemoryBase.row("interaction", 0, try MemoryBase.fold(facts, context))
    }

    @Test func channelMixesAreThoseOfTheReference() throws {
        for item in try SharedFiles.cases("behaviour/channel_mix.json") {
            var facts: [Fact] = []
            for (channel, _) in item.object("counts") {
                for _ in 0..<Int(item.object("counts").number(channel)) {
                    facts.append(
                        Self.contact(channel, minute: Int64(facts.count) * 40, position: UInt64(facts.count)))
                    facts[facts.count - 1].time -= 700 * 60_000_000
                }
            }
            // A window of the case's length: the policy's parameter, put into an otherwise empty policy.
            let policy: JSONValue = ["interaction": ["window_days": .number(item.number("window_days"))]]
            let row = try Self.row(facts, policy: policy)
            let expected = item.object("expected")
            #expect(row["inbound"] == .number(expected.number("total")))
            #expect(near(row["per_30_days"], expected.number("per_30_days")))
            #expect(near(row["evenness"], expected.number("evenness")))
            #expect(near(row["hhi"], expected.number("hhi")))
            #expect(row["dominant_channel"]?.stringValue == expected.text("dominant"))
            #expect(row["channels"]?.objectValue?.count == Int(expected.number("channels_used")))
            for (channel, value) in row["channels"]?.objectValue ?? JSONObject() {
                #expect(near(value, expected.object("shares").number(channel)))
            }
        }
    }

    @Test func channelsThatThePolicyDoesNotNameKeepTheMixWithinOne() throws {
        let facts = ["chat", "email", "phone"].enumerated().map {
            Self.contact($1, minute: Int64($0) * 40, position: UInt64($0))
        }
        func evenness(offered: JSONValue) throws -> JSONValue? {
            try Self.row(facts, policy: ["channels": ["offered": offered]])["evenness"]
        }
        #expect(near(try evenness(offered: ["phone", "email"]), 1))
        #expect(near(try evenness(offered: ["phone", "store"]), log(3) / log(4)))
    }

    @Test func purchasesAreContactsOnlyWhereThePolicyWantsThem() throws {
        var purchase = Fact.at(1, day: 100, position: 1, .purchase)
        purchase.code = 5
        purchase.amount = 500
        var again = purchase
        (again.position, again.time) = (2, again.time + 7_200_000_000)
        var elsewhere = again
        (elsewhere.position, elsewhere.code) = (3, 0)
        let facts = [Self.contact("chat", minute: 0, position: 0), purchase, again, elsewhere]
        let row = try Self.row(facts)
        #expect(row["contacts"] == 1 && row["channels"] == ["chat": 1])
        let wanted = try Self.row(facts, policy: ["interaction": ["purchases": true]])
        #expect(wanted["contacts"] == 3 && wanted["inbound"] == 3)
        #expect(near(wanted.value(at: "channels.store"), 2.0 / 3))
    }

    @Test func messagesOfOneConversationAreOneContact() throws {
        let facts = [
            Self.contact("chat", minute: 0, position: 0),
            Self.contact("chat", minute: 30, position: 1),
            Self.contact("phone", minute: 31, position: 2),
            Self.contact("chat", minute: 60, position: 3),
            Self.contact("chat", minute: 91, position: 4),
            Self.contact("email", minute: 92, position: 5, thread: 8),
            Self.contact("email", minute: 600, position: 6, thread: 8),
            Self.contact("email", minute: 93, position: 7),
        ]
        let row = try Self.row(facts)
        #expect(row["contacts"] == 5)
        #expect(row["dominant_channel"] == "chat")
    }

    @Test func bulkMessagesAreNoContacts() throws {
        var bulk = Self.contact("email", minute: 0, position: 0)
        bulk.flags = .bulk
        let row = try Self.row([bulk])
        #expect(row["contacts"] == 0 && row["recency_days"] == .null && row["hhi"] == .null)
    }

    @Test func theWindowHoldsNinetyDays() throws {
        let facts = [Self.contact("chat", minute: 0, position: 0)]
        #expect(try Self.row(facts, day: "1970-07-09")["inbound"] == 1)
        let after = try Self.row(facts, day: "1970-07-10")
        #expect(after["inbound"] == 0 && after["contacts"] == 1 && after["recency_days"] == 90)
    }
}
