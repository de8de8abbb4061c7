import Foundation

/// Reference files: those in `Tests/Golden`, and those that no licence lets us copy, read where they lie.
enum SharedFiles {
    /// The folder of the files that are not copied: `DAYBOOK_SHARED`, or `shared` beside the checkout.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"] {
            return URL(fileURLWithPath: path)
        }
        return tests.deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")
    }()

    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()

    /// CDNOW's customers may be used, but not copied: tests of them run only where they lie beside the checkout.
    static var hasCDNOW: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "golden/data/cdnow_sample.csv").path)
    }

    /// Whether a reference file that is not copied is there.
    static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "golden").appending(path: name).path)
    }

    /// A file of `Tests/Golden`.
    static func golden(_ name: String) throws -> Any {
        try JSONSerialization.jsonObject(
            with: Data(contentsOf: tests.appending(path: "Golden").appending(path: name)))
    }

    /// The array of objects of such a file, under `key` or at the top.
    static func cases(_ name: String, key: String? = nil) throws -> [[String: Any]] {
        let content = try golden(name)
        let list = key.map { (content as? [String: Any])?[$0] ?? [] } ?? content
        return list as? [[String: Any]] ?? []
    }

    /// The rows of a file that is not copied, without the header.
    static func rows(_ name: String) throws -> [[String]] {
        let text = try String(
            contentsOf: folder.appending(path: "golden").appending(path: name), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The names of the columns of such a file.
    static func columns(_ name: String) throws -> [String] {
        let text = try String(
            contentsOf: folder.appending(path: "golden").appending(path: name), encoding: .utf8)
        return text.prefix { !$0.isNewline }.split(separator: ",").map(String.init)
    }

    /// Whether the files that are not copied lie beside the checkout.
    static var isThere: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "golden/README.md").path)
    }

    /// The array of objects under a key of a JSON file that is not copied, or at its top.
    static func cases(inPlace name: String, key: String? = nil) throws -> [[String: Any]] {
        let data = try Data(contentsOf: folder.appending(path: "golden").appending(path: name))
        let content = try JSONSerialization.jsonObject(with: data)
        let list = key.map { (content as? [String: Any])?[$0] ?? [] } ?? content
        return list as? [[String: Any]] ?? []
    }

    /// A JSON file that is not copied.
    static func object(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appending(path: "golden").appending(path: name))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}

extension [String: Any] {
    func number(_ key: String) -> Double { (self[key] as? NSNumber)?.doubleValue ?? .nan }
    func text(_ key: String) -> String { self[key] as? String ?? "" }
    func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
    func numbers(_ key: String) -> [Double] { (self[key] as? [NSNumber] ?? []).map(\.doubleValue) }
    func texts(_ key: String) -> [String] { self[key] as? [String] ?? [] }
}
