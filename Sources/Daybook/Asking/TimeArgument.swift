public import Events

/// A point on a time axis, as a person names it.
public enum TimeArgument: Sendable, Equatable {
    /// The moment of asking; on the axis of knowledge, all that is in the log.
    case now
    /// A moment.
    case instant(Instant)
    /// The end of a local day in the ledger's zone.
    case day(LocalDay)
    /// The first so many events. Only on the axis of knowledge.
    case position(UInt64)

    /// Reads `now`, an RFC 3339 time, a date, or `@N`.
    ///
    /// - Throws: `usage` where it is none of these.
    public init(parsing text: String) throws(LedgerError) {
        if text == "now" {
            self = .now
        } else if text.hasPrefix("@") {
            guard let position = UInt64(text.dropFirst()) else {
                throw LedgerError(.usage, "\(text) is no position: expected @ and a number, such as @1200")
            }
            self = .position(position)
        } else if text.utf8.count == 10 {
            do { self = .day(try LocalDay(parsing: text)) } catch {
                throw LedgerError(.usage, "\(error)")
            }
        } else {
            do { self = .instant(try Instant(parsing: text)) } catch {
                guard error.code == .malformed else { throw LedgerError(.usage, "\(error)") }
                throw LedgerError(
                    .usage,
                    "\(text) is no time: expected a date such as 2026-11-22, a time such as "
                        + "2026-11-22T07:16:27Z, or now")
            }
        }
    }
}

/// A point on both time axes, as it is asked for. Both default to now.
public struct Question: Sendable, Equatable {
    /// What had happened by then.
    public var effectiveAt: TimeArgument
    /// What had been recorded by then.
    public var knownAt: TimeArgument
    /// The token of an earlier answer: the point of that answer, instead of both.
    public var token: ReportToken?

    /// A point on both axes.
    public init(effectiveAt: TimeArgument = .now, knownAt: TimeArgument = .now) {
        self.effectiveAt = effectiveAt
        self.knownAt = knownAt
    }

    /// The point of an earlier answer.
    public init(_ token: ReportToken) {
        effectiveAt = .instant(token.effectiveAt)
        knownAt = .position(token.position)
        self.token = token
    }
}
