import Events
import Foundation

/// Debian's list of ISO 4217 codes.
enum IsoCodes {
    private static let path = "/usr/share/iso-codes/json/iso_4217.json"

    static let exists = FileManager.default.fileExists(atPath: path)

    static func codes() throws -> Set<String> {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let entries = try JSONValue(parsing: bytes.span)["4217"]?.arrayValue ?? []
        return Set(entries.compactMap { $0["alpha_3"]?.stringValue })
    }
}
