import Foundation

/// A folder of its own for one test, deleted with the test.
final class TemporaryFolder {
    let name = "lmdb-" + UUID().uuidString
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
