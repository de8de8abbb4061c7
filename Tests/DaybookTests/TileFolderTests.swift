import Daybook
import Events
import Foundation
import Testing

@Suite struct TileFolderTests {
    private func files(below folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            let path = folder + "/" + name
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            if attributes[.type] as? FileAttributeType == .typeRegular {
                found[name] = try Data(contentsOf: URL(filePath: path))
            }
        }
        return found
    }

    @Test func whatWasWrittenInStepsIsWhatIsWrittenAtOnce() async throws {
        let fixture = try LedgerFixture("2026-03-01T00:00:00Z")
        let ledger = try await fixture.create()
        let steps = fixture.folder + ".steps"
        let once = fixture.folder + ".once"
        defer { for path in [steps, once] { try? FileManager.default.removeItem(atPath: path) } }
        var count = 0
        for size in [3, 100, 255, 256, 257, 600] {
            try await ledger.append(
                (count..<size - 1).map { purchase("o\($0)", "c\($0 % 5)", "2026-01-01T10:00:00Z", "10") })
            count = size - 1
            _ = try await ledger.checkpoint()
            let answer = try await ledger.exportTiles(to: steps)
            #expect(answer["size"]?.integerValue == size)
        }
        #expect(try await ledger.exportTiles(to: steps)["files"] == 1)
        _ = try await ledger.exportTiles(to: once)
        let all = try files(below: once)
        let grown = try files(below: steps)
        // Partial tiles of earlier sizes may stay; all else is the same.
        for (name, data) in all { #expect(grown[name] == data, "\(name)") }
        #expect(
            Set(all.keys) == [
                "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
                "tile/entries/000",
                "tile/entries/001", "tile/entries/002.p/88",
            ])
        #expect(all["tile/0/000"]?.count == 8_192)
        #expect(all["tile/1/000.p/2"]?.count == 64)
        #expect(!grown.keys.contains { $0.hasPrefix("tile/0/000.p") })
        let other = try await LedgerFixture("2026-03-01T00:00:00Z").create()
        _ = try await other.checkpoint()
        await #expect(throws: LedgerError.self) { try await other.exportTiles(to: steps) }
    }
}
