import Events
import Foundation
import Projection
import ReadModels
import Testing

/// Reasons for leaving, and winning back: DOMAIN.md sections 17 and 18.
@Suite("Leaving and coming back")
struct LeavingTests {
    private typealias Shop = BehaviourTests.Shop

    @Test func theFirstReasonAfterTheLastPurchaseIsPrimary() throws {
        var shop = try Shop()
        try shop.buy("a", "2023-01-10", [])
        try shop.say("churn.reason_given", "a", "2023-02-01T00:00:00Z", #"{"code":"pricing"}"#)
        try shop.buy("a", "2023-03-10", [])
        try shop.say("churn.reason_given", "a", "2023-05-01T00:00:00Z", #"{"code":"competition"}"#)
        try shop.say("relationship.ended", "a", "2023-05-02T00:00:00Z", #"{"code":"inconvenience"}"#)
        let row = try shop.row("churn_reasons", of: "a", in: try shop.base("2023-06-01"))
        #expect(
            row == [
                ["code": "pricing", "primary": false, "inferred": false],
                ["code": "competition", "primary": true, "inferred": false],
                ["code": "inconvenience", "primary": false, "inferred": false],
            ])
    }

    @Test func whoCameBackAndLeftAgainHasAnotherReason() throws {
        var shop = try Shop()
        try shop.buy("a", "2022-01-10", [])
        try shop.say("churn.reason_given", "a", "2022-02-01T00:00:00Z", #"{"code":"pricing"}"#)
        try shop.buy("a", "2023-01-10", [])
        let back = try shop.row("churn_reasons", of: "a", in: try shop.base("2023-01-20"))
        #expect(back == [["code": "pricing", "primary": false, "inferred": false]])
        try shop.say(
            "complaint.opened", "a", "2024-08-01T10:00:00Z", #"{"complaint":"k","category":"delivery"}"#)
        let base = try shop.base("2025-12-31")
        #expect(
            try shop.row("churn_reasons", of: "a", in: base) == [
                ["code": "pricing", "primary": false, "inferred": false],
                ["code": "delivery", "primary": true, "inferred": true],
            ])
    }

    @Test func aReasonIsInferredFromTheLastComplaintBeforeTheChurnOnly() throws {
        var shop = try Shop()
        for customer in ["near", "far", "said"] { try shop.buy(customer, "2023-01-10", []) }
        // One purchase: churned after 4 · 50 days, on 2023-07-29.
        for (customer, day) in [("near", "2023-06-01"), ("far", "2023-04-01"), ("said", "2023-06-01")] {
            try shop.say(
                "complaint.opened", customer, "\(day)T10:00:00Z",
                #"{"complaint":"k-\#(customer)","category":"delivery"}"#)
        }
        try shop.say("churn.reason_given", "said", "2023-07-01T00:00:00Z", #"{"code":"pricing"}"#)
        let before = try shop.base("2023-07-28")
        #expect(try shop.row("churn_reasons", of: "near", in: before) == [])
        let base = try shop.base("2023-08-10")
        #expect(
            try shop.row("churn_reasons", of: "near", in: base)
                == [["code": "delivery", "primary": true, "inferred": true]])
        #expect(try shop.row("churn_reasons", of: "far", in: base) == [])
        #expect(try shop.row("churn_reasons", of: "said", in: base).value(at: "0.inferred") == false)
        let report = MemoryBase.report("churn_reasons", base)
        #expect(report["churned"] == 3)
        #expect(report.value(at: "reasons.delivery.customers") == 1)
        #expect(report.value(at: "reasons.delivery.inferred") == 1)
        #expect(report.value(at: "reasons.unknown.customers") == 1)
    }

    /// A customer who was won back, one who said no, and one whose answer is open; none of them buys otherwise. Of
    /// two without an offer one comes back.
    private static func offers() throws -> Shop {
        var shop = try Shop()
        for customer in ["back", "no", "open", "gone", "self"] {
            try shop.buy(customer, "2023-01-10", [], net: "50.00")
        }
        for customer in ["back", "no", "open"] {
            try shop.say(
                "winback.offered", customer, "2023-08-20T00:00:00Z", #"{"offer":"o-\#(customer)"}"#)
        }
        try shop.say("winback.declined", "no", "2023-08-25T00:00:00Z", #"{"offer":"o-no"}"#)
        try shop.say("winback.accepted", "open", "2023-08-25T00:00:00Z", #"{"offer":"o-open"}"#)
        try shop.buy("back", "2023-11-18", [])
        try shop.buy("self", "2023-10-15", [])
        return shop
    }

    @Test func anOfferIsPendingUntilItsWindowCloses() throws {
        let shop = try Self.offers()
        let early = try shop.row("winback", of: "back", in: try shop.base("2023-10-01"))
        #expect(early == ["offers": 1, "last_outcome": "pending", "pending_until": "2023-11-18"])
        let accepted = try shop.row("winback", of: "open", in: try shop.base("2023-10-01"))
        #expect(accepted["last_outcome"] == "accepted" && accepted["pending_until"] == "2023-11-18")
        let base = try shop.base("2023-11-18")
        #expect(try shop.row("winback", of: "back", in: base)["last_outcome"] == "regained")
        #expect(try shop.row("winback", of: "no", in: base)["last_outcome"] == "declined")
        #expect(try shop.row("winback", of: "open", in: base)["last_outcome"] == "not_regained")
        #expect(try shop.row("winback", of: "gone", in: base)["last_outcome"] == .null)
    }

    @Test func aPurchaseThatIsGivenBackRegainsNobody() throws {
        var shop = try Shop()
        try shop.buy("a", "2023-01-10", [])
        try shop.say("winback.offered", "a", "2023-08-20T00:00:00Z", #"{"offer":"o"}"#)
        try shop.buy("a", "2023-09-01", [])
        #expect(
            try shop.row("winback", of: "a", in: try shop.base("2023-12-31"))["last_outcome"] == "regained")
        try shop.say(
            "purchase.returned", "a", "2023-09-05T00:00:00Z",
            #"{"amount":"10.00","currency":"GBP","event":"e3"}"#)
        #expect(
            try shop.row("winback", of: "a", in: try shop.base("2023-12-31"))["last_outcome"]
                == "not_regained")
    }

    /// Five who were offered something came back, and five without an offer did not.
    @Test func whoHadAnOfferDoesNotCountAmongThoseWhoReturnByThemselves() throws {
        var shop = try Shop()
        for number in 0..<10 { try shop.buy("c\(number)", "2023-01-10", []) }
        for number in 0..<5 {
            try shop.say("winback.offered", "c\(number)", "2023-05-15T00:00:00Z", #"{"offer":"o"}"#)
            try shop.buy("c\(number)", "2023-06-20", [])
        }
        let report = MemoryBase.report("winback", try shop.base("2023-12-31"))
        #expect(report["regain_rate"] == 1 && report["compared"] == 5)
        #expect(report["natural_return_rate"] == 0 && report["lift"] == .null)
    }

    @Test func theRegainRateStandsBesideTheNaturalReturn() throws {
        let shop = try Self.offers()
        let early = MemoryBase.report("winback", try shop.base("2023-10-01"))
        #expect(early["attempts"] == 3 && early["pending"] == 3 && early["regain_rate"] == .null)
        let report = MemoryBase.report("winback", try shop.base("2024-03-31"))
        #expect(report["customers"] == 3 && report["closed"] == 3 && report["regained"] == 1)
        #expect(near(report["regain_rate"], 1.0 / 3) && near(report["acceptance_rate"], 1.0 / 3))
        let baseline = try #require(report["natural_return_rate"]?.numberValue)
        #expect(baseline > 0 && baseline < 1)
        #expect(
            near(report["difference"], 1.0 / 3 - baseline) && near(report["lift"], 1 / (3 * baseline), 1e-6))
    }
}

/// Who belongs together, and who a customer is: DOMAIN.md section 25.
@Suite("Persons and groups")
struct PersonTests {
    private typealias Shop = BehaviourTests.Shop

    @Test func aGroupIsWhoeverIsJoinedDirectlyOrThroughOthers() throws {
        var shop = try Shop()
        for (customer, net) in [("a", "10.00"), ("b", "20.00"), ("c", "40.00"), ("alone", "5.00")] {
            try shop.buy(customer, "2023-01-10", ["tea"], net: net)
        }
        try shop.say("relation.declared", "a", "2023-02-01T00:00:00Z", #"{"to":"b","kind":"family"}"#)
        try shop.say("relation.declared", "c", "2023-02-01T00:00:00Z", #"{"to":"b","kind":"dealer_of"}"#)
        try shop.say("complaint.opened", "c", "2023-02-02T00:00:00Z", #"{"complaint":"k"}"#)
        let base = try shop.base("2023-03-01")
        let row = try shop.row("relations", of: "a", in: base)
        #expect(row["group_value"] == ["amount": "70.00", "currency": "GBP"])
        #expect(row["group_size"] == 3 && row["open_complaints"] == 1 && row["churned_members"] == 0)
        #expect(row["relations"]?.arrayValue?.count == 1)
        let other = try shop.row("relations", of: "b", in: base)["relations"]?.arrayValue ?? []
        #expect(Set(other.compactMap { $0["kind"]?.stringValue }) == ["family", "has_dealer"])
        let alone = try shop.row("relations", of: "alone", in: base)
        #expect(alone["group_size"] == 1 && alone["relations"] == [])
        #expect(alone["group_value"] == ["amount": "5.00", "currency": "GBP"])
        #expect(try shop.row("relations", of: "a", in: try shop.base("2023-12-31"))["churned_members"] == 3)
    }

    @Test func whatEndedIsNoRelationAndNeitherIsAMergedSelf() throws {
        var shop = try Shop()
        for customer in ["a", "b", "c"] { try shop.buy(customer, "2023-01-10", []) }
        try shop.say("relation.declared", "a", "2023-02-01T00:00:00Z", #"{"to":"b","kind":"friend"}"#)
        try shop.say("relation.declared", "a", "2023-02-01T00:00:00Z", #"{"to":"c","kind":"friend"}"#)
        try shop.say("relation.ended", "a", "2023-02-10T00:00:00Z", #"{"to":"b","kind":"friend"}"#)
        let base = try shop.base("2023-03-01")
        #expect(try shop.row("relations", of: "a", in: base)["relations"]?.arrayValue?.count == 1)
        #expect(try shop.row("relations", of: "b", in: base)["group_size"] == 1)
        try shop.say("customer.merged", "c", "2023-03-02T00:00:00Z", #"{"into":"a"}"#)
        let merged = try shop.row("relations", of: "a", in: try shop.base("2023-03-05"))
        #expect(merged["relations"] == [] && merged["group_size"] == 1)
    }

    @Test func persistencyCountsCalendarMonths() throws {
        var shop = try Shop()
        for day in ["2023-01-31", "2023-02-01", "2023-02-20", "2023-06-15"] { try shop.buy("a", day, []) }
        try shop.say("consent.changed", "a", "2023-02-01T00:00:00Z", #"{"purpose":"mail","granted":true}"#)
        try shop.say("consent.changed", "a", "2023-03-01T00:00:00Z", #"{"purpose":"mail","granted":false}"#)
        let row = try shop.row("profile", of: "a", in: try shop.base("2023-10-10"))
        #expect(row.value(at: "persistency.tenure_days") == 252)
        #expect(near(row.value(at: "persistency.active_share"), 3.0 / 10))
        // 180 days before, on 2023-04-13, it was two months of four.
        #expect(near(row.value(at: "persistency.change"), 3.0 / 10 - 2.0 / 4))
        #expect(row["first_seen"] == "2023-01-31" && row["last_event"] == "2023-06-15")
        #expect(row["consent"] == ["mail": false])
    }

    @Test func aProfileIsCompleteAndStaleByThePolicy() throws {
        var shop = try Shop()
        try shop.say(
            "customer.registered", "a", "2023-01-01T10:00:00Z", #"{"name":"x","email":"y","region":"north"}"#)
        try shop.say("customer.assigned", "a", "2023-01-02T10:00:00Z", #"{"owner":"team-1"}"#)
        let row = try shop.row("profile", of: "a", in: try shop.base("2023-12-31"))
        #expect(near(row["completeness"], 3.0 / 5) && row["stale"] == false && row["verified_on"] == .null)
        #expect(row["region"] == "north" && row["owner"] == "team-1")
        #expect(row.value(at: "persistency.tenure_days") == .null)
        let later = try shop.row("profile", of: "a", in: try shop.base("2024-01-01"))
        #expect(later["stale"] == true)
        try shop.say("customer.verified", "a", "2023-06-01T10:00:00Z", #"{"fields":["email"]}"#)
        let verified = try shop.row("profile", of: "a", in: try shop.base("2024-01-01"))
        #expect(verified["stale"] == false && verified["verified_on"] == "2023-06-01")
    }
}
