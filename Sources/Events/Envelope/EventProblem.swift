/// The one shape of refused input: which event, which field, what was expected and what was found.
public struct EventProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for programs: `not_json`, `missing`, `wrong_type`, `bad_time`, …
    public var code: String
    /// The number of the event in its batch, from 1; nil where there is only one.
    public var eventNumber: Int?
    /// The number of the line in its file, from 1.
    public var line: Int?
    /// The JSON Pointer (RFC 6901) of the field.
    public var pointer: String
    /// What was expected there.
    public var expected: String
    /// What was found there. Texts inside `data` are not repeated: they may be personal.
    public var found: String

    /// A problem at a field.
    public init(
        code: String, pointer: String, expected: String, found: String, eventNumber: Int? = nil,
        line: Int? = nil
    ) {
        self.code = code
        self.eventNumber = eventNumber
        self.line = line
        self.pointer = pointer
        self.expected = expected
        self.found = found
    }

    /// A text that is not JSON.
    public init(_ error: JSONError) {
        self.init(
            code: "not_json", pointer: error.pointer, expected: "JSON",
            found: "\(error.reason) (byte \(error.byteOffset))")
    }

    /// The same problem, of this event of a batch.
    public func at(eventNumber: Int? = nil, line: Int? = nil) -> EventProblem {
        var problem = self
        problem.eventNumber = eventNumber ?? self.eventNumber
        problem.line = line ?? self.line
        return problem
    }

    /// The error as one sentence.
    public var description: String {
        var place: [String] = []
        if let line { place.append("line \(line)") }
        if let eventNumber { place.append("event \(eventNumber)") }
        if !pointer.isEmpty { place.append(pointer) }
        let prefix = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
        return "\(prefix)expected \(expected), found \(found)"
    }
}
