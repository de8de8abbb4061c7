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
