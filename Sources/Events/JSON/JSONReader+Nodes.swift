// Unsafe: reads the tape and the text that the reader owns; every node index is checked first.
import CSimdJSON

extension JSONReader {
    @inline(__always)
    func node(_ index: Int) -> json_tape_node {
        precondition(index >= 0 && index < nodeCount, "no such JSON node")
        return unsafe nodes[index]
    }

    /// The length of a name, and its first eight bytes as a number: what names are told apart by fast.
    func nameDigest(_ index: Int) -> (length: UInt32, prefix: UInt64) {
        let node = node(index)
        return (node.length, node.prefix)
    }

    /// What the value at a node is.
    public func kind(_ index: Int) -> JSONKind {
        guard let kind = JSONKind(rawValue: node(index).kind) else { preconditionFailure("a damaged tape") }
        return kind
    }

    /// The node behind a value and all that is inside it: its next sibling, if it has one.
    public func next(_ index: Int) -> Int {
        Int(node(index).next)
    }

    /// The number of elements of an array or members of an object; 0 for other values.
    public func count(_ index: Int) -> Int {
        let node = node(index)
        return node.kind == JSONKind.array.rawValue || node.kind == JSONKind.object.rawValue
            ? Int(node.length) : 0
    }

    /// How deep a value is nested: 0 for the root.
    public func level(_ index: Int) -> Int {
        Int(node(index).level)
    }

    /// Where a value begins in the text: bytes. Strings begin at their quote.
    public func byteOffset(_ index: Int) -> Int {
        let node = node(index)
        let quoted = node.kind == JSONKind.string.rawValue || node.kind == JSONKind.name.rawValue
        return Int(node.offset) - (quoted ? 1 : 0)
    }

    /// The number at a node. Programmer error where it is none.
    public func number(_ index: Int) -> Double {
        let node = node(index)
        precondition(node.kind == JSONKind.number.rawValue, "not a number")
        return node.number
    }

    /// The number at a node where it is a whole one that fits, otherwise nil.
    public func integer(_ index: Int) -> Int64? {
        let node = node(index)
        guard node.kind == JSONKind.number.rawValue else { return nil }
        return Int64(exactly: node.number)
    }

