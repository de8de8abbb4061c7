import Events
import Statistics

/// Durations in minutes by both clocks, of which the middle and the ninetieth percentile are shown: means would
/// be those of the few longest.
struct Durations {
    private var calendar: [Double] = []
    private var business: [Double] = []

    mutating func add(calendar minutes: Int64, business working: Int64) {
        calendar.append(Double(minutes))
        business.append(Double(working))
    }

    /// How many there are.
    var count: Int { calendar.count }

    /// The medians of a row: `{calendar, business}`.
    var medians: JSONValue {
        let (calendar, business) = (calendar.sorted(), business.sorted())
        return [
            "calendar": Self.quantile(0.5, calendar), "business": Self.quantile(0.5, business),
        ]
    }

    /// The figures of a report: those of the calendar clock, and beside them those of the business clock.
    var figures: JSONValue {
        let (calendar, business) = (calendar.sorted(), business.sorted())
        return [
            "median": Self.quantile(0.5, calendar), "p90": Self.quantile(0.9, calendar),
            "n": Answer.count(count),
            "business": ["median": Self.quantile(0.5, business), "p90": Self.quantile(0.9, business)],
        ]
    }

    /// The same shape, with nothing but how many there are.
    var hiddenFigures: JSONValue {
        [
            "median": nil, "p90": nil, "n": Answer.count(count), "business": ["median": nil, "p90": nil],
        ]
    }

    private static func quantile(_ part: Double, _ sorted: [Double]) -> JSONValue {
        Answer.number(SampleQuantile.interpolated(part, ofSorted: sorted))
    }
}
