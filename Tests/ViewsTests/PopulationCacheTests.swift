import Foundation
import Testing

@testable import Views

/// What is kept of points is used only where it is whole and of this ledger, and what is not used is counted.
struct PopulationCacheTests {
    private let folder = NSTemporaryDirectory() + "daybook-points-\(UUID().uuidString)"
    private let value = Array(#"{"cuts":[1,2,3]}"#.utf8)

    private func cache(_ origin: String = "daybook.local/a") -> PopulationCache {
        PopulationCache(viewsFolder: folder, origin: origin)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/points").map {
            "\(folder)/points/\($0)"
        }
    }

    @Test func whatIsKeptIsFoundByAnotherProgramAndMoreIsAdded() {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        cache().keep(["value": value], of: "@7, day 1")
        cache().keep(["churn": [UInt8(ascii: "1")]], of: "@7, day 1")
        #expect(cache().load("@7, day 1") == ["value": value, "churn": [UInt8(ascii: "1")]])
        #expect(cache().load("@8, day 1").isEmpty)
        #expect(cache().census() == (kept: 1, ignored: 0))
    }

    @Test func anyChangedByteAndAnyCutMakesItUnusable() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        cache().keep(["value": value], of: "@7, day 1")
        let path = try #require(try files().first)
        let whole = try [UInt8](Data(contentsOf: URL(filePath: path)))
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 0x20
            try Data(damaged).write(to: URL(filePath: path))
            #expect(cache().load("@7, day 1").isEmpty, "byte \(place)")
            try Data(whole[..<place]).write(to: URL(filePath: path))
            #expect(cache().load("@7, day 1").isEmpty, "cut at \(place)")
        }
        #expect(cache().census() == (kept: 0, ignored: 1))
        cache().keep(["value": value], of: "@7, day 1")
        #expect(cache().load("@7, day 1") == ["value": value])
    }

    @Test func whatAnotherLedgerKeptIsNotUsed() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        cache().keep(["value": value], of: "@7, day 1")
        let other = cache("daybook.local/b")
        #expect(other.load("@7, day 1").isEmpty)
        // Even under the name that its own file would have.
        let mine = try #require(try files().first)
        other.keep(["value": value], of: "@7, day 1")
        let its = try #require(try files().first { $0 != mine })
        try FileManager.default.removeItem(atPath: its)
        try FileManager.default.copyItem(atPath: mine, toPath: its)
        #expect(other.load("@7, day 1").isEmpty)
        #expect(other.census() == (kept: 0, ignored: 2))
    }

    @Test func thePointsOfLongAgoAreForgotten() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cache = cache()
        for number in 0..<600 { cache.keep(["value": value], of: "@\(number)") }
        #expect(try files().count <= 512)
        #expect(!cache.load("@599").isEmpty)
    }
}
