/// Reading the numbers that `Key` lays down.
extension Span where Element == UInt8 {
    /// The 32-bit number whose four bytes begin at `offset`, big-endian. Traps outside the span.
    @inlinable
    public func bigEndianUInt32(at offset: Int) -> UInt32 {
        var number: UInt32 = 0
        for index in offset..<offset + 4 { number = number << 8 | UInt32(self[index]) }
        return number
    }

    /// The 64-bit number whose eight bytes begin at `offset`, big-endian. Traps outside the span.
    @inlinable
    public func bigEndianUInt64(at offset: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in offset..<offset + 8 { number = number << 8 | UInt64(self[index]) }
        return number
    }
}
