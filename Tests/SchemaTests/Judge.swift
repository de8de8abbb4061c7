import Events
import Foundation

/// The independent validator: tools/check-schemas.py, which uses PyPI's jsonschema.
enum Judge {
    /// The Python that has jsonschema: `DAYBOOK_PYTHON` where set, else one of the usual ones; nil where there
    /// is none. tools/test installs it and fails without it.
    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["DAYBOOK_PYTHON"].map { [$0] } ?? []
        return (named + ["python3", "/usr/bin/python3"]).first { python in
            (try? run(python, ["-c", "import jsonschema"], input: Data()))?.status == 0
        }
    }()

    static let script = SchemaFolder.root.appendingPathComponent("tools/check-schemas.py").path

    /// What the independent validator says of data, each as the type's schema.
    static func verdicts(on cases: [(type: String, data: JSONValue)]) throws -> [Bool] {
        let lines = cases.map {
            JSONValue.object(JSONObject([("type", .string($0.type)), ("data", $0.data)]))
        }
        let input = Data(lines.map { $0.canonicalText + "\n" }.joined().utf8)
        let (status, output) = try run(python ?? "python3", [script, "--judge"], input: input)
        guard status == 0 else { throw Failure(status: status) }
        return output.split(separator: "\n").map { $0 == "true" }
    }

    struct Failure: Error {
        let status: Int32
    }

    /// Runs a program to its end, with `input` as its standard input, and gives its standard output.
    static func run(_ program: String, _ arguments: [String], input: Data) throws -> (
        status: Int32, output: String
    ) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: both ends of a pipe would have to be served at once.
        let (source, sink) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try input.write(to: source)
        try Data().write(to: sink)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: sink)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: sink, encoding: .utf8))
    }
}
