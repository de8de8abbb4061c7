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
}

extension JSONReader {
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
