import Projection

/// The values of a population, for exact ranks: kept as differences, so that a hundred thousand take little room.
public struct RankTable: Codable, Sendable, Equatable {
    private let ascending: [Int64]

    /// The table of some values, sorted ascending.
    init(ascending values: [Int64]) {
        ascending = values
    }

    /// How many values there are.
    var count: Int { ascending.count }

    /// 1 + how many are strictly greater.
    func rank(_ value: Int64) -> Int {
        count - ascending.partitionPoint { $0 <= value } + 1
    }

    /// The values from the greatest down.
    var descending: some Sequence<Int64> { ascending.reversed() }

    /// Reads a table back.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        var values: [Int64] = []
        var last: UInt64 = 0
        var difference: UInt64 = 0
        var shift: UInt64 = 0
        for byte in text.utf8 {
            let digit = UInt64(byte) &- Self.first
            difference |= (digit & 31) << shift
            shift += 5
            guard digit >= 32 else { continue }
            last &+= difference
            values.append(Int64(bitPattern: last))
            (difference, shift) = (0, 0)
        }
        ascending = values
    }

    /// Writes the differences from value to value in digits of five bits, the lowest first, the last of each marked.
    public func encode(to encoder: any Encoder) throws {
        var text: [UInt8] = []
        var last: UInt64 = 0
        for value in ascending {
            var difference = UInt64(bitPattern: value) &- last
            last = UInt64(bitPattern: value)
            while difference >= 32 {
                text.append(UInt8(Self.first + difference & 31))
                difference >>= 5
            }
            text.append(UInt8(Self.first + 32 + difference))
        }
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: text, as: UTF8.self))
    }

    /// The first of 64 printable characters.
    private static let first: UInt64 = 0x30
}
