// swift-format-ignore-file
// Written by tools/embed-schemas.py from schemas/answers/views/: change it there.

/// The columns that the schemas of rows give: "path:kind", in their order.
enum ViewColumns {
    static let texts: [(view: String, columns: StaticString)] = [
        ("acquisition", "origin:text captured_on:text converted_on:text cost:money"),
        ("benefits", "granted:integer used:integer cost:money"),
        ("churn", "horizon_days:integer risk:real base_risk:real band:text p_alive:real overdue_ratio:real model:text reasons:json"),
        ("complaints", "opened:integer open:integer resolved:integer reopened:integer breached:integer first_response.calendar:real first_response.business:real resolution.calendar:real resolution.business:real"),
        ("credit", "receivable:money overdue:money days_to_pay:real grade:text"),
        ("interaction", "contacts:integer window_days:integer inbound:integer outbound:integer per_30_days:real recency_days:integer channels:json dominant_channel:text evenness:real hhi:real index:real topics:json"),
        ("lifecycle", "stage:text since:text expected_interval_days:real ended:flag next.stage:text next.on:text"),
        ("loyalty", "balance:integer available:integer expired:integer debt:integer next_expiry.date:text next_expiry.points:integer membership:text"),
        ("portfolio", "position:text drift.from:text drift.since:text"),
        ("profit", "margin:money levels:json rank:integer cost_to_serve:money"),
        ("referral", "referrer:text referred:integer converted:integer direct_value:money tree_value:money"),
        ("satisfaction", "score:real no_data:flag effective_n:real answers:integer csat.top2:real csat.mean:real csat.n:integer nps.n:integer nps.last:real ces.mean:real ces.n:integer dimensions:json expectation_gap:real"),
        ("territory", "name:text outside_share:real diversions:integer penalties:money"),
        ("value", "tier:text level.name:text level.since:text grade:text stars:integer gross_revenue:money refunded:money net_revenue:money unmatched_returns:integer unconverted:integer margin:money purchases:integer purchase_days:integer average_order:money first_purchase:text last_purchase:text recency_days:integer rfm.r:integer rfm.f:integer rfm.m:integer rfm.group:text clv.horizon_weeks:integer clv.expected_purchases:real clv.mean_spend:money clv.historic:money clv.predicted:money clv.total:money clv.model:text"),
        ("year_on_year", "this_year:money last_year_same_span:money last_year:money class:text"),
    ]

    /// The columns of a view; nil where no schema of its rows is known.
    static func columns(of view: String) -> [(path: String, kind: SQLTable.Kind)]? {
        texts.first { $0.view == view }?.columns.description.split(separator: " ").map { column in
            let parts = column.split(separator: ":", omittingEmptySubsequences: false)
            return (String(parts[0]), SQLTable.Kind(rawValue: String(parts[1])) ?? .json)
        }
    }
}
