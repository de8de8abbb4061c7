/// Something that is not as it was written: what, and where.
public struct LogFinding: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// The line at the position is not the one that was written.
        case changed
        /// There is no line at the position, though others follow.
        case missing
        /// The line at the position was slipped in; those that were written follow it.
        case inserted
        /// Lines from the position on stand in another order than they were written.
        case reordered
        /// The lines end at the position, before the log's head.
        case tailCut = "tail_cut"
        /// The log is shorter than a checkpoint that was signed.
        case rolledBack = "rolled_back"
        /// The log has another past than a checkpoint that was signed.
        case forked
        /// The tree or the head is not the one over the lines.
        case tree
        /// A stored checkpoint or the list of keys does not hold.
        case signature
        /// Recorded times run backwards, or are not where the block says.
        case time
        /// An event is not one that the ledger would have written.
        case value
        /// An index does not find an event, or finds one that there is not.
        case index
    }

    /// What is wrong.
    public let kind: Kind
    /// The first position that is not as it was; nil where that cannot be told.
    public let position: UInt64?
    /// The finding as a sentence.
    public let message: String

    init(_ kind: Kind, at position: UInt64?, _ message: String) {
        self.kind = kind
        self.position = position
        self.message = message
    }
}

/// What a verification looked at, and found.
public struct LogVerification: Sendable {
    /// How many events the log held.
    public let size: UInt64
    /// How many of them were looked at now; fewer where an interrupted run was taken up.
    public let checked: UInt64
    /// The checkpoints that the log was compared with: those it signed itself, and those from outside.
    public let checkpoints: Int
    /// What is wrong, the first position first; empty where nothing is.
    public let findings: [LogFinding]
}
