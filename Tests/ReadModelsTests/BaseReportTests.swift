import Events
import Foundation
import Projection
import ReadModels
import Testing

/// The base as a whole, and what campaigns did: DOMAIN.md sections 24 and 25.
@Suite("The base and campaigns")
struct BaseReportTests {
    private typealias Shop = BehaviourTests.Shop

    @Test func cohortsAndRepurchase() throws {
        var shop = try Shop()
        try shop.buy("a", "2023-01-05", [])
        try shop.buy("a", "2023-03-05", [])
        try shop.buy("b", "2023-01-20", [])
        try shop.buy("c", "2023-02-20", [])
        try shop.buy("c", "2023-02-20", [])
        let report = MemoryBase.report("base", try shop.base("2023-03-31"))
        #expect(report["buyers"] == 3 && report["repeat_buyers"] == 1)
        #expect(near(report["repurchase_rate"], 1.0 / 3))
        let cohorts = report["cohorts"]?.arrayValue ?? []
        #expect(cohorts.map { $0["cohort"] } == ["2023-01", "2023-02"])
        #expect(cohorts.first?["retention"] == [1, 0, 0.5] && cohorts.last?["retention"] == [1, 0])
        // a bought 26 days ago, c 39, b 70: weeks 3, 5 and 10.
        let idle = report["idle"]?.arrayValue ?? []
        #expect(idle.count == 11 && idle.map { $0["count"]?.integerValue ?? 0 }.reduce(0, +) == 3)
        #expect(idle.filter { $0["count"] == 1 }.map { $0["low"] } == [21, 35, 70])
        let window = MemoryBase.report("base", try shop.base("2023-03-31"), windowDays: 60)
        #expect(window["buyers"] == 2 && window["repeat_buyers"] == 0)
    }

    @Test func lossesAndFlowsAreBetweenTwoDates() throws {
        var shop = try Shop()
        for customer in ["lost", "kept"] { try shop.buy(customer, "2023-01-10", []) }
        try shop.buy("gone", "2022-01-10", [])
        try shop.buy("kept", "2023-07-10", [])
        try shop.buy("new", "2023-07-20", [])
        // One purchase on 2023-01-10 is churned from 2023-07-29 on.
        let (before, after) = (try shop.base("2023-05-02"), try shop.base("2023-07-31"))
        let report = MemoryBase.report("base", after, earlier: before)
        #expect(report["at_stake"] == 2 && report["lost"] == 1 && report["loss_rate"] == 0.5)
        #expect(report["from"] == "2023-05-02" && report["to"] == "2023-07-31")
        let flows = report.value(at: "flows.stage")
        #expect(flows?.value(at: "dormant.churned") == 1 && flows?.value(at: "dormant.repeat") == 1)
        #expect(flows?.value(at: "churned.churned") == 1 && flows?.value(at: "absent.first_time") == 1)
        let tiers = report.value(at: "flows.tier")?.objectValue ?? JSONObject()
        let moved = tiers.flatMap { $0.value.objectValue ?? JSONObject() }.compactMap(\.value.integerValue)
        #expect(moved.reduce(0, +) == 4, "everybody goes somewhere")
    }

    @Test func aShiftOfTastesShowsWhereEnoughBoughtIt() throws {
        var shop = try Shop()
        for customer in 0..<25 {
            try shop.buy("c\(customer)", "2023-01-20", customer < 20 ? ["tea"] : ["jam"])
            try shop.buy("c\(customer)", "2023-09-20", customer < 10 ? ["tea"] : ["jam"])
        }
        let shift =
            MemoryBase.report("base", try shop.base("2023-12-20"))["preference_shift"]?.arrayValue ?? []
        // Tea fell from 20 of 25 to 10 of 25, bought by 20 customers; jam rose, bought by 15 only.
        #expect(shift.map { $0["category"] } == ["tea"])
        #expect(
            near(shift.first?["before"], 0.8) && near(shift.first?["after"], 0.4) && shift.first?["n"] == 20)
    }

    private static func campaign() throws -> Shop {
        var shop = try Shop()
        try shop.ledger.append(
            id: "start", type: "campaign.started", subject: nil, time: "2023-05-01T00:00:00Z",
            data: #"{"campaign":"spring","goal":"More tea","from":"2023-05-01","to":"2023-05-30"}"#)
        for customer in 0..<40 {
            let isTreated = customer < 20
            try shop.say(
                "campaign.targeted", "c\(customer)", "2023-05-01T09:00:00Z",
                #"{"campaign":"spring","arm":"\#(isTreated ? "treated" : "control")"}"#)
            // Before: half of both groups buy. After: all treated, and half of the others.
            if customer.isMultiple(of: 2) { try shop.buy("c\(customer)", "2023-04-10", []) }
            if isTreated || customer.isMultiple(of: 2) { try shop.buy("c\(customer)", "2023-05-10", ["tea"]) }
        }
        return shop
    }

    @Test func theEffectIsTheDifferenceOfDifferences() throws {
        let shop = try Self.campaign()
        let pending = MemoryBase.report("campaign", try shop.base("2023-05-29"))
        #expect(pending.value(at: "campaigns.0.outcome") == "pending")
        #expect(pending.value(at: "campaigns.0.metrics.purchase_rate.effect") == .null)
        let report = MemoryBase.report("campaign", try shop.base("2023-05-30"))
        let campaign = try #require(report["campaigns"]?.arrayValue?.first)
        #expect(campaign["outcome"] == "final" && campaign["design"] == "control")
        #expect(campaign["treated"] == 20 && campaign["control"] == 20 && campaign["window_days"] == 30)
        let rate = try #require(campaign.value(at: "metrics.purchase_rate"))
        #expect(rate.value(at: "treated.before") == 0.5 && rate.value(at: "treated.after") == 1)
        #expect(rate.value(at: "control.before") == 0.5 && rate.value(at: "control.after") == 0.5)
        #expect(rate["effect"] == 0.5)
        let (low, high) = (rate["low"]?.numberValue ?? .nan, rate["high"]?.numberValue ?? .nan)
        #expect(low > 0 && low < 0.5 && high > 0.5 && high < 1)
        let spend = campaign.value(at: "metrics.net_spend")
        #expect(spend?.value(at: "treated.after.amount") == "10.00")
        #expect(MemoryBase.report("campaign", try shop.base("2023-05-30")) == report, "the seed is fixed")
        let row = try shop.row("campaign", of: "c3", in: try shop.base("2023-05-30"))
        #expect(
            row == [["campaign": "spring", "arm": "treated", "on": "2023-05-01", "purchases": 1]])
    }

    @Test func withoutAControlGroupTheReportSaysSo() throws {
        var shop = try Shop()
        try shop.ledger.append(
            id: "start", type: "campaign.started", subject: nil, time: "2023-05-01T00:00:00Z",
            data: #"{"campaign":"all"}"#)
        for customer in ["a", "b"] {
            try shop.buy(customer, "2023-05-10", ["tea"])
            try shop.say(
                "campaign.targeted", customer, "2023-05-02T00:00:00Z",
                #"{"campaign":"all","arm":"treated"}"#)
        }
        let report = MemoryBase.report("campaign", try shop.base("2023-12-31"))
        #expect(report.value(at: "campaigns.0.design") == "no control")
        #expect(report.value(at: "campaigns.0.metrics.purchase_rate.effect") == 1)
        #expect(report.value(at: "campaigns.0.metrics.purchase_rate.control") == .null)
    }
}
