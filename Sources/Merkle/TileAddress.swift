/// Where a tile stands in the tree (C2SP tlog-tiles).
///
/// The tile (level l, index n) holds the hashes of the 256 subtrees of 256^l leaves that follow from leaf
/// n · 256^(l+1). The tile at the right edge of a level may hold fewer.
public struct TileAddress: Hashable, Sendable {
    /// How many hashes a full tile holds.
    public static let fullWidth = 256
    /// How many levels of the binary tree one level of tiles spans.
    static let height = 8

    /// The level: 0 holds leaf hashes.
    public let level: Int
    /// The index of the tile within its level.
    public let index: UInt64

    /// The address of a tile.
    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// How many hashes this tile holds in a tree of so many leaves: 0 to 256.
    public func width(inTreeOf size: UInt64) -> Int {
        let hashes = level * Self.height >= 64 ? 0 : size >> UInt64(level * Self.height)
        let first = index * UInt64(Self.fullWidth)
        return hashes <= first ? 0 : Int(min(hashes - first, UInt64(Self.fullWidth)))
    }

    /// How many levels of tiles a tree of so many leaves has.
    public static func levelCount(inTreeOf size: UInt64) -> Int {
        var count = 0
        var rest = size
        while rest > 0 {
            count += 1
            rest >>= UInt64(height)
        }
        return count
    }

    /// The path under which a tile of this width is published: `tile/0/x001/x234/067`, with `.p/112` behind
    /// it where the tile is partial.
    public func path(width: Int) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        var path = "tile/\(level)"
        for (place, group) in groups.enumerated().reversed() {
            path += place == 0 ? "/\(group)" : "/x\(group)"
        }
        return width == Self.fullWidth ? path : path + ".p/\(width)"
    }
}
