/// A mapping file that cannot be used: where, and why.
public struct MappingError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The mapping file, as it was named.
    public let file: String
    /// The line, counted from 1, where it is known.
    public let line: Int?
    /// What was wrong, what was expected, and what to do.
    public let message: String

    /// Makes an error.
    public init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// One line: file, line, message.
    public var description: String {
        line.map { "\(file), line \($0): \(message)" } ?? "\(file): \(message)"
    }
}
