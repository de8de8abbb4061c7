public import Events

/// A projector together with what it needs the whole base for, and with how its rows are shown.
///
/// Adding a read model is one file with one such type, one line in the catalogue, one golden test.
public protocol ReadModel: Projector {
    /// What a row needs to know of everybody else: cut values, means, tables. Small, and kept in a cache.
    associatedtype Population: Codable & Sendable

    /// The members of a row that a person wants first, as dotted paths: they head a customer's page and are the
    /// columns of a list of customers. Without any, the first plain member stands for the view.
    static var headline: [String] { get }

    /// The population step: pure, over the measures of all customers. Read models earlier in the catalogue
    /// have their populations already.
    static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population

    /// One customer's row as JSON: the object under the view's name.
    static func row(_ index: Int, of base: Base) -> JSONValue

    /// Whether the report can be limited to what happened in a trailing window.
    static var reportTakesWindow: Bool { get }

    /// The population report of this view, or nil where there is none: `daybook report NAME`.
    static func report(of base: Base, options: ReportOptions) -> JSONValue?
}

extension ReadModel {
    /// All history only.
    public static var reportTakesWindow: Bool { false }

    /// Nothing in particular.
    public static var headline: [String] { [] }

    /// No report.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? { nil }
}

/// What a report is asked for beyond the two axes.
public struct ReportOptions: Sendable {
    /// Only what happened in the trailing days, where a report can be limited; nil for all history.
    public var windowDays: Int?

    /// Options; nil means all history.
    public init(windowDays: Int? = nil) {
        self.windowDays = windowDays
    }
}
