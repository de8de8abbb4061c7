/// What to change in an object while it is written as canonical JSON: values replaced anywhere inside it,
/// members left out anywhere inside it, members added to the object itself.
///
/// Edits are used again for one object after the other: ``removeAll()`` keeps the memory.
public struct CanonicalEdits: Sendable {
    enum Action {
        case omit
        case replace
        case add
    }

    struct Edit {
        var action: Action
        /// The value's node; -1 for additions.
        var node: Int
        /// The name of an added member, as text without quotes, in `bytes`.
        var name: Range<Int>
        /// The new value as canonical JSON, in `bytes`.
        var value: Range<Int>
        /// The first eight bytes of the name, as in the tape.
        var prefix: UInt64
        /// Where the value was put in the output.
        var offset: Int
    }

    var edits: [Edit] = []
    var bytes: [UInt8] = []

    /// No edits.
    public init() {}

    /// Whether nothing is to be changed.
    public var isEmpty: Bool { edits.isEmpty }

    /// Forgets all edits.
    public mutating func removeAll() {
        edits.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Leaves out the member whose value is at a node.
    public mutating func omit(_ node: Int) {
        append(.omit, node: node, name: 0..<0, valueStart: bytes.count)
    }

    /// Writes canonical JSON in place of the value at a node. Returns a handle for ``offset(of:)``.
    @discardableResult
    public mutating func replace(_ node: Int, with canonicalValue: Span<UInt8>) -> Int {
        let start = bytes.count
        append(canonicalValue)
        return append(.replace, node: node, name: 0..<0, valueStart: start)
    }

    /// Writes a string in place of the value at a node. Returns a handle for ``offset(of:)``.
    @discardableResult
    public mutating func replace(_ node: Int, withString string: String) -> Int {
        let start = bytes.count
        CanonicalWriter.write(string, to: &bytes)
        return append(.replace, node: node, name: 0..<0, valueStart: start)
    }

    /// Adds a member, which the object must not have (or which is omitted). Returns a handle for
    /// ``offset(of:)``.
    @discardableResult
    public mutating func add(_ name: StaticString, _ canonicalValue: Span<UInt8>) -> Int {
        let names = appendName(name)
        let start = bytes.count
        append(canonicalValue)
        return append(.add, node: -1, name: names, valueStart: start)
    }

    /// Adds a member whose value is a string. Returns a handle for ``offset(of:)``.
    @discardableResult
    public mutating func add(_ name: StaticString, string: String) -> Int {
        let names = appendName(name)
        let start = bytes.count
        CanonicalWriter.write(string, to: &bytes)
        return append(.add, node: -1, name: names, valueStart: start)
    }

    /// Where in the output the value of an edit begins, after it was written: bytes from the beginning of the
    /// output. Strings begin at their quote.
    public func offset(of handle: Int) -> Int { edits[handle].offset }

    @discardableResult
    private mutating func append(_ action: Action, node: Int, name: Range<Int>, valueStart: Int) -> Int {
        var prefix: UInt64 = 0
        for index in 0..<8 {
            prefix = prefix << 8 | (index < name.count ? UInt64(bytes[name.lowerBound + index]) : 0)
        }
        edits.append(
            Edit(
                action: action, node: node, name: name, value: valueStart..<bytes.count, prefix: prefix,
                offset: -1))
        return edits.count - 1
    }

    /// Names are those of attributes: plain text that needs no escapes.
    private mutating func appendName(_ name: StaticString) -> Range<Int> {
        let start = bytes.count
        // Unsafe: a StaticString lends its bytes as a pointer only; it lives as long as the program.
        name.withUTF8Buffer { buffer in unsafe bytes.append(contentsOf: buffer) }
        return start..<bytes.count
    }

    private mutating func append(_ span: Span<UInt8>) {
        for index in span.indices { bytes.append(span[index]) }
    }
}
