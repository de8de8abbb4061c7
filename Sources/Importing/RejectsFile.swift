// Unsafe: write(2) reads through a pointer into an array that outlives the call.
import Events

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The file of records that were set aside: JSON Lines, one object a record.
///
/// `{"file", "line", "record", "code", "pointer", "expected", "found", "raw"}`; `raw` is the record as it was read
/// (`raw_base64` where it is not UTF-8; neither where it was too long to be kept). **It may hold personal data**,
/// which nothing seals: only its owner may read the file, and it should be deleted once it was dealt with.
public final class RejectsFile {
    /// The path of the file.
    public let path: String
    /// Records written so far.
    public private(set) var count = 0
    private let names: [String]
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Makes or empties the file, readable by its owner only.
    public init(path: String, inputs: [ImportInput]) throws(SourceError) {
        self.path = path
        names = inputs.map(\.description)
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            throw SourceError(
                .cannotOpen, file: path, message: "cannot be written: \(systemMessage(errno))")
        }
    }

    deinit { _ = close(descriptor) }

    /// Sets a record aside.
    public func append(_ rejection: Rejection) throws(SourceError) {
        Self.write(rejection, names: names, into: &buffer)
        count += 1
        if buffer.count >= 64 * 1024 { try flush() }
    }

    /// Writes out what is still held back.
    public func flush() throws(SourceError) {
        var written = 0
        while written < buffer.count {
            let answer = unsafe buffer.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                unsafe Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                #else
                unsafe Darwin.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                #endif
            }
            if answer < 0 && errno == EINTR { continue }
            guard answer > 0 else {
                throw SourceError(
                    .inputOutput, file: path, message: "cannot be written: \(systemMessage(errno))")
            }
            written += answer
        }
        buffer.removeAll(keepingCapacity: true)
    }

    static func write(_ rejection: Rejection, names: [String], into output: inout [UInt8]) {
        let problem = rejection.problem
        output.append(contentsOf: "{\"file\":".utf8)
        output.appendJSONString(names[rejection.origin.file])
        output.append(
            contentsOf: ",\"line\":\(rejection.origin.line),\"record\":\(rejection.origin.number)".utf8)
        for (name, value) in [
            ("code", problem.code), ("pointer", problem.pointer), ("expected", problem.expected),
            ("found", problem.found),
        ] {
            output.append(contentsOf: ",\"\(name)\":".utf8)
            output.appendJSONString(value)
        }
        if !rejection.raw.isEmpty {
            if let text = String(validating: rejection.raw, as: UTF8.self) {
                output.append(contentsOf: ",\"raw\":".utf8)
                output.appendJSONString(text)
            } else {
                output.append(contentsOf: ",\"raw_base64\":".utf8)
                output.appendJSONString(base64(rejection.raw))
            }
        }
        output.append(contentsOf: "}\n".utf8)
    }

    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let group = (0..<3).map { index + $0 < bytes.count ? Int(bytes[index + $0]) : 0 }
            let word = group[0] << 16 | group[1] << 8 | group[2]
            for digit in 0..<4 {
                let isPadding = index + digit > bytes.count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[word >> (18 - 6 * digit) & 63])
            }
            index += 3
        }
        return text
    }
}

/// What became of the records of an import, counted: for a dry run and for the note at the end.
public struct ImportTally: Sendable {
    /// Why records were rejected, without what was found in each of them.
    public struct Reason: Hashable, Sendable, Comparable {
        /// What is wrong, for programs.
        public let code: String
        /// The JSON Pointer of the field.
        public let pointer: String
        /// What was expected there.
        public let expected: String

        /// By pointer, then code, then what was expected.
        public static func < (left: Reason, right: Reason) -> Bool {
            (left.pointer, left.code, left.expected) < (right.pointer, right.code, right.expected)
        }
    }

    /// How often a reason was met, and where first.
    public struct Occurrence: Sendable, Equatable {
        /// Records rejected for it.
        public var count: Int
        /// The first of them.
        public var first: Rejection
    }

    /// Events that came out.
    public private(set) var events = 0
    /// Records rejected, in all.
    public private(set) var rejected = 0
    /// Records rejected, by reason.
    public private(set) var reasons: [Reason: Occurrence] = [:]
    /// Records left out on purpose, by the name of the rule.
    public private(set) var skipped: [String: Int] = [:]

    /// Makes an empty tally.
    public init() {}

    /// Counts a batch.
    public mutating func add(_ batch: MappedBatch) {
        events += batch.events.count
        for (name, count) in batch.skipped { skipped[name, default: 0] += count }
        for rejection in batch.rejections { add(rejection) }
    }

    /// Counts a rejected record.
    public mutating func add(_ rejection: Rejection) {
        rejected += 1
        let problem = rejection.problem
        let reason = Reason(code: problem.code, pointer: problem.pointer, expected: problem.expected)
        reasons[reason, default: Occurrence(count: 0, first: rejection)].count += 1
    }

    /// Moves an event of a counted batch to the rejected ones: the ledger's schemas refused it.
    public mutating func reject(_ rejection: Rejection) {
        events -= 1
        add(rejection)
    }
}
