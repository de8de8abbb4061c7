public import Events

/// Which customers a table shows, and how.
public struct CustomerQuery: Sendable, Equatable {
    /// An expression over the rows, such as `value.tier = "A" and churn.risk > 0.5`; nil for everybody.
    public var condition: String?
    /// A dotted path to sort by, with `-` in front for descending order; nil sorts by customer.
    public var sort: String?
    /// The most customers to show; nil for all.
    public var limit: Int?
    /// The views to show; nil for all.
    public var views: [String]?
    /// The fields that are shown of the answers: checked, so that a misspelt one is not taken for unknown.
    public var columns: [String]

    /// A query; nil means no restriction.
    public init(
        condition: String? = nil, sort: String? = nil, limit: Int? = nil, views: [String]? = nil,
        columns: [String] = []
    ) {
        self.condition = condition
        self.sort = sort
        self.limit = limit
        self.views = views
        self.columns = columns
    }
}

/// What a report shows beyond its point.
public struct ReportQuery: Sendable, Equatable {
    /// The steps of a series.
    public enum Step: String, Sendable, CaseIterable {
        /// At the end of every local month.
        case month
    }

    /// A series of the report at the ends of the months up to the point; nil for none.
    public var every: Step?
    /// How many points a series has at most, the latest ones.
    public var seriesLimit: Int
    /// Only what happened in the trailing days, where the report can be limited; nil for all history.
    public var windowDays: Int?
    /// The first of the two dates of a report that compares; nil for the report's own choice.
    public var earlierDay: LocalDay?

    /// A query.
    public init(
        every: Step? = nil, seriesLimit: Int = 24, windowDays: Int? = nil, earlierDay: LocalDay? = nil
    ) {
        self.every = every
        self.seriesLimit = seriesLimit
        self.windowDays = windowDays
        self.earlierDay = earlierDay
    }
}

/// Which fields a comparison looks at.
public struct ComparisonQuery: Sendable, Equatable {
    /// Dotted paths; nil compares all that are words, such as tiers, stages and bands.
    public var fields: [String]?
    /// The most differences to list; nil for all.
    public var limit: Int?

    /// A query.
    public init(fields: [String]? = nil, limit: Int? = nil) {
        self.fields = fields
        self.limit = limit
    }
}
