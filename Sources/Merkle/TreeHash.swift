// Unsafe: reads and writes the 32 bytes of a hash in one piece; byte by byte, checking stored hashes would cost
// as much as computing them. What is read lies within a span whose length is checked first.
/// A SHA-256 hash of a leaf or an inner node of the tree: 32 bytes.
@frozen
public struct TreeHash: BitwiseCopyable, Hashable, Sendable {
    /// How many bytes a hash has.
    public static let byteCount = 32

    @usableFromInline var lanes: SIMD32<UInt8>

    init(lanes: SIMD32<UInt8>) {
        self.lanes = lanes
    }

    /// The hash whose bytes these are; nil unless there are exactly 32.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var lanes = SIMD32<UInt8>()
        for (index, byte) in bytes.enumerated() {
            lanes[index] = byte
        }
        self.lanes = lanes
    }

    /// The hash that stands at a byte offset of stored hashes. Traps where fewer than 32 bytes follow.
    public init(at offset: Int, of bytes: Span<UInt8>) {
        precondition(offset >= 0 && offset + Self.byteCount <= bytes.count, "a hash has 32 bytes")
        lanes = unsafe bytes.withUnsafeBytes { bytes in
            unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD32<UInt8>.self)
        }
    }

    /// The hash that this standard base64 text spells; nil unless it spells exactly 32 bytes.
    public init?(base64 text: String) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The same 32 bytes. They are compared as four words: lane by lane, comparing stored hashes would cost half as
    /// much as computing them.
    @inlinable
    public static func == (left: TreeHash, right: TreeHash) -> Bool {
        let left = unsafe unsafeBitCast(left.lanes, to: (UInt64, UInt64, UInt64, UInt64).self)
        let right = unsafe unsafeBitCast(right.lanes, to: (UInt64, UInt64, UInt64, UInt64).self)
        return left == right
    }

    /// The root of the empty tree: SHA-256 of nothing (RFC 6962, section 2.1).
    public static let ofEmptyTree = TreeHasher.hash([])

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Adds the 32 bytes to the end of a buffer.
    public func append(to buffer: inout [UInt8]) {
        unsafe withUnsafeBytes(of: lanes) { unsafe buffer.append(contentsOf: $0) }
    }

    /// Lower-case hexadecimal, 64 characters.
    public var hexText: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Standard base64 with padding, as checkpoints and proofs write hashes.
    public var base64Text: String { Base64.encode(bytes) }
}

extension TreeHash: CustomStringConvertible {
    /// The same as `base64Text`.
    public var description: String { base64Text }
}
