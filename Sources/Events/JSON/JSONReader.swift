// Unsafe: the tape and the text are filled by C (CSimdJSON) and live in memory that this class owns. Every
// node index is checked against the tape before it is used.
import CSimdJSON

/// What a value is.
public enum JSONKind: UInt8, Sendable {
    case null = 0
    case `false` = 1
    case `true` = 2
    case number = 3
    case string = 4
    case array = 5
    case object = 6
    /// The name of a member; its value is the next node.
    case name = 7
}

/// Reads JSON texts strictly, one after the other, into buffers that it uses again.
///
/// A text becomes a flat list of nodes in document order, numbered from 0 (the root). A member of an object
/// is two nodes, its name and, at the next number, its value. Everything is visited and checked: RFC 8259
/// syntax, UTF-8, I-JSON (RFC 7493: no duplicate names, no lone surrogates), numbers that an IEEE double
/// keeps, nesting of at most ``maximumDepth``, nothing behind the value.
///
/// Nodes are valid until the next text is parsed. A reader belongs to one thread at a time.
@safe
public final class JSONReader {
    /// How deep arrays and objects may nest.
    public static let maximumDepth = 64

    private let parser: OpaquePointer
    /// Behind a pointer because every accessor reads it. Measured: the run-time checks of exclusive access to
    /// a class's own variables cost as much as reading an envelope.
    private let memory: UnsafeMutablePointer<Memory>

    /// The buffers, and what is in them.
    @safe
    private struct Memory {
        var nodes: UnsafeMutablePointer<json_tape_node>
        var nodeCapacity: Int
        var text: UnsafeMutablePointer<UInt8>
        var textCapacity: Int
        var canonical: UnsafeMutablePointer<UInt8>
        var canonicalCapacity: Int
        var members: UnsafeMutablePointer<CanonicalMember>
        var memberCapacity: Int
        var nodeCount = 0
        var byteCount = 0
        var generation = 0
        var likeness = json_tape_likeness(shape: 0, canonical: false)
    }

    /// The number of nodes of the text that was parsed last; 0 when it was refused.
    public private(set) var nodeCount: Int {
        get { unsafe memory.pointee.nodeCount }
        set { unsafe memory.pointee.nodeCount = newValue }
    }

    /// The bytes of the text that was parsed last.
    public private(set) var byteCount: Int {
        get { unsafe memory.pointee.byteCount }
        set { unsafe memory.pointee.byteCount = newValue }
    }

    /// Counts the texts parsed, so that what was read from an earlier one can be told apart.
    public private(set) var generation: Int {
        get { unsafe memory.pointee.generation }
        set { unsafe memory.pointee.generation = newValue }
    }

    /// Whether the text that was parsed last is known to be canonical (RFC 8785). False says nothing: only a reader
    /// of texts that are alike looks at it, and not at every text.
    public var isKnownCanonical: Bool { unsafe memory.pointee.likeness.canonical }

    /// A number above zero for the shape of the text that was parsed last; 0 where it was new, or a reader expects
    /// no texts that are alike. Texts of one shape have the same nodes, except for the texts of strings that do not
    /// belong to it (``isOfShape(_:)``) and the values of numbers.
    public var shape: Int { unsafe Int(memory.pointee.likeness.shape) }

    var nodes: UnsafeMutablePointer<json_tape_node> { unsafe memory.pointee.nodes }
    var text: UnsafeMutablePointer<UInt8> { unsafe memory.pointee.text }
    /// Where canonical JSON is written before it is appended to the output.
    var canonical: UnsafeMutablePointer<UInt8> { unsafe memory.pointee.canonical }
    /// Where members of objects are sorted.
    var members: UnsafeMutablePointer<CanonicalMember> { unsafe memory.pointee.members }

    /// Whether the shapes of texts are remembered.
    private let expectsAlike: Bool

    /// Makes a reader with room for ordinary events; it grows with the texts it is given.
    ///
    /// - Parameter expectsAlike: whether many texts will be much alike, as the lines of one log are: then what
    ///   stands between their strings and numbers is remembered, and texts of the same shape are read faster.
    /// - Parameter few: the names of members of the root that are expected to be one of a few strings: those belong to
    ///   the shapes of texts that are alike.
    public init(expectsAlike: Bool = false, few: [StaticString] = []) {
        self.expectsAlike = expectsAlike
        guard let parser = unsafe json_tape_parser_create() else {
            fatalError("no memory for a JSON parser")
        }
        unsafe self.parser = parser
        unsafe memory = UnsafeMutablePointer<Memory>.allocate(capacity: 1)
        unsafe memory.initialize(
            to: Memory(
                nodes: .allocate(capacity: 256), nodeCapacity: 256,
                text: .allocate(capacity: 4096), textCapacity: 4096,
                canonical: .allocate(capacity: 4096), canonicalCapacity: 4096,
                members: .allocate(capacity: 256), memberCapacity: 256))
        unsafe memory.pointee.text.initialize(repeating: 0, count: 4096)
        for name in few where unsafe !json_tape_expect_few(parser, name.utf8Start, name.utf8CodeUnitCount) {
            fatalError("no memory for a JSON parser")
        }
    }

