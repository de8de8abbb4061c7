/// Something `import` reads: a file, or what is piped in.
public enum ImportInput: Sendable, Hashable, CustomStringConvertible {
    /// A file, plain or gzip (recognised by its first bytes, whatever its name).
    case file(String)
    /// Standard input, plain or gzip.
    case standardInput

    /// The input a command line argument names; `-` is standard input.
    public init(argument: String) {
        self = argument == "-" ? .standardInput : .file(argument)
    }

    /// The name used in messages.
    public var description: String {
        switch self {
        case .file(let path): path
        case .standardInput: "standard input"
        }
    }

    /// The last part of the path without `.gz`, `.jsonl`, `.json` and `.csv`; a mapping can build ids from it.
    public var stem: String {
        guard case .file(let path) = self else { return "stdin" }
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for ending in [".gz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
        }
        return name
    }
}

/// An input that cannot be read on: what is wrong, in which file, where, and what to do.
public struct SourceError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of trouble it is; front ends choose an exit status by it.
    public enum Code: String, Sendable {
        /// The file is missing or may not be opened.
        case cannotOpen
        /// The system reported an error while reading or writing.
        case inputOutput
        /// The bytes are not UTF-8 text, or are packed in a way that is not read.
        case encoding
        /// The gzip data is damaged or ends too early.
        case compression
        /// The CSV header or the JSON array is broken, so that what follows cannot be told apart.
        case structure
    }

    /// The kind of trouble.
    public let code: Code
    /// The file, as it was named.
    public let file: String
    /// The line, counted from 1, where it is known.
    public let line: Int?
    /// The offset from the start of the file as it lies on disk, where it is known.
    public let byteOffset: Int?
    /// What was wrong, and what to do about it.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, file: String, line: Int? = nil, byteOffset: Int? = nil, message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.byteOffset = byteOffset
        self.message = message
    }

    /// One line: file, place, message.
    public var description: String {
        var place = file
        if let line { place += ", line \(line)" }
        if let byteOffset { place += ", byte \(byteOffset)" }
        return "\(place): \(message)"
    }
}
