import Daybook
import Dispatch
import Events
import Testing

/// One program does everything to one ledger at once. Under the thread sanitizer (`tools/thread-sanitizer.py`)
/// this is the test of what its threads share; elsewhere, of what must not change meanwhile.
@Suite("Everything at once in one program")
struct LoadTests {
    private static let batches = 25
    private static let appenders = 3

    /// The events of a batch of appender `who`.
    private static func batch(_ number: Int, of who: Int) -> [JSONValue] {
        (0..<(1 + (number * 7 + who) % 5)).map { index in
            let day = 10 + (number + index) % 20
            return purchase(
                "a\(who)-\(number)-\(index)", "c\((number * 3 + index + who) % 12)",
                "2024-04-\(day)T10:00:00Z",
                "\(1 + (number * 11 + index) % 50).00", order: "o\(who)-\(number)-\(index)")
        }
    }

    /// What is asked again and again: at a point that nothing may change any more.
    private static func answers(_ ledger: Ledger, at question: Question) async throws -> [JSONValue] {
        [
            try await ledger.report("value", ReportQuery(), at: question),
            try await ledger.report("lifecycle", ReportQuery(), at: question),
            try await ledger.customer("c3", at: question),
            .array(try await ledger.customers(CustomerQuery(), at: question)),
        ]
    }

    @Test func whatStandsNeverChangesAndTheViewsEqualTheLogAfterwards() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append(
            (0..<60).map { index in
                purchase(
                    "p\(index)", "c\(index % 9)", "2024-0\(1 + index % 4)-1\(index % 10)T10:00:00Z",
                    "\(1 + (index * 37) % 90).00")
            })
        _ = try await ledger.rebuildViews(fromLog: false)
        let head = try ledger.head()
        let fixed = Question(
            effectiveAt: .instant(try Instant(parsing: "2024-05-01T00:00:00Z")), knownAt: .position(head))
        let expected = try await Self.answers(ledger, at: fixed)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for who in 0..<Self.appenders {
                group.addTask(executorPreference: OwnThread()) { try await Self.append(to: ledger, who) }
            }
            group.addTask(executorPreference: OwnThread()) { try await Self.rebuild(ledger) }
            for _ in 0..<2 {
                group.addTask(executorPreference: OwnThread()) {
                    while !Task.isCancelled {
                        #expect(try await Self.answers(ledger, at: fixed) == expected)
                        _ = try await Self.answers(ledger, at: Question())
                    }
                    return false
                }
            }
            group.addTask(executorPreference: OwnThread()) {
                while !Task.isCancelled { try await Self.search(ledger) }
                return false
            }
            var writing = Self.appenders + 1
            while let isWriter = try await group.next() {
                writing -= isWriter ? 1 : 0
                if writing == 0 { group.cancelAll() }
            }
        }
        let added = (0..<Self.appenders).flatMap { who in
            (0..<Self.batches).map { Self.batch($0, of: who).count }
        }
        var purchases = TrailQuery()
        purchases.type = "purchase.completed"
        #expect(try await ledger.positions(of: purchases).count == 60 + added.reduce(0, +))
        #expect(try await Self.answers(ledger, at: fixed) == expected)
        #expect(try await ledger.verifyViews()["same"] == true)
        let (lane, log) = (
            try await ledger.rebuildViews(fromLog: false), try await ledger.rebuildViews(fromLog: true)
        )
        #expect(lane["digests"] == log["digests"])
        try ledger.close()
    }

    private static func append(to ledger: Ledger, _ who: Int) async throws -> Bool {
        // Imports have their own way into the log, with facts that are extracted beforehand.
        for number in 0..<batches {
            let events = batch(number, of: who)
            if number % 2 == 0 {
                try await ledger.append(events)
            } else {
                let taken = try ledger.takeOver(
                    events.map(\.canonicalBytes), recorded: "now", settingAside: false)
                #expect(taken.created == events.count)
            }
        }
        return true
    }

    /// Rebuilds, cancelled ones too, and what is live changes to and fro.
    private static func rebuild(_ ledger: Ledger) async throws -> Bool {
        let author = Authorship(actor: "eve", reason: "load")
        for round in 0..<3 {
            let cancelled = Task { try await ledger.rebuildViews(fromLog: round % 2 == 0) }
            try await Task.sleep(for: .milliseconds(5 * round))
            cancelled.cancel()
            // It may have been done already.
            _ = await cancelled.result
            _ = try await ledger.rebuildViews(fromLog: round % 2 == 1)
            _ = try await ledger.cutOverViews(by: author)
            if round == 1 { _ = try await ledger.rollBackViews(by: author) }
            #expect(try await ledger.verifyViews()["same"] == true)
        }
        return true
    }

    private static func search(_ ledger: Ledger) async throws {
        var query = TrailQuery()
        query.text = "a1-12"
        _ = try await ledger.trail(query)
        query.customer = "c4"
        query.text = nil
        _ = try await ledger.trail(query)
        _ = try await ledger.checkpoint()
        _ = try await ledger.status()
    }
}

/// Runs a task beside all others, whatever the number of processors, and whether or not it ever waits.
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "daybook.load")

    func enqueue(_ job: UnownedJob) {
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
