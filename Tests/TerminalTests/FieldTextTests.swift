import Events
import Terminal
import Testing

struct FieldTextTests {
    private func shown(_ value: JSONValue, _ name: String, zone: Zone? = nil) -> String {
        FieldText(zone: zone).text(value, named: FieldName(name))
    }

    @Test func namesAreWords() {
        #expect(FieldName("recency_days").label == "Recency days")
        #expect(FieldName("recency_days").labelWithoutUnit == "Recency")
        #expect(FieldName("satisfaction.nps").label == "NPS")
        #expect(FieldName.label(ofPath: "churn.base_risk") == "Churn base risk")
    }

    @Test func valuesAreShownAsTheirNamesSay() {
        #expect(shown(0.123, "churn.risk") == "12.3%")
        #expect(shown(0.5, "active_share") == "50.0%")
        #expect(shown(42, "recency_days") == "42 days")
        #expect(shown(1, "recency_days") == "1 day")
        #expect(shown(90, "first_response_minutes") == "1 h 30 min")
        #expect(shown(1234567, "size_bytes") == "1.2 MB")
        #expect(shown(1234567, "position") == "1234567")
        #expect(shown(1234567, "customers") == "1,234,567")
        #expect(shown(["amount": "1234.50", "currency": "CNY"], "net_revenue") == "1,234.50 CNY")
        #expect(shown(.null, "tier") == "—")
        #expect(shown(true, "ended") == "yes")
        #expect(shown([], "reasons") == "none")
        #expect(shown(["r": 5, "f": 4, "m": 1, "group": "loyal"], "rfm") == "r 5 · f 4 · m 1 · group loyal")
        #expect(shown(["email": 0.25, "store": 0.75], "channels") == "email 25.0% · store 75.0%")
        #expect(
            shown(["top2": 0.5, "low": 0.25, "high": 0.75, "n": 4], "csat")
                == "top2 50.0% · low 25.0% · high 75.0% · n 4")
    }

    @Test func whatANameDoesNotSayItsNeighboursDo() {
        #expect(shown(12, "due_in_7_days") == "12" && FieldName("due_in_7_days").label == "Due in 7 days")
        #expect(
            shown(["median": 518, "p90": 153_363.2], "business") == "median 8 h 38 min · p90 2,556 h")
        #expect(shown(["share": 0.3, "limit": 0.5], "region") == "share 30.0% · limit 50.0%")
        #expect(shown(["lost": 3, "limit": 5], "region") == "lost 3 · limit 5")
        #expect(
            shown(["regain_rate": 0.16, "difference": 0.014], "x") == "regain rate 16.0% · difference 1.4%")
        #expect(shown(-0.133, "metrics.purchase_rate.effect") == "-13.3%")
        #expect(shown(-71.4, "metrics.complaint_rate.effect") == "-71.40")
        #expect(shown(55.95, "metrics.net_spend.effect") == "55.95")
    }

    @Test func momentsAreShownInTheLedgersZone() throws {
        #expect(shown("2017-12-31T23:59:59.999999Z", "effective_at") == "2017-12-31 23:59:59 UTC")
        let zone = try Zone(identifier: "Asia/Shanghai")
        #expect(shown("2017-12-31T23:59:59Z", "effective_at", zone: zone) == "2018-01-01 07:59:59")
        #expect(shown("2017-12-31", "last_purchase") == "2017-12-31")
        #expect(shown("a remark about TZ, endsZ", "text") == "a remark about TZ, endsZ")
    }
}

struct FieldNameTests {
    @Test func whatComesFromEventsIsNotMadeWords() {
        #expect(FieldName.title(of: "first_time") == "First time")
        #expect(FieldName.title(of: "nps") == "NPS")
        #expect(FieldName.title(of: "staff-1") == "staff-1")
        #expect(FieldName.title(of: "FROZEN PIZZA") == "FROZEN PIZZA")
    }

    @Test func sharesAreShownAsPercentWhereverTheyStand() {
        for name in [
            "regain_rate", "peak_fraction", "share_of_contacts", "conversion", "top3_low", "p_value",
        ] {
            #expect(FieldName(name).kind == .share, "\(name)")
        }
        #expect(FieldName("shared").kind == .quantity)
    }
}
