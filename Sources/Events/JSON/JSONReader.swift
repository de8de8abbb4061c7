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
    private(set) var nodes: UnsafeMutablePointer<json_tape_node>
    private var nodeCapacity: Int
    private(set) var text: UnsafeMutablePointer<UInt8>
    private var textCapacity: Int
    /// Where canonical JSON is written before it is appended to the output.
    private(set) var canonical: UnsafeMutablePointer<UInt8>
    private var canonicalCapacity: Int
    /// Where members of objects are sorted.
    private(set) var members: UnsafeMutablePointer<CanonicalMember>
    private var memberCapacity: Int
    /// The number of nodes of the text that was parsed last; 0 when it was refused.
    public private(set) var nodeCount = 0
    /// The bytes of the text that was parsed last.
    public private(set) var byteCount = 0
    /// Counts the texts parsed, so that what was read from an earlier one can be told apart.
    public private(set) var generation = 0

    /// Makes a reader with room for ordinary events; it grows with the texts it is given.
    public init() {
        guard let parser = unsafe json_tape_parser_create() else {
            fatalError("no memory for a JSON parser")
        }
        unsafe self.parser = parser
        nodeCapacity = 256
        textCapacity = 4096
        unsafe nodes = UnsafeMutablePointer<json_tape_node>.allocate(capacity: nodeCapacity)
        unsafe text = UnsafeMutablePointer<UInt8>.allocate(capacity: textCapacity)
        unsafe text.initialize(repeating: 0, count: textCapacity)
        canonicalCapacity = 4096
        memberCapacity = 256
        unsafe canonical = UnsafeMutablePointer<UInt8>.allocate(capacity: canonicalCapacity)
        unsafe members = UnsafeMutablePointer<CanonicalMember>.allocate(capacity: memberCapacity)
    }

    deinit {
        unsafe json_tape_parser_destroy(parser)
        unsafe nodes.deallocate()
        unsafe text.deallocate()
        unsafe canonical.deallocate()
        unsafe members.deallocate()
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
        var outcome = unsafe json_tape_parse(
            parser, text, UInt32(byteCount), nodes, UInt32(nodeCapacity))
        if outcome.code == Int32(JSON_TAPE_MORE_NODES.rawValue) {
            makeRoom(forNodes: Int(outcome.nodes))
            outcome = unsafe json_tape_parse(parser, text, UInt32(byteCount), nodes, UInt32(nodeCapacity))
        }
        guard outcome.code == 0 else {
            throw failure(Self.code(of: outcome.code), at: Int(outcome.offset), nodes: Int(outcome.nodes))
        }
        nodeCount = Int(outcome.nodes)
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
        guard needed > textCapacity else { return }
        unsafe text.deallocate()
        textCapacity = needed + needed / 2
        unsafe text = UnsafeMutablePointer<UInt8>.allocate(capacity: textCapacity)
        unsafe text.initialize(repeating: 0, count: textCapacity)
    }

    private func makeRoom(forNodes count: Int) {
        unsafe nodes.deallocate()
        nodeCapacity = count + count / 2
        unsafe nodes = UnsafeMutablePointer<json_tape_node>.allocate(capacity: nodeCapacity)
    }

    func makeRoom(forCanonical count: Int, members memberCount: Int) {
        if count > canonicalCapacity {
            unsafe canonical.deallocate()
            canonicalCapacity = count + count / 2
            unsafe canonical = UnsafeMutablePointer<UInt8>.allocate(capacity: canonicalCapacity)
        }
        if memberCount > memberCapacity {
            unsafe members.deallocate()
            memberCapacity = memberCount + memberCount / 2
            unsafe members = UnsafeMutablePointer<CanonicalMember>.allocate(capacity: memberCapacity)
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
