import Projection

/// What the views cover, written in the same transaction as what it describes.
struct StoreState: Sendable, Equatable {
    /// Raised with every change of what is stored where.
    static let layoutVersion: UInt32 = 2

    /// The ledger the views are of.
    var origin: String
    /// The facts of the events 0 ..< covered are in the lane.
    var covered: UInt64 = 0
    /// The stable hash of the last covered sealed line: tells another history with the same origin apart.
    var lastLineHash: UInt64 = 0
    /// How many customers have a number.
    var customerCount: UInt32 = 0
    /// How many codes have a number; the first is the empty one.
    var codeCount: UInt32 = 1
    /// The number of the next segment.
    var nextSegment: UInt32 = 1

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.layoutVersion)
        writer.write(UInt32(Fact.layoutVersion))
        writer.write(origin)
        writer.write(covered)
        writer.write(lastLineHash)
        writer.write(customerCount)
        writer.write(codeCount)
        writer.write(nextSegment)
        return writer.bytes
    }

    /// Reads a state; nil where another layout wrote it.
    init?(encoded bytes: [UInt8]) throws(LaneDamage) {
        var reader = ByteReader(bytes)
        guard try reader.number(UInt32.self) == Self.layoutVersion,
            try reader.number(UInt32.self) == UInt32(Fact.layoutVersion)
        else { return nil }
        origin = try reader.text()
        covered = try reader.number()
        lastLineHash = try reader.number()
        customerCount = try reader.number()
        codeCount = try reader.number()
        nextSegment = try reader.number()
    }

    init(origin: String) {
        self.origin = origin
    }
}
