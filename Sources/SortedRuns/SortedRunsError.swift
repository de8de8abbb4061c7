/// What can be wrong with an index, beyond what LMDB reports.
public struct SortedRunsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: Sendable, Equatable {
        /// A stored part is not what its place demands. The index can be deleted and built again.
        case damaged
        /// The run that is to be added does not begin where the index ends.
        case notContiguous
        /// The index was made with other options, or by a newer format.
        case incompatible
    }

    /// What kind of failure it was.
    public let code: Code
    /// Which index, what was expected, what was found, and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    static func damaged(index: UInt8, _ what: String) -> SortedRunsError {
        SortedRunsError(
            .damaged, "index \(index) is damaged: \(what). Delete the index; it is built again from the log")
    }
}