    /// The truth value at a node, or nil where it is something else.
    public func bool(_ index: Int) -> Bool? {
        switch kind(index) {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// Lends the unescaped text of a string or name. Programmer error for other values.
    public func withText<R, E: Error>(
        _ index: Int, _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let node = node(index)
        precondition(
            node.kind == JSONKind.string.rawValue || node.kind == JSONKind.name.rawValue, "not a string")
        let bytes = unsafe UnsafeBufferPointer(start: text + Int(node.offset), count: Int(node.length))
        return try unsafe body(bytes.span)
    }

    /// Appends the unescaped text of a string or name. Programmer error for other values.
    public func appendText(_ index: Int, to bytes: inout [UInt8]) {
        withText(index) { text in
            unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        }
    }

    /// The length of the unescaped text of a string or name in bytes.
    public func textLength(_ index: Int) -> Int {
        withText(index) { $0.count }
    }

    /// Whether a string or name was written without escapes: then its text holds no quote, no backslash and
    /// no control character.
    public func isPlainText(_ index: Int) -> Bool {
        node(index).flags & UInt8(JSON_TAPE_ESCAPED.rawValue) == 0
    }

    /// Whether it is known of a string or name that all its bytes are 0x20 to 0x7E. (False may also mean that
    /// nobody has looked closely.)
    public func isOrdinaryText(_ index: Int) -> Bool {
        node(index).flags & UInt8(JSON_TAPE_ORDINARY.rawValue) != 0
    }

    /// Whether a string belongs to the shape of the text: all texts of the shape have it.
    public func isOfShape(_ index: Int) -> Bool {
        node(index).flags & UInt8(JSON_TAPE_OF_SHAPE.rawValue) != 0
    }

    /// The hash of the text of a string or name.
    public func textHash(_ index: Int) -> UInt64 {
        withText(index) { StableHash.hash($0) }
    }

    /// The moment that a string names.
    @inline(__always)
    func instant(_ index: Int) throws(TimeError) -> Instant {
        try withText(index) { (text) throws(TimeError) in try Instant(parsing: text) }
    }

    /// A string or name as a `String`.
    public func string(_ index: Int) -> String {
        withText(index) { String(copying: unsafe UTF8Span(unchecked: $0)) }
    }

    /// Whether a string or name is exactly this text.
    public func text(_ index: Int, equals other: StaticString) -> Bool {
        let node = node(index)
        guard node.kind == JSONKind.string.rawValue || node.kind == JSONKind.name.rawValue,
            Int(node.length) == other.utf8CodeUnitCount
        else { return false }
        return unsafe equal(text + Int(node.offset), other.utf8Start, Int(node.length))
    }

    /// Whether a string or name is exactly these bytes.
    public func text(_ index: Int, equals other: Span<UInt8>) -> Bool {
        let node = node(index)
        guard node.kind == JSONKind.string.rawValue || node.kind == JSONKind.name.rawValue,
            Int(node.length) == other.count
        else { return false }
        let mine = unsafe text + Int(node.offset)
        return unsafe other.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe equal(mine, base, bytes.count)
        }
    }

    /// Whether a string or name is exactly this text. (Disfavoured, so that literals are static strings: making
    /// a `String` of each costs more than comparing it.)
    @_disfavoredOverload
    public func text(_ index: Int, equals other: String) -> Bool {
        text(index, equals: other.utf8.span)
    }

    /// The value of a member of an object, or nil where there is none or the node is no object.
    public func member(_ object: Int, _ name: StaticString) -> Int? {
        guard kind(object) == .object else { return nil }
        let end = next(object)
        var index = object + 1
        while index < end {
            if text(index, equals: name) { return index + 1 }
            index = next(index + 1)
        }
        return nil
    }

    /// The value of a member of an object, or nil where there is none or the node is no object.
    public func member(_ object: Int, named name: String) -> Int? {
        guard kind(object) == .object else { return nil }
        let end = next(object)
        var index = object + 1
        while index < end {
            if text(index, equals: name) { return index + 1 }
            index = next(index + 1)
        }
        return nil
    }

    /// Calls a closure with the name's node and the value's node of every member, in the order of the text.
    public func forEachMember<E: Error>(
        of object: Int, _ body: (_ name: Int, _ value: Int) throws(E) -> Void
    ) throws(E) {
        guard kind(object) == .object else { return }
        let end = next(object)
        var index = object + 1
        while index < end {
            let following = next(index + 1)
            try body(index, index + 1)
            index = following
        }
    }

    /// Calls a closure with the node of every element of an array, in order.
    public func forEachElement<E: Error>(
        of array: Int, _ body: (_ element: Int) throws(E) -> Void
    ) throws(E) {
        guard kind(array) == .array else { return }
        let end = next(array)
        var index = array + 1
        while index < end {
            let following = next(index)
            try body(index)
            index = following
        }
    }

    /// The JSON Pointer (RFC 6901) of a node; that of a name is its member's.
    public func pointer(to target: Int) -> String {
        var pointer = ""
        var container = 0
        while container < target, kind(container) == .object || kind(container) == .array {
            let isObject = kind(container) == .object
            var child = container + 1
            var position = 0
            while child < target {
                let after = isObject && child + 1 < nodeCount ? next(child + 1) : next(child)
                if after > target { break }
                child = after
                position += 1
            }
            pointer += "/" + (isObject ? JSONPointer.escape(string(child)) : String(position))
            container = isObject ? child + 1 : child
        }
        return pointer
    }

    /// The node that a JSON Pointer (RFC 6901) names, or nil where there is none.
    public func node(at pointer: String) -> Int? {
        guard !pointer.isEmpty else { return nodeCount > 0 ? 0 : nil }
        guard pointer.first == "/" else { return nil }
        var node = 0
        for step in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            switch kind(node) {
            case .object:
                guard let value = member(node, named: JSONPointer.unescape(String(step))) else { return nil }
                node = value
            case .array:
                guard let place = Int(step), String(place) == step, place >= 0, place < count(node) else {
                    return nil
                }
                node += 1
                for _ in 0..<place { node = next(node) }
            default: return nil
            }
        }
        return node
    }

    private func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let (left, right) = unsafe (UnsafeRawPointer(left), UnsafeRawPointer(right))
        var index = 0
        while index + 8 <= count {
            let words = unsafe (
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            if words.0 != words.1 { return false }
            index += 8
        }
        while index < count {
            if unsafe left.load(fromByteOffset: index, as: UInt8.self)
                != right.load(fromByteOffset: index, as: UInt8.self)
            {
                return false
            }
            index += 1
        }
        return true
    }
}

/// JSON Pointers, RFC 6901.
public enum JSONPointer {
    /// One step of a pointer: `~` is written as `~0`, `/` as `~1`.
    public static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return name
        }
        return name.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// The name that a step of a pointer stands for.
    public static func unescape(_ step: String) -> String {
        step.replacing("~1", with: "/").replacing("~0", with: "~")
    }
}
