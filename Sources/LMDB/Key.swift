/// A key of up to 48 bytes, held in place: building one allocates nothing.
///
/// Numbers are laid down big-endian, so that LMDB's byte order is their order and stock tools can read them.
///
///     Key(3 as UInt8).appending(hash).appending(position)
@frozen
public struct Key: Sendable {
    /// How many bytes fit.
    public static let capacity = 48

    @usableFromInline var storage: InlineArray<48, UInt8>
    @usableFromInline var used: Int

    /// A key of no bytes yet, to be appended to.
    @inlinable
    public init() {
        storage = InlineArray(repeating: 0)
        used = 0
    }

    /// A key of one byte.
    @inlinable
    public init(_ byte: UInt8) {
        self.init()
        append(byte)
    }

    /// A key of four bytes, big-endian.
    @inlinable
    public init(_ number: UInt32) {
        self.init()
        append(number)
    }

    /// A key of eight bytes, big-endian.
    @inlinable
    public init(_ number: UInt64) {
        self.init()
        append(number)
    }

    /// A key of the UTF-8 bytes of a name. Traps beyond 48 bytes.
    public init(_ name: StaticString) {
        self.init()
        for byte in name.description.utf8 { append(byte) }
    }

    /// A key of a copy of these bytes. Traps beyond 48.
    public init(copying bytes: Span<UInt8>) {
        self.init()
        append(bytes)
    }

    /// How many bytes the key has.
    @inlinable
    public var count: Int { used }

    /// The byte at an index from 0.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index < used, "the key has fewer bytes")
        return storage[index]
    }

    /// Appends one byte. Traps when the key is full.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        precondition(used < Key.capacity, "a Key holds 48 bytes; use a Span for longer keys")
        storage[used] = byte
        used += 1
    }

    /// Appends four bytes, big-endian. Traps when the key is full.
    @inlinable
    public mutating func append(_ number: UInt32) {
        precondition(used + 4 <= Key.capacity, "a Key holds 48 bytes; use a Span for longer keys")
        for index in 0..<4 {
            storage[used + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - index * 8))
        }
        used += 4
    }

    /// Appends eight bytes, big-endian. Traps when the key is full.
    @inlinable
    public mutating func append(_ number: UInt64) {
        precondition(used + 8 <= Key.capacity, "a Key holds 48 bytes; use a Span for longer keys")
        for index in 0..<8 {
            storage[used + index] = UInt8(truncatingIfNeeded: number >> UInt64(56 - index * 8))
        }
        used += 8
    }

    /// Appends a copy of these bytes. Traps when the key is full.
    public mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    /// This key with one byte more.
    @inlinable
    public func appending(_ byte: UInt8) -> Key {
        var key = self
        key.append(byte)
        return key
    }

    /// This key with four bytes more, big-endian.
    @inlinable
    public func appending(_ number: UInt32) -> Key {
        var key = self
        key.append(number)
        return key
    }

    /// This key with eight bytes more, big-endian.
    @inlinable
    public func appending(_ number: UInt64) -> Key {
        var key = self
        key.append(number)
        return key
    }

    /// This key with a copy of these bytes behind it.
    public func appending(_ bytes: Span<UInt8>) -> Key {
        var key = self
        key.append(bytes)
        return key
    }

    /// Lends the bytes of the key.
    @inlinable
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let whole = storage.span
        return try body(whole.extracting(0..<used))
    }
}
