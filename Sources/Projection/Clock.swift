/// A point on the effective axis: what had happened by then, and the moment at which rows are evaluated.
public struct Clock: Hashable, Sendable {
    /// The last microsecond since 1970-01-01T00:00:00Z that still counts.
    public let instant: Int64
    /// The local day of that moment in the ledger's zone: days since 1970-01-01.
    public let day: Int32

    /// A clock at an instant that falls on a local day.
    public init(instant: Int64, day: Int32) {
        self.instant = instant
        self.day = day
    }
}

/// The order in which a projector wants one customer's facts.
public enum FoldOrder: Sendable {
    /// By effective time, then position. What almost every rule needs.
    case effective
    /// By position: for what was decided when it was recorded, such as redemptions of points.
    case recorded
}
