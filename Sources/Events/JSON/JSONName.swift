// Reads the tape's nodes, which C fills.
import CSimdJSON

/// The name of a member, made ready for finding it in many objects.
///
/// Most names differ in length or in their first eight bytes, which the tape has as a number.
public struct JSONName: Sendable {
    /// The name.
    public let text: StaticString
    let length: UInt32
    let prefix: UInt64

    /// A name, in UTF-8 as it stands without escapes.
    public init(_ text: StaticString) {
        self.text = text
        length = UInt32(text.utf8CodeUnitCount)
        prefix = Self.prefix(of: Array(text.description.utf8))
    }

    /// The first eight bytes of a name as ``JSONReader/nameDigest(_:)`` has them: the first one highest, zeros
    /// behind a shorter name.
    static func prefix(of bytes: [UInt8]) -> UInt64 {
        var prefix: UInt64 = 0
        for (place, byte) in bytes.prefix(8).enumerated() { prefix |= UInt64(byte) << UInt64(56 - 8 * place) }
        return prefix
    }

    /// One of 64 bits that tell most names apart.
    @inline(__always)
    static func mark(_ length: UInt32, _ prefix: UInt64) -> UInt64 {
        1 << (((prefix ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }

    /// The marks of several names together: see ``JSONReader/isName(_:oneOf:)``.
    static func marks(of names: [JSONName]) -> UInt64 {
        names.reduce(0) { $0 | mark($1.length, $1.prefix) }
    }
}

extension JSONReader {
    /// Whether the name of a member may be one of those whose marks these are. A few others pass as well.
    @inline(__always)
    func isName(_ index: Int, oneOf marks: UInt64) -> Bool {
        let (length, prefix) = nameDigest(index)
        return JSONName.mark(length, prefix) & marks != 0
    }

    /// Whether a value is a text of so many bytes.
    @inline(__always)
    func isText(_ index: Int, lengthIn lengths: Range<UInt32>) -> Bool {
        let node = node(index)
        return node.kind == JSONKind.string.rawValue && node.length >= lengths.lowerBound
            && node.length < lengths.upperBound
    }

    /// Whether the name of a member is this.
    @inline(__always)
    public func isName(_ index: Int, _ name: JSONName) -> Bool {
        let (length, prefix) = nameDigest(index)
        guard length == name.length, prefix == name.prefix else { return false }
        return length <= 8 || text(index, equals: name.text)
    }

    /// The value of a member of an object, or nil where there is none or the node is no object.
    public func member(_ object: Int, _ name: JSONName) -> Int? {
        guard kind(object) == .object else { return nil }
        let end = next(object)
        var index = object + 1
        while index < end {
            if isName(index, name) { return index + 1 }
            index = next(index + 1)
        }
        return nil
    }
}
