public import Events
import Foundation
import LMDB

/// How a log is run. Users take the defaults; tests make the numbers small and stop the clock.
public struct LogOptions: Sendable {
    /// How many events are indexed in memory before they become sorted runs.
    public var flushCount = 65_536
    /// How many of them are left in memory, to be scanned at the next opening, when the log is closed.
    public var flushCountAtClose = 1_024
    /// How many events share a stretch of columns of values, at most 65,536. The same for the life of a process.
    public var valueCount: UInt64 = 8_192
    /// How many events of concurrent appenders share a commit. A larger batch has one of its own.
    public var commitCount = 10_000
    /// How many bytes of lines of concurrent appenders share a commit.
    public var commitByteCount = 4 << 20
    /// How events are searched for.
    public var search = SearchOptions()
    /// How far ahead of the recorded time an event may lie that is not planned, in microseconds: five minutes.
    public var clockSkewMicroseconds: Int64 = 5 * 60 * 1_000_000
    /// How large the log may become, in bytes: address space, not disk.
    public var mapByteCount = LMDBEnvironment.defaultMapByteCount
    /// The ledger's clock.
    public var clock: @Sendable () -> Instant = {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
    /// The types of events that are known.
    public var schemas = SchemaRegistry.builtIn

    /// The defaults.
    public init() {}
}

/// How events are searched for. None of it shows in what is found.
public struct SearchOptions: Sendable {
    /// How many positions a search looks at first; as long as little is found, it looks at more at a time.
    public var firstCount: UInt64 = 4_096
    /// Fewer candidates than this are confirmed by their lines at once.
    public var fewCandidates = 32
    /// From so many candidates on, a check that parses lines is worth two threads.
    public var manyCandidates = 2_048
    /// A list of positions that is as long as this part of the log says less than columns do.
    public var longListPart: UInt64 = 32

    /// The defaults.
    public init() {}
}
