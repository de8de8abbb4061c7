// swift-format-ignore-file
// Written by tools/embed-schemas.py from schemas/answers/views/: change it there.

/// The columns that the schemas of rows give: "path:kind", in their order.
enum ViewColumns {
    static let texts: [(view: String, columns: StaticString)] = [
        ("acquisition", "origin:text captured_on:text converted_on:text cost:money"),
        ("activities", "invited:integer attended:integer last_on:text training.on:text training.needs_before:integer training.needs_after:integer"),
        ("benefits", "granted:integer used:integer cost:money"),
        ("campaign", ":json"),
        ("care", "next_on:text occasion:text turns:integer remind_on:text blocked_by:text"),
        ("churn", "horizon_days:integer risk:real base_risk:real band:text p_alive:real overdue_ratio:real model:text reasons:json"),
        ("churn_reasons", ":json"),
        ("complaints", "opened:integer open:integer resolved:integer reopened:integer breached:integer first_response.calendar:real first_response.business:real resolution.calendar:real resolution.business:real told_share:real untold:json"),
        ("credit", "receivable:money overdue:money days_to_pay:real grade:text"),
        ("feedback", "received:integer open:integer answered:integer told_share:real untold:json"),
        ("followup", "next_due_on:text overdue_days:integer last_on:text on_time_share:real owner:text blocked_by:text"),
        ("interaction", "contacts:integer window_days:integer inbound:integer outbound:integer per_30_days:real recency_days:integer channels:json dominant_channel:text evenness:real hhi:real index:real decayed:real topics:json"),
        ("lifecycle", "stage:text since:text expected_interval_days:real ended:flag next.stage:text next.on:text"),
        ("loyalty", "balance:integer available:integer expired:integer debt:integer next_expiry.date:text next_expiry.points:integer membership:text level.name:text level.since:text"),
        ("needs", "open:integer met:integer most_urgent.need:text most_urgent.severity:text most_urgent.due_at:text told_share:real untold:json"),
        ("next", "expected_on:text range.from:text range.to:text suggestions:json"),
        ("performance", "categories:json channels:json places:json typical_hour:real resultant_length:real night_share:real weekend_share:real hours:json"),
        ("portfolio", "position:text drift.from:text drift.since:text"),
        ("priority", "score:real rank:integer factors.value:real factors.urgency:real factors.interaction:real breach_at:text"),
        ("profile", "name:text region:text owner:text first_seen:text last_event:text consent:json attributes:json completeness:real verified_on:text stale:flag persistency.tenure_days:integer persistency.active_share:real persistency.change:real"),
        ("profit", "margin:money levels:json rank:integer cost_to_serve:money"),
        ("referral", "referrer:text referred:integer converted:integer direct_value:money tree_value:money"),
        ("relations", "relations:json group_size:integer group_value:money open_complaints:integer churned_members:integer"),
        ("satisfaction", "score:real no_data:flag effective_n:real answers:integer csat.top2:real csat.mean:real csat.n:integer nps.n:integer nps.last:real ces.mean:real ces.n:integer dimensions:json surveys.sent:integer surveys.answered:integer surveys.sent_lately:integer surveys.may_ask:flag expectation_gap:real"),
        ("segments", ":json"),
        ("service", "level:text rule:text owner:text automatic_share:real cadence_days:integer respond_minutes:integer resolve_minutes:integer strategy:text"),
        ("territory", "name:text outside_share:real diversions:integer penalties:money"),
        ("value", "tier:text level.name:text level.since:text grade:text stars:integer gross_revenue:money refunded:money net_revenue:money unmatched_returns:integer unconverted:integer margin:money purchases:integer purchase_days:integer average_order:money first_purchase:text last_purchase:text recency_days:integer rfm.r:integer rfm.f:integer rfm.m:integer rfm.group:text clv.horizon_weeks:integer clv.expected_purchases:real clv.mean_spend:money clv.historic:money clv.predicted:money clv.total:money clv.model:text"),
        ("winback", "offers:integer last_outcome:text pending_until:text"),
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
