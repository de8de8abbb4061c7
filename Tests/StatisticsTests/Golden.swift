import Foundation

/// Reference values: computed with statsmodels, scipy, pingouin and PySAL.
enum Golden {
    /// A file of `Tests/Golden`. Read from the source tree, so that nothing needs bundling.
    static func read(_ name: String) throws -> Any {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Golden")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: name)))
    }

    /// The array of cases of a file, under `key` or at the top.
    static func cases(_ name: String, key: String? = nil) throws -> [[String: Any]] {
        let content = try read(name)
        let list = key.map { (content as? [String: Any])?[$0] ?? [] } ?? content
        return list as? [[String: Any]] ?? []
    }
}

/// Reference values that are not copied, read where they lie: `DAYBOOK_SHARED`, or `shared` beside the checkout.
enum SharedGolden {
    private static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"] {
            return URL(fileURLWithPath: path).appending(path: "golden")
        }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/golden")
    }()

    /// Whether they are there: tests of them are skipped elsewhere.
    static var isThere: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "btyd/fits.json").path)
    }

    /// A JSON file. A number without bound, which JSON does not have, is read as null.
    static func read(_ name: String) throws -> Any {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            .replacing(": Infinity", with: ": null")
        return try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    /// The rows of a CSV file by the names of their columns.
    static func rows(_ name: String) throws -> [[String: String]] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }
}

extension [String: String] {
    func number(_ key: String) -> Double { Double(self[key] ?? "") ?? .nan }
    func integer(_ key: String) -> Int { Int(self[key] ?? "") ?? -1 }
}

extension [String: Any] {
    func number(_ key: String) -> Double { (self[key] as? NSNumber)?.doubleValue ?? .nan }
    func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
    func numbers(_ key: String) -> [Double] { (self[key] as? [NSNumber] ?? []).map(\.doubleValue) }
}

/// Whether two numbers differ by at most `tolerance`.
func near(_ left: Double?, _ right: Double, _ tolerance: Double = 1e-9) -> Bool {
    guard let left else { return false }
    return abs(left - right) <= tolerance
}

/// Whether two numbers differ by at most `tolerance` of the second.
func nearRelative(_ left: Double?, _ right: Double, _ tolerance: Double) -> Bool {
    near(left, right, tolerance * abs(right))
}
