/// Why a schema cannot be used.
public struct SchemaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The JSON Pointer (RFC 6901) of the place in the schema.
    public let pointer: String
    /// The keyword that is at fault.
    public let keyword: String
    /// What is wrong and what to do about it.
    public let reason: String

    /// An error at a place of a schema.
    public init(pointer: String, keyword: String, reason: String) {
        self.pointer = pointer
        self.keyword = keyword
        self.reason = reason
    }

    /// The error as one sentence.
    public var description: String {
        "schema \(pointer.isEmpty ? "at its root" : "at \(pointer)"), keyword “\(keyword)”: \(reason)"
    }
}
