/// Stored bytes end where a number should go on, or are out of order.
struct BlockDamage: Error {}

extension Span where Element == UInt8 {
    /// Reads a number of seven bits a byte, lowest first, and moves `offset` behind it.
    @inline(__always)
    func varint(at offset: inout Int) throws(BlockDamage) -> UInt64 {
        var place = offset
        guard place < count else { throw BlockDamage() }
        var byte = self[place]
        place += 1
        var number = UInt64(byte & 0x7F)
        var shift: UInt64 = 7
        while byte & 0x80 != 0 {
            guard place < count, shift < 64 else { throw BlockDamage() }
            byte = self[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            shift += 7
        }
        offset = place
        return number
    }

    /// Moves `offset` behind `total` numbers.
    @inline(__always)
    func skipVarints(_ total: Int, at offset: inout Int) throws(BlockDamage) {
        var left = total
        while left > 0 {
            guard offset < count else { throw BlockDamage() }
            if self[offset] & 0x80 == 0 { left -= 1 }
            offset += 1
        }
    }

    /// Reads a number of `width` bytes, lowest first.
    @inline(__always)
    func littleEndian(at offset: Int, width: Int) throws(BlockDamage) -> UInt64 {
        guard offset >= 0, offset + width <= count else { throw BlockDamage() }
        var number: UInt64 = 0
        for index in 0..<width { number |= UInt64(self[offset + index]) << UInt64(index * 8) }
        return number
    }
}

extension MutableSpan where Element == UInt8 {
    /// Writes a number of seven bits a byte, lowest first, and moves `offset` behind it.
    @inline(__always)
    mutating func putVarint(_ number: UInt64, at offset: inout Int) {
        var rest = number
        while rest >= 0x80 {
            self[offset] = UInt8(truncatingIfNeeded: rest) | 0x80
            offset += 1
            rest >>= 7
        }
        self[offset] = UInt8(truncatingIfNeeded: rest)
        offset += 1
    }

    /// Writes the lowest `width` bytes of a number, lowest first, and moves `offset` behind them.
    @inline(__always)
    mutating func putLittleEndian(_ number: UInt64, width: Int, at offset: inout Int) {
        for index in 0..<width {
            self[offset + index] = UInt8(truncatingIfNeeded: number >> UInt64(index * 8))
        }
        offset += width
    }
}

/// How many bytes `putVarint` writes.
@inline(__always)
func varintByteCount(_ number: UInt64) -> Int {
    (70 - (number | 1).leadingZeroBitCount) / 7
}
