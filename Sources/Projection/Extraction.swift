/// What was extracted from one line or many.
public struct Extraction: Sendable {
    /// Facts in the order of positions.
    public var facts: [Fact] = []
    /// Acts in the order of positions.
    public var acts: [Act] = []

    /// Nothing yet.
    public init() {}

    /// Forgets everything, but keeps the room.
    public mutating func removeAll() {
        facts.removeAll(keepingCapacity: true)
        acts.removeAll(keepingCapacity: true)
    }
}

/// A stored line that is not what the log would have accepted: the ledger is damaged, or newer than the program.
public struct ExtractionError: Error, Equatable, CustomStringConvertible {
    /// Where the line stands in the log.
    public let position: UInt64
    /// The JSON Pointer of the field.
    public let pointer: String
    /// What was expected there.
    public let expected: String
    /// What was found there.
    public let found: String

    /// An error at a field of a line.
    public init(position: UInt64, pointer: String, expected: String, found: String) {
        self.position = position
        self.pointer = pointer
        self.expected = expected
        self.found = found
    }

    /// The error as one sentence.
    public var description: String {
        "event @\(position), \(pointer.isEmpty ? "the line" : pointer): expected \(expected), found \(found); "
            + "check the ledger with `daybook verify`"
    }
}
