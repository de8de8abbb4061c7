public import Events

/// A projector together with what it needs the whole base for, and with how its rows are shown.
///
/// Adding a read model is one file with one such type, one line in the catalogue, one golden test.
public protocol ReadModel: Projector {
    /// What a row needs to know of everybody else: cut values, means, tables. Small, and kept in a cache.
    associatedtype Population: Codable & Sendable

    /// The names of the views whose measures or populations this one reads. They stand earlier in the catalogue.
    static var uses: [String] { get }

    /// Whether the view is a report about everybody only: its customers have no row.
    static var isReportOnly: Bool { get }

    /// Whether the report names customers, so that their names have to be read.
    static var reportNamesCustomers: Bool { get }

    /// Which rule makes which member of a row: what `explain` says. The longest path that is a prefix of a field
    /// is the one that explains it.
    static var rules: [FieldRule] { get }

    /// What its report wants to be seen of it.
    static var charts: [ChartSpec] { get }

    /// The members of a row that a person wants first, as dotted paths: they head a customer's page and are the
    /// columns of a list of customers. Without any, the first plain member stands for the view.
    static var headline: [String] { get }

    /// The population step: pure, over the measures of all customers. Read models earlier in the catalogue
    /// have their populations already.
    static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population

    /// One customer's row as JSON: the object under the view's name.
    ///
    /// - Throws: what keeps a looked up event or name from being read.
    static func row(_ index: Int, of base: Base) throws -> JSONValue

    /// What everybody else contributes to a member of one customer's row; nil where it is the customer's alone.
    ///
    /// - Parameter path: the dotted path within the row; empty for all of it.
    static func basis(of path: String, _ index: Int, in base: Base) throws -> PopulationBasis?

    /// Under which head of a customer's profile the row stands.
    static var head: ProfileHead { get }

    /// The queue for people that the view offers, or nil.
    static var queue: QueueDefinition? { get }

    /// Whether the report can be limited to what happened in a trailing window.
    static var reportTakesWindow: Bool { get }

    /// What the report is called where it is not called like the view.
    static var reportName: String { get }
    /// The member of rows that looks back to an earlier day; nil where none does.
    static var memberLookingBack: String? { get }

    /// The local day that rows look back to by ``Base/earlier``; nil where they do not.
    static func rowsLookBack(in context: FoldContext) throws -> LocalDay?

    /// Whether the report compares two dates: then `earlierDay` says the first one.
    static var reportTakesEarlierDay: Bool { get }

    /// The local day that the report compares the base's with; nil where it does not compare.
    static func earlierDay(in context: FoldContext, options: ReportOptions) throws -> LocalDay?

    /// The population report of this view, or nil where there is none: `daybook report NAME`.
    ///
    /// - Throws: what keeps a looked up event or name from being read.
    static func report(of base: Base, options: ReportOptions) throws -> JSONValue?
}

extension ReadModel {
    /// No other view.
    public static var uses: [String] { [] }

    /// A row for every customer.
    public static var isReportOnly: Bool { false }

    /// No chart.
    public static var charts: [ChartSpec] { [] }

    /// Where there are no rows, it is about customers by name.
    public static var reportNamesCustomers: Bool { isReportOnly }

    /// Nothing said.
    public static var rules: [FieldRule] { [] }

    /// Nothing: rows are the customer's alone.
    public static func basis(of path: String, _ index: Int, in base: Base) throws -> PopulationBasis? { nil }

    /// All history only.
    public static var reportTakesWindow: Bool { false }

    /// No two dates.
    public static var reportTakesEarlierDay: Bool { false }

    /// None.
    public static var memberLookingBack: String? { nil }

    /// Not back.
    public static func rowsLookBack(in context: FoldContext) throws -> LocalDay? { nil }

    /// No other day.
    public static func earlierDay(in context: FoldContext, options: ReportOptions) throws -> LocalDay? { nil }

    /// The customer itself.
    public static var head: ProfileHead { .profile }

    /// No queue.
    public static var queue: QueueDefinition? { nil }

    /// Nothing in particular.
    public static var headline: [String] { [] }

    /// Like the view.
    public static var reportName: String { name }

    /// No report.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? { nil }
}

/// What is to be said of a member of a row: the rule in words, its parameters and where it comes from.
public struct FieldRule: Sendable {
    /// A dotted path within the row; empty for all of it.
    public let path: String
    /// The rule as one or two sentences that can be read to the customer.
    public let rule: String
    /// Where it comes from: a paper, a standard, a section of the specification.
    public let source: String
    /// The dotted paths of the policy parameters that the rule reads.
    public let parameters: [String]

    /// A rule.
    public init(_ path: String, _ rule: String, source: String, parameters: [String] = []) {
        self.path = path
        self.rule = rule
        self.source = source
        self.parameters = parameters
    }
}

/// What a report is asked for beyond the two axes.
public struct ReportOptions: Sendable {
    /// Only what happened in the trailing days, where a report can be limited; nil for all history.
    public var windowDays: Int?

    /// The first of the two dates of a report that compares; nil for the report's own choice.
    public var earlierDay: LocalDay?
    /// Everybody at the end of that day, as known at the report's point; set for reports that compare.
    public var earlier: Base?

    /// Options; nil means all history, and the report's own choice of a date.
    public init(windowDays: Int? = nil, earlierDay: LocalDay? = nil, earlier: Base? = nil) {
        self.windowDays = windowDays
        self.earlierDay = earlierDay
        self.earlier = earlier
    }
}
