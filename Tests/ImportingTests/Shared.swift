import Events
import Foundation

@testable import Importing

/// Where things are that tests read.
enum Place {
    /// The folder of the package.
    static let package: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// Real data that may not be copied into the project; nil where it is absent.
    static let data: String? = {
        let shared = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"] ?? package + "/../shared"
        let path = shared + "/data"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    static func mapping(_ name: String) throws -> Mapping {
        let path = package + "/tools/mappings/\(name).yaml"
        return try Mapping(yaml: String(contentsOfFile: path, encoding: .utf8), file: name + ".yaml")
    }
}

/// A folder that is gone when the test is over.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "daybook-importing-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> ImportInput {
        let path = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return .file(path)
    }

    func file(_ name: String, _ text: String) throws -> ImportInput {
        try file(name, Array(text.utf8))
    }
}

/// Everything that came out of an import.
struct Outcome {
    var events: [String] = []
    var origins: [RecordOrigin] = []
    var recorded: [Int64?] = []
    var rejections: [Rejection] = []
    var skipped: [String: Int] = [:]
    var summaries: [FileSummary] = []

    init(_ inputs: [ImportInput], mapping: Mapping? = nil, options: ImportOptions = ImportOptions()) throws {
        var batches: [MappedBatch] = []
        summaries = try Importer(inputs: inputs, mapping: mapping, options: options).run {
            batches.append($0)
        }
        for batch in batches {
            for event in batch.events {
                events.append(String(decoding: batch.bytes[event.start..<event.end], as: UTF8.self))
                origins.append(event.origin)
                recorded.append(event.recorded?.microseconds)
            }
            rejections += batch.rejections
            for (name, count) in batch.skipped { skipped[name, default: 0] += count }
        }
    }
}

/// A small generator of repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
