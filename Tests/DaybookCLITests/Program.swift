import Events
import Foundation
import Testing

/// The built program, run as a person or a script runs it.
struct Program {
    /// What came of one run.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The output as JSON.
        func json() throws -> JSONValue { try JSONValue(parsing: output) }
        /// The last line on standard error: what to do next.
        var lastError: String { errors.split(separator: "\n").last.map(String.init) ?? "" }
    }

    /// A folder of the test's own, removed with it.
    final class Folder {
        let path: String

        init() throws {
            path = NSTemporaryDirectory() + "daybook-cli-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        func file(_ name: String, _ text: String) throws -> String {
            let file = path + "/" + name
            try Data(text.utf8).write(to: URL(filePath: file))
            return file
        }

        deinit {
            do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") }
        }
    }

    /// Where the program lies: beside the tests.
    static let path: String = {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: "daybook").path
    }()

    let folder: Folder
    var ledger: String { folder.path + "/ledger" }

    init() throws { folder = try Folder() }

    /// Runs the program with its own ledger, and waits for it.
    func run(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws
        -> Outcome
    {
        try await run(arguments, input: input, environment: environment)
    }

    func run(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) async throws
        -> Outcome
    {
        let name = folder.path + "/" + UUID().uuidString
        for ending in [".out", ".err"] {
            try Data().write(to: URL(filePath: name + ending))
        }
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "DAYBOOK_LEDGER": ledger, "USER": "tester"]
            .merging(environment) { $1 }
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: name + ".out"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: name + ".err"))
        let pipe = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : pipe
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Swift.Void, any Error>) in
            process.terminationHandler = { _ in done.resume() }
            do {
                try process.run()
                if let input {
                    try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                    try pipe.fileHandleForWriting.close()
                }
            } catch {
                done.resume(throwing: error)
            }
        }
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOf: URL(filePath: name + ".out"), encoding: .utf8),
            errors: try String(contentsOf: URL(filePath: name + ".err"), encoding: .utf8))
    }
}
