import Events
import Testing

@testable import EventLog

@Suite("Packed blocks")
struct PackingTests {
    private static func block(_ lines: [String], packer: BlockPacker) -> [UInt8] {
        var builder = BlockBuilder(first: 40)
        for line in lines {
            builder.append(Array(line.utf8).span, recordedOffset: 1, recorded: 7)
        }
        var value: [UInt8] = []
        builder.finish(into: &value, packer: packer)
        return value
    }

    private static func lines(of block: [UInt8]) throws -> [String] {
        let shape = try BlockShape(block.span, first: 40)
        var lines: [String] = []
        _ = try shape.forEachLine(from: 40, upTo: shape.end, in: block.span) { line in
            lines.append(String(decoding: block[line.range], as: UTF8.self))
            return true
        }
        return lines
    }

    @Test("what is alike is packed, and comes back as it was")
    func packsAndUnpacks() throws {
        let packer = BlockPacker()
        let lines = (0..<400).map { #"{"data":{"total":"\#($0).00"},"type":"purchase.completed"}"# }
        let value = Self.block(lines, packer: packer)
        let isPacked = BlockHeader.isPacked(value.span)
        #expect(isPacked)
        #expect(value.count * 4 < lines.joined().utf8.count)
        let extent = try BlockShape.extent(value.span, first: 40)
        #expect(extent == (440, 7))
        var block: [UInt8] = []
        try BlockHeader.unpacked(value.span, first: 40, by: packer, into: &block)
        #expect(try Self.lines(of: block) == lines)
    }

    @Test("little, and what does not get shorter, stays as it is")
    func leavesTheRest() throws {
        let packer = BlockPacker()
        let small = Self.block(["{}", "{}"], packer: packer)
        #expect(small[0] == BlockHeader.plainCodec)
        var state: UInt64 = 88
        var builder = BlockBuilder(first: 40)
        for _ in 0..<300 {
            let noise = (0..<60).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            }
            builder.append(noise.span, recordedOffset: 1, recorded: 7)
        }
        var value: [UInt8] = []
        builder.finish(into: &value, packer: packer)
        #expect(value[0] == BlockHeader.plainCodec)
        #expect(value.count == BlockHeader.byteCount + 300 * (60 + BlockHeader.entryByteCount))
    }

    @Test(
        "every damaged byte of a packed block is noticed by the block or by its lines", arguments: [1, 2, 3])
    func noticesDamage(seed: UInt64) throws {
        let packer = BlockPacker()
        let lines = (0..<400).map {
            #"{"data":{"total":"\#($0 * Int(seed)).00"},"type":"purchase.completed"}"#
        }
        let value = Self.block(lines, packer: packer)
        var noticed = 0
        for place in stride(from: BlockHeader.byteCount, to: value.count, by: 37) {
            var damaged = value
            damaged[place] ^= UInt8(1 << (place % 8))
            var block: [UInt8] = []
            do {
                try BlockHeader.unpacked(damaged.span, first: 40, by: packer, into: &block)
                // What still unpacks has other lines, which their hashes in the tree give away.
                if try Self.lines(of: block) != lines { noticed += 1 }
            } catch { noticed += 1 }
        }
        #expect(noticed > 0)
        var block: [UInt8] = []
        var isRefused = false
        do {
            let short = value.span.extracting(0..<(value.count - 5))
            try BlockHeader.unpacked(short, first: 40, by: packer, into: &block)
        } catch { isRefused = true }
        #expect(isRefused)
    }
}