    deinit {
        unsafe json_tape_parser_destroy(parser)
        unsafe memory.pointee.nodes.deallocate()
        unsafe memory.pointee.text.deallocate()
        unsafe memory.pointee.canonical.deallocate()
        unsafe memory.pointee.members.deallocate()
        unsafe memory.deallocate()
    }

    /// Reads one text. The bytes are copied: nothing of `source` is kept.
    public func parse(_ source: Span<UInt8>) throws(JSONError) {
        nodeCount = 0
        generation &+= 1
        byteCount = source.count
        guard source.count <= 1 << 30 else { throw failure(.tooLong, at: 0, nodes: 0) }
        makeRoom(forText: source.count)
        let target = unsafe text
        unsafe source.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress {
                unsafe target.update(from: base, count: bytes.count)
            }
        }
        var outcome = parseText()
        if outcome.code == Int32(JSON_TAPE_MORE_NODES.rawValue) {
            makeRoom(forNodes: Int(outcome.nodes))
            outcome = parseText()
        }
        guard outcome.code == 0 else {
            throw failure(Self.code(of: outcome.code), at: Int(outcome.offset), nodes: Int(outcome.nodes))
        }
        nodeCount = Int(outcome.nodes)
    }

    private func parseText() -> json_tape_outcome {
        let (count, capacity) = unsafe (UInt32(byteCount), UInt32(memory.pointee.nodeCapacity))
        guard expectsAlike else { return unsafe json_tape_parse(parser, text, count, nodes, capacity) }
        return unsafe json_tape_parse_alike(
            parser, text, count, nodes, capacity, &memory.pointee.likeness)
    }

    /// Reads one text from an array of bytes.
    public func parse(_ source: [UInt8]) throws(JSONError) {
        try parse(source.span)
    }

    /// Reads one text from a string.
    public func parse(_ source: String) throws(JSONError) {
        try parse(Array(source.utf8).span)
    }

    private func makeRoom(forText count: Int) {
        let needed = count + json_tape_padding()
        guard needed > (unsafe memory.pointee.textCapacity) else { return }
        let capacity = needed + needed / 2
        unsafe memory.pointee.text.deallocate()
        unsafe memory.pointee.text = .allocate(capacity: capacity)
        unsafe memory.pointee.text.initialize(repeating: 0, count: capacity)
        unsafe memory.pointee.textCapacity = capacity
    }

    private func makeRoom(forNodes count: Int) {
        let capacity = count + count / 2
        unsafe memory.pointee.nodes.deallocate()
        unsafe memory.pointee.nodes = .allocate(capacity: capacity)
        unsafe memory.pointee.nodeCapacity = capacity
    }

    func makeRoom(forCanonical count: Int, members memberCount: Int) {
        if count > (unsafe memory.pointee.canonicalCapacity) {
            unsafe memory.pointee.canonical.deallocate()
            unsafe memory.pointee.canonical = .allocate(capacity: count + count / 2)
            unsafe memory.pointee.canonicalCapacity = count + count / 2
        }
        if memberCount > (unsafe memory.pointee.memberCapacity) {
            unsafe memory.pointee.members.deallocate()
            unsafe memory.pointee.members = .allocate(capacity: memberCount + memberCount / 2)
            unsafe memory.pointee.memberCapacity = memberCount + memberCount / 2
        }
    }

    private func failure(_ code: JSONError.Code, at offset: Int, nodes partial: Int) -> JSONError {
        // The tape up to the problem is whole: its last node says where that is.
        nodeCount = partial
        let pointer = partial > 0 ? self.pointer(to: partial - 1) : ""
        nodeCount = 0
        return JSONError(code: code, reason: code.reason, byteOffset: offset, pointer: pointer)
    }

    private static func code(of number: Int32) -> JSONError.Code {
        switch json_tape_code(UInt32(number)) {
        case JSON_TAPE_EMPTY: .empty
        case JSON_TAPE_BYTE_ORDER_MARK: .byteOrderMark
        case JSON_TAPE_UTF16: .utf16
        case JSON_TAPE_INVALID_UTF8: .invalidUTF8
        case JSON_TAPE_CONTROL_CHARACTER: .controlCharacter
        case JSON_TAPE_UNCLOSED_STRING: .unclosedString
        case JSON_TAPE_TRUNCATED: .truncated
        case JSON_TAPE_TRAILING: .trailingText
        case JSON_TAPE_BAD_LITERAL: .badLiteral
        case JSON_TAPE_BAD_NUMBER: .badNumber
        case JSON_TAPE_NUMBER_RANGE: .numberRange
        case JSON_TAPE_NUMBER_PRECISION: .numberPrecision
        case JSON_TAPE_BAD_ESCAPE: .badEscape
        case JSON_TAPE_LONE_SURROGATE: .loneSurrogate
        case JSON_TAPE_DUPLICATE_NAME: .duplicateName
        case JSON_TAPE_TOO_DEEP: .tooDeep
        case JSON_TAPE_EXPECTED_VALUE: .expectedValue
        case JSON_TAPE_EXPECTED_NAME: .expectedName
        case JSON_TAPE_EXPECTED_COLON: .expectedColon
        case JSON_TAPE_EXPECTED_COMMA: .expectedComma
        case JSON_TAPE_TOO_LONG: .tooLong
        default: fatalError("the JSON parser had no memory or gave an unknown code: \(number)")
        }
    }
}
