import Foundation
import Testing

/// `tools/new-view` begins a view from the example, which the tests of the read models compile and run.
@Suite struct TemplateTests {
    private static let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }

    private static func run(_ name: String, in folder: URL) throws -> Int32 {
        let process = Process()
        process.executableURL = root.appending(path: "tools/new-view")
        process.arguments = [name, folder.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private static func text(_ path: String, in folder: URL) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    @Test func aNewViewIsTheExampleUnderItsOwnName() throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "daybook-view-" + UUID().uuidString)
        defer { try? files.removeItem(at: folder) }
        for path in [
            "Sources/ReadModels/Catalogue.swift", "Tests/ReadModelsTests/Template",
            "Tests/Golden/example.json",
        ] {
            let target = folder.appending(path: path)
            try files.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try files.copyItem(at: Self.root.appending(path: path), to: target)
        }
        #expect(try Self.run("gift_cards", in: folder) == 0)
        let model = try Self.text("Sources/ReadModels/GiftCards/GiftCardsModel.swift", in: folder)
        #expect(model.contains("public struct GiftCardsModel: ReadModel"))
        #expect(model.contains("public static let name = \"gift_cards\""))
        #expect(!model.contains("Example") && !model.contains("new-view"))
        let test = try Self.text("Tests/ReadModelsTests/GiftCardsModelTests.swift", in: folder)
        #expect(test.contains("RegisteredReadModel(GiftCardsModel.self)") && test.contains("gift_cards.json"))
        #expect(files.fileExists(atPath: folder.appending(path: "Tests/Golden/gift_cards.json").path))
        let catalogue = try Self.text("Sources/ReadModels/Catalogue.swift", in: folder)
        #expect(catalogue.hasSuffix("    RegisteredReadModel(GiftCardsModel.self),\n]\n"))
        // What is there is not written over, and a name must be one.
        #expect(try Self.run("gift_cards", in: folder) == 73)
        #expect(try Self.run("Gift-Cards", in: folder) == 64)
    }
}
