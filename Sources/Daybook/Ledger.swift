public import EventLog
public import Events
import Foundation
public import Projection
import ReadModels
import Synchronization
import Views

/// A ledger: every customer action as an event in a log, and every answer a fold of that log.
///
/// Everything here is safe to use from several tasks at once. Any number of processes may read a ledger; one
/// at a time may write it.
public final class Ledger: Sendable {
    /// A view of the catalogue, as front ends need to know it.
    public struct View: Sendable, Equatable {
        /// Its name in commands and JSON.
        public let name: String
        /// The name of its report.
        public let reportName: String
        /// The version of its rules.
        public let version: Int
        /// The members of a row that a person wants first, as dotted paths.
        public let headline: [String]
        /// What its report wants to be seen of it.
        public let charts: [ChartSpec]
        /// The members of a row, in the order in which their rules are written down.
        public let members: [String]
        /// Whether customers have no row of it.
        public let isReportOnly: Bool
        /// Under which head of a customer's profile its row stands.
        public let head: String
    }

    /// All views, in the order of the catalogue.
    public static let views = coreReadModels.map {
        View(
            name: $0.name, reportName: $0.reportName, version: $0.version, headline: $0.headline,
            charts: $0.charts,
            members: $0.rules.compactMap { $0.path.split(separator: ".").first.map(String.init) }.distinct,
            isReportOnly: $0.isReportOnly, head: $0.head.rawValue)
    }

    /// The rule that makes a field, in words; nil where none is written down.
    ///
    /// - Parameter field: a dotted path that begins with the view's name.
    public static func rule(of field: String) -> String? {
        let name = viewName(field)
        let rules = coreReadModels.first { $0.name == name }?.rules
        return rules?.rule(for: String(field.dropFirst(name.count + 1)))?.rule
    }

    /// The folder.
    public let path: String
    /// The time zone in which days begin and end.
    public let zone: Zone
    /// The reporting currency: an ISO 4217 code.
    public let currency: String
    /// The name on its checkpoints.
    public let origin: String

    let log: EventLog
    let lane: Views
    let follower: ViewFollower
    let catalogue: [RegisteredReadModel]
    let clock: @Sendable () -> Instant
    /// The Merkle root asked for last, in base64, and how many events it is of.
    let latestRoot = Mutex<(position: UInt64, root: String)?>(nil)
    /// Whose personal values were opened for answers about customers.
    let watch = AccessWatch()

    /// The system's clock, in microseconds.
    public static let systemClock: @Sendable () -> Instant = {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }

    /// Opens a ledger. A second writer waits five seconds, then fails as `locked`.
    ///
    /// - Parameters:
    ///   - writing: whether it is to be written.
    ///   - clock: what "now" means in questions. Nothing below this type reads a clock but the log, when it
    ///     records.
    public convenience init(
        opening path: String, writing: Bool, clock: @escaping @Sendable () -> Instant = Ledger.systemClock
    ) async throws(LedgerError) {
        var options = LogOptions()
        options.clock = clock
        try self.init(path: path, access: writing ? .write : .read, options: options)
    }

    /// Opens a ledger with the log's options: for tests, which stop its clock and make its numbers small.
    public init(
        path: String, access: EventLog.Access, options: LogOptions, workers: Int = 2
    ) throws(LedgerError) {
        self.path = path
        clock = options.clock
        catalogue = coreReadModels
        do {
            log = try EventLog(opening: path, access: access, options: options)
            zone = try Zone(identifier: log.facts.zone)
            currency = log.facts.currency
            origin = log.facts.origin
            lane = try Views(
                folder: path + "/views", source: LogLines(log: log), zone: zone,
                currency: try Currency(code: currency), writing: log.isWritable, workers: workers)
            follower = ViewFollower(lane)
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    /// Makes a ledger, its keys and its first policy, and opens it for writing.
    ///
    /// - Parameters:
    ///   - origin: its name on checkpoints; nil for `daybook.local/` and 16 random hexadecimal digits.
    ///   - policy: the first policy; nil for the defaults, written out.
    public static func create(
        at path: String, zone: String, currency: String, origin: String? = nil, policy: JSONValue? = nil,
        clock: @escaping @Sendable () -> Instant = Ledger.systemClock
    ) async throws(LedgerError) -> Ledger {
        let policy = policy ?? CorePolicy.standard
        let problems = CorePolicy.problems(in: policy)
        guard problems.isEmpty else {
            throw LedgerError(.badData, problems.map(\.description).joined(separator: "\n"))
        }
        var options = LogOptions()
        options.clock = clock
        try asking {
            try EventLog.create(
                at: path,
                options: LedgerOptions(zone: zone, currency: currency, origin: origin, policy: policy),
                log: options)
        }
        let ledger = try Ledger(path: path, access: .write, options: options)
        _ = try asking { try ledger.lane.catchUp() }
        return ledger
    }

    /// How many events the log holds.
    public func head() throws(LedgerError) -> UInt64 {
        try asking { try log.read { $0.head.rawValue } }
    }

    /// What a person should know of the state of the views: why they were made again or left aside.
    public var notes: [String] { lane.notes }

    /// Waits until the log holds so many events, so that a reader sees what was written elsewhere.
    ///
    /// - Throws: `retry` after `timeoutSeconds`.
    public func wait(for position: UInt64, timeoutSeconds: Double = 30) async throws(LedgerError) {
        let pauseMilliseconds = 20
        var waited = 0.0
        while true {
            let head = try head()
            if head >= position { return }
            guard waited < timeoutSeconds else {
                throw LedgerError(
                    .retry,
                    "the ledger holds \(head) events, not \(position), after \(Int(timeoutSeconds)) s; try again later"
                )
            }
            do {
                try await Task.sleep(for: .milliseconds(pauseMilliseconds))
            } catch {
                throw LedgerError(.failed, "cancelled while waiting for position \(position)")
            }
            waited += Double(pauseMilliseconds) / 1_000
        }
    }

    /// Ends writing in good order, with views that have all that was written, so that the next opening is quick. A
    /// ledger that is dropped loses nothing.
    public func close() throws(LedgerError) {
        if log.isWritable { follower.finish() }
        try asking { try log.close() }
    }

    deinit {
        // Whoever opens the folder next must not meet views that are being written.
        follower.stop()
    }
}

extension [String] {
    /// Each text once, where it comes first.
    fileprivate var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
