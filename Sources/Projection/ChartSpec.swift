/// How a part of a report wants to be seen: people look rather than read.
///
/// A read model names the places in its report; whoever shows the report draws them, without knowing which read
/// model it is. Where the report has nothing at the place, nothing is drawn.
public struct ChartSpec: Sendable, Equatable {
    /// The kinds of charts, and what must be at `path`.
    public enum Kind: Sendable, Equatable {
        /// Bars: an object of numbers, or of objects whose member `value` is drawn; or an array of records with a
        /// member `value`, which the members `labels` name.
        case bars
        /// Named values with an interval around each: the same, `interval` being paths within each entry.
        case intervals
        /// How values are spread: an array of `{low, high, count}`; `value` says what is counted.
        case histogram
        /// A course over time: the member at `path` in every element of the report's `series`; `low` and `high`
        /// are the paths of an interval around it.
        case line
        /// Shares of a whole over time: an object of shares at `path` in every element of `series`; without a
        /// series, the one of the report as a single bar.
        case stack
        /// A Lorenz curve: an array of `{customers, value}`, shares from 0 to 1, the smallest first.
        case lorenz
        /// Cumulated profit, customers from the best to the worst: an array of `{customers, value}`.
        case whale
        /// Who moved from where to where: an object of objects of counts.
        case flow
        /// Predicted against observed: an array of `{predicted, observed, n}`; `value` names the member that stands
        /// for `predicted` where it is called otherwise.
        case calibration
        /// Retention by cohort: an array of `{cohort, customers, retention: [share]}`.
        case cohorts
    }

    /// What is drawn.
    public let kind: Kind
    /// What it is called.
    public let title: String
    /// The dotted path of the data in the report.
    public let path: String
    /// The member of each element that is drawn; empty where the elements are numbers.
    public let value: String
    /// The dotted paths of the ends of an interval around a line; empty for none.
    public let interval: (low: String, high: String)
    /// Which members name the records, where they are an array.
    public let labels: [String]
    /// Which members of an object are drawn, in their order; all where empty.
    public let only: [String]

    /// A chart.
    public init(
        _ kind: Kind, _ title: String, path: String, value: String = "",
        interval: (low: String, high: String) = ("", ""), labels: [String] = [], only: [String] = []
    ) {
        self.kind = kind
        self.title = title
        self.path = path
        self.value = value
        self.interval = interval
        self.labels = labels
        self.only = only
    }

    /// Whether two charts are the same in everything.
    public static func == (left: ChartSpec, right: ChartSpec) -> Bool {
        left.kind == right.kind && left.title == right.title && left.path == right.path
            && left.value == right.value && left.interval == right.interval
            && left.labels == right.labels && left.only == right.only
    }
}
