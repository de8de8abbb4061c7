import EventLog
import Events
import Foundation
import Synchronization
import Testing

/// A clock that tests set.
final class TestClock: Sendable {
    private let now: Mutex<Int64>

    init(_ text: String = "2026-01-01T00:00:00Z") throws {
        now = Mutex(try Instant(parsing: text).microseconds)
    }

    var instant: Instant { Instant(microseconds: now.withLock { $0 }) }

    func advance(seconds: Int64) { now.withLock { $0 += seconds * 1_000_000 } }
}

/// A ledger in a folder of its own, which is deleted with it.
final class TestLedger {
    let folder: String
    let clock: TestClock
    var options = LogOptions()
    private var opened: EventLog?

    init(flushCount: Int = 65_536, flushCountAtClose: Int = 1_024) throws {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-log-\(UUID())")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        folder = parent.appendingPathComponent("ledger").path
        clock = try TestClock()
        options.clock = { [clock] in clock.instant }
        options.flushCount = flushCount
        options.flushCountAtClose = flushCountAtClose
        try EventLog.create(
            at: folder, options: LedgerOptions(zone: "Europe/London", currency: "GBP"), log: options)
    }

    deinit {
        try? opened?.close()
        try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent)
    }

    /// The log, opened for writing when first asked for.
    func log() throws -> EventLog {
        if let opened { return opened }
        let log = try EventLog(opening: folder, access: .write(waitSeconds: 0.2), options: options)
        opened = log
        return log
    }

    /// Closes and opens the log.
    func reopen() throws -> EventLog {
        try opened?.close()
        opened = nil
        return try log()
    }

    func close() throws {
        try opened?.close()
        opened = nil
    }
}

/// An event as JSON. `more` is put into the envelope as it is.
func event(
    _ id: String, _ type: String = "purchase.completed", of subject: String? = "c1",
    at time: String = "2025-06-01T10:00:00Z", data: String = #"{"total":"12.50","currency":"GBP"}"#,
    source: String = "urn:test", more: String = ""
) -> IncomingEvent {
    let subject = subject.map { #","subject":"\#($0)""# } ?? ""
    return IncomingEvent(
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"\#(type)","time":"\#(time)""#
            + #","data":\#(data)\#(subject)\#(more)}"#)
}

extension EventLog {
    /// All lines, as text.
    func allLines() throws -> [String] {
        try read { view in
            var lines: [String] = []
            try view.forEachLine { _, line in
                lines.append(String(copying: try UTF8Span(validating: line)))
                return true
            }
            return lines
        }
    }

    func head() throws -> UInt64 { try read { $0.head.rawValue } }
}
