import Foundation
import Merkle
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
private let python = root + "/.build/python/bin/python"

/// Roots and proofs against PyPI's pymerkle, which tools/install puts into a Python of its own.
/// `DAYBOOK_MERKLE_LEAVES=10000000` makes the largest tree so large; it takes some minutes and gigabytes.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: python),
        "there is no Python with pymerkle here: run tools/install --tests"))
struct IndependentTreeTests {
    private static func leaf(_ index: Int) -> TreeHash {
        TreeHasher.leaf((0..<8).map { UInt8(truncatingIfNeeded: index >> (56 - 8 * $0)) })
    }

    private static func hex(_ hashes: [TreeHash]) -> String {
        "[" + hashes.map { "\"\($0.hexText)\"" }.joined(separator: ",") + "]"
    }

    @Test func anIndependentImplementationAgreesOnRootsAndProofs() throws {
        let wanted = ProcessInfo.processInfo.environment["DAYBOOK_MERKLE_LEAVES"].flatMap { Int($0) }
        let largest = wanted ?? 100_000
        let sizes =
            Array(0...1_000) + (0..<40).map { _ in Int.random(in: 1_001...largest) }.sorted() + [largest]
        var tree = GrownTree([])
        var grown = 0
        var lines: [String] = []
        for size in sizes {
            while grown < size {
                tree.append(Self.leaf(grown))
                grown += 1
            }
            let sized = tree.tree(ofSize: UInt64(size))
            let start = "{\"size\":\(size),\"root\":\"\(tree.builder.root.hexText)\""
            lines.append(start + "}")
            guard size > 0 else { continue }
            for _ in 0..<2 {
                let index = UInt64.random(in: 0..<UInt64(size))
                let path = Self.hex(sized.inclusionProof(of: index).hashes)
                lines.append(start + ",\"index\":\(index),\"path\":\(path)}")
                let earlier = UInt64.random(in: 1...UInt64(size))
                let proof = Self.hex(sized.consistencyProof(from: earlier).hashes)
                lines.append(start + ",\"from\":\(earlier),\"path\":\(proof)}")
            }
        }
        #expect(try Self.judged(lines) == "\(lines.count)")
    }

    /// What the independent implementation says: how many cases it agrees with, or where it does not.
    private static func judged(_ lines: [String]) throws -> String {
        let input = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: input) }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [root + "/tools/merkle-peer.py"]
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
