/// A batch on its way to the writer.
struct AppendRequest: Sendable {
    var batch: PreparedBatch
    let conditions: [SubjectCondition]
    let recorded: RecordedTimePolicy
    let refusals: RefusalPolicy
    /// Whether the events are the ledger's own.
    var isOwn = false
}

/// What a commit is going to write, before any of it is written.
struct CommitPlan {
    /// An event that is to be written: the first stands at the head of the log, the others behind it.
    struct Staged {
        let request: Int
        let event: Int
        let recorded: Int64
    }

    var staged: [Staged] = []
    /// The head as it will be, but for the root.
    var head: HeadRecord
    /// What to answer each request.
    var answers: [Result<AppendResult, LogError>] = []

    init(head: HeadRecord) { self.head = head }
}

extension [AppendRequest] {
    /// Lends the line of an event that is not written yet.
    func withLine<Result>(
        _ staged: CommitPlan.Staged, _ body: (Span<UInt8>, _ recordedOffset: Int) throws -> Result
    ) rethrows -> Result {
        let range = self[staged.request].batch.range(staged.event)
        let offset = self[staged.request].batch.events[staged.event].recordedOffset
        let bytes = self[staged.request].batch.bytes
        return try body(bytes.span.extracting(range), offset)
    }
}
