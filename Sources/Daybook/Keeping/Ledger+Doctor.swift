import EventLog
public import Events
import Foundation
import Views

extension Ledger {
    /// Looks whether a ledger and its surroundings are sound: `[{check, outcome (ok, warn, fail), finding, remedy?}]`.
    ///
    /// It never throws: what keeps it from looking is a finding.
    public static func examine(
        _ path: String, clock: @escaping @Sendable () -> Instant = Ledger.systemClock
    ) async -> [JSONValue] {
        var examination = Examination()
        var options = LogOptions()
        options.clock = clock
        let ledger: Ledger
        do throws(LedgerError) {
            ledger = try Ledger(path: path, access: .read, options: options)
        } catch {
            examination.add(.fail, "ledger", error.message, remedy: remedy(for: error))
            return examination.findings
        }
        ledger.examineLog(&examination)
        ledger.examineKeys(&examination)
        ledger.examineViews(&examination)
        ledger.examineSurroundings(&examination)
        return examination.findings
    }

    private static func remedy(for error: LedgerError) -> String {
        switch error.category {
        case .notFound: "make one: daybook init, or name the right folder with --ledger"
        case .locked: "wait for the other process to end"
        case .verification: "keep a copy of the folder as it is, and restore the last backup elsewhere"
        default: "check the path and its permissions"
        }
    }

    private func examineLog(_ examination: inout Examination) {
        do {
            let (head, recorded) = try log.read { ($0.head.rawValue, $0.lastRecorded) }
            examination.add(.ok, "log", "\(head) events, the last recorded at \(recorded)")
            let last = try log.read { try $0.line(at: Position(head - 1)) }
            if last == nil {
                examination.add(
                    .fail, "last event", "the last event cannot be read", remedy: "restore a backup")
            }
            if recorded > clock() {
                examination.add(
                    .warn, "clock", "the last event was recorded in the future: a clock was set back",
                    remedy: "set the clock; until then events are recorded with the last event's time")
            } else {
                examination.add(.ok, "clock", "not behind the last event")
            }
            let statistics = try log.storageStatistics()
            let behind = head - min(head, statistics.coveredEnd.rawValue)
            examination.add(
                behind > 65_536 ? .warn : .ok, "indexes", "\(behind) events are not in sorted runs yet",
                remedy: behind > 65_536 ? "open the ledger for writing once: any append brings them up" : nil)
            examination.add(
                statistics.readerCount > 100 ? .warn : .ok, "readers",
                "\(statistics.readerCount) are reading",
                remedy: statistics.readerCount > 100 ? "end programs that keep the ledger open" : nil)
        } catch {
            examination.add(
                .fail, "log", LedgerError.wrapping(error).message,
                remedy: "keep a copy of the folder as it is, and restore the last backup elsewhere")
        }
    }

    private func examineKeys(_ examination: inout Examination) {
        do {
            _ = try log.keys()
            examination.add(.ok, "keys", "personal values can be opened")
        } catch {
            examination.add(
                .warn, "keys", "\(LedgerError.wrapping(error).message)",
                remedy: "personal values stay sealed; whoever holds the wrapping key can open them")
        }
        let files = FileManager.default
        for name in files.enumerator(atPath: path + "/keys") ?? FileManager.DirectoryEnumerator() {
            guard let name = name as? String,
                let attributes = try? files.attributesOfItem(atPath: "\(path)/keys/\(name)"),
                attributes[.type] as? FileAttributeType == .typeRegular,
                let permissions = attributes[.posixPermissions] as? Int, permissions & 0o077 != 0
            else { continue }
            examination.add(
                .warn, "secrets", "keys/\(name) can be read by others than its owner",
                remedy: "chmod 600 \(path)/keys/\(name)")
        }
    }

    private func examineViews(_ examination: inout Examination) {
        do {
            let head = try log.read { $0.head.rawValue }
            let behind = head - min(head, try lane.covered())
            for note in lane.notes {
                examination.add(.warn, "views", note, remedy: "daybook views rebuild")
            }
            examination.add(
                behind > 65_536 ? .warn : .ok, "views",
                "\(behind) events behind the log, \(lane.byteCount) bytes",
                remedy: behind > 65_536 ? "daybook views rebuild brings them up" : nil)
            let caches = lane.cacheCensus()
            examination.add(
                caches.ignored > 0 ? .warn : .ok, "caches",
                "populations of \(caches.kept) points are kept, \(caches.ignored) files are damaged or foreign and ignored",
                remedy: caches.ignored > 0 ? "delete \(path)/views/points; nothing is lost" : nil)
            let point = try resolveUnserved(Question())
            let found = try lane.verify(
                at: point.fold, catalogue: catalogue, sample: 20, generation: nil, scratch: scratchFolder())
            if found.differences.isEmpty {
                examination.add(
                    .ok, "views equal the log", "\(found.customers) customers folded again from their lines")
            } else {
                examination.add(
                    .fail, "views equal the log", found.differences.joined(separator: "; "),
                    remedy: "daybook views rebuild")
            }
        } catch {
            examination.add(
                .fail, "views", LedgerError.wrapping(error).message, remedy: "daybook views rebuild")
        }
    }

    private func examineSurroundings(_ examination: inout Examination) {
        let size = Self.byteCount(of: path)
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path),
            let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue
        else {
            examination.add(.warn, "disk", "its free space cannot be read", remedy: "look with df")
            return
        }
        let isTight = free < max(size / 2, 256 << 20)
        examination.add(
            isTight ? .warn : .ok, "disk", "\(free >> 20) MiB free; the ledger takes \(size >> 20) MiB",
            remedy: isTight ? "make room: a rebuild of the views needs their size once more" : nil)
    }

    /// Where a lane can be extracted to for comparison: beside the views where that can be written.
    func scratchFolder() -> String {
        let isWritable = FileManager.default.isWritableFile(atPath: path)
        let parent = isWritable ? path : FileManager.default.temporaryDirectory.path
        return "\(parent)/verify-\(ProcessInfo.processInfo.processIdentifier)"
    }
}

/// The findings of an examination.
private struct Examination {
    enum Outcome: String {
        case ok
        case warn
        case fail
    }

    private(set) var findings: [JSONValue] = []

    mutating func add(_ outcome: Outcome, _ check: String, _ finding: String, remedy: String? = nil) {
        var record = JSONObject([
            ("check", .string(check)), ("outcome", .string(outcome.rawValue)), ("finding", .string(finding)),
        ])
        if let remedy { record["remedy"] = .string(remedy) }
        findings.append(.object(record))
    }
}
