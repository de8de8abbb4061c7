import Events
import Foundation
import Testing

@testable import Importing

/// Sorting by recorded time: the same as a plain sort, whatever fits in memory.
@Suite struct OrderingTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    struct Event: Equatable {
        var recorded: Int64
        var text: String
    }

    /// Files of random events with few different times, so that there are many ties.
    func files(seed: UInt64, files: Int, events: Int) throws -> (inputs: [ImportInput], naive: [Event]) {
        var generator = SeededGenerator(seed: seed)
        var inputs: [ImportInput] = []
        var all: [Event] = []
        for file in 0..<files {
            var lines: [String] = []
            for number in 0..<Int.random(in: 0...events, using: &generator) {
                let seconds = Int64.random(in: 0...60, using: &generator)
                let time = Instant(microseconds: 1_700_000_000_000_000 + seconds * 1_000_000)
                let pad = String(repeating: "x", count: .random(in: 0...400, using: &generator))
                let line =
                    #"{"id":"\#(file)-\#(number)","pad":"\#(pad)","recordedtime":"\#(time)","time":"\#(time)"}"#
                lines.append(line)
                all.append(Event(recorded: time.microseconds, text: line))
            }
            inputs.append(try scratch.file("file-\(file)", lines.joined(separator: "\n")))
        }
        // The standard library's sort is stable: ties stay in file order.
        return (inputs, all.sorted { $0.recorded < $1.recorded })
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6], [4_000, 50_000, 1 << 27])
    func equalsAPlainStableSortInAnyMemory(_ seed: UInt64, _ memory: Int) throws {
        let (inputs, naive) = try files(seed: seed, files: Int(seed), events: 300)
        for recorded in [RecordedSource.effective, .field] {
            let outcome = try Outcome(
                inputs,
                options: ImportOptions(
                    recorded: recorded, reading: ReadingOptions(batchRecords: 17), sortMemoryBytes: memory,
                    temporaryFolder: scratch.path))
            #expect(outcome.events == naive.map(\.text), "seed \(seed)")
            #expect(outcome.recorded == naive.map(\.recorded), "seed \(seed)")
            let leftOver = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
            #expect(leftOver.allSatisfy { $0.hasPrefix("file-") }, "a sort file was left: \(leftOver)")
        }
    }

    @Test func originsSurviveTheSortAndRejectionsComeFirst() throws {
        let first = try scratch.file(
            "a",
            #"{"id":1,"time":"2024-01-03T00:00:00Z"}"# + "\n{\n" + #"{"id":2,"time":"2024-01-01T00:00:00Z"}"#)
        let second = try scratch.file("b", #"{"id":3,"time":"2024-01-02T00:00:00Z"}"# + "\n" + #"{"id":4}"#)
        let outcome = try Outcome(
            [first, second],
            options: ImportOptions(recorded: .effective, sortMemoryBytes: 200, temporaryFolder: scratch.path))
        #expect(outcome.origins.map { [$0.file, $0.line] } == [[0, 3], [1, 1], [0, 1]])
        #expect(outcome.rejections.map { [$0.origin.file, $0.origin.line] } == [[0, 2], [1, 2]])
        #expect(outcome.rejections.map(\.problem.code) == ["not_json", "missing"])
    }

    @Test func aBrokenFileIsFoundBeforeAnyEventIsHandedOn() throws {
        let good = try scratch.file("good", #"{"id":1,"time":"2024-01-03T00:00:00Z"}"#)
        let bad = try scratch.file("bad.gz", ReadingTests.gzip(Array("{}\n".utf8)).dropLast(2))
        var events = 0
        #expect(throws: SourceError.self) {
            try Importer(inputs: [good, bad], mapping: nil, options: ImportOptions(recorded: .effective)).run
            {
                events += $0.events.count
            }
        }
        #expect(events == 0)
    }

    @Test func whatIsSpilledCannotBeReadWithoutTheKey() throws {
        let file = try SpillFile(folder: scratch.path)
        let plain = Array("a very personal line, repeated: Alice Ashdown, Alice Ashdown".utf8)
        let block = try file.write(plain)
        #expect(block.length == plain.count + 28)
        #expect(try file.read(block) == plain)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        // What lies on disk, through the descriptor that this process still holds.
        let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        for link in links {
            let path = "/proc/self/fd/\(link)"
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path),
                target.contains(scratch.path), let bytes = FileManager.default.contents(atPath: path)
            else { continue }
            #expect(bytes.range(of: Data("Alice".utf8)) == nil)
        }
    }

    @Test func whoeverConsumesCanStopTheImport() throws {
        let lines = (0..<50_000).map { "{\"id\":\($0)}" }.joined(separator: "\n")
        let input = try scratch.file("many", lines)
        struct Stop: Error {}
        var batches = 0
        #expect(throws: Stop.self) {
            try Importer(
                inputs: [input], mapping: nil,
                options: ImportOptions(reading: ReadingOptions(batchRecords: 10))
            ).run { _ in
                batches += 1
                if batches == 3 { throw Stop() }
            }
        }
        #expect(batches == 3)
    }

    @Test func theRejectsFileIsReadableByItsOwnerOnlyAndKeepsTheRawLine() throws {
        let input = try scratch.file("in", Array("{\"a\":1,\"a\":2}\n".utf8) + [0x7B, 0xFF, 0x0A])
        let outcome = try Outcome([input], mapping: try MappingTests.mapping("a: $a"))
        let path = scratch.path + "/rejects"
        let rejects = try RejectsFile(path: path, inputs: [input])
        for rejection in outcome.rejections { try rejects.append(rejection) }
        try rejects.flush()
        #expect(rejects.count == 2)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let first = try JSONValue(parsing: String(lines[0]))
        #expect(first.value(at: "line")?.canonicalText == "1")
        #expect(first.value(at: "raw")?.canonicalText == #""{\"a\":1,\"a\":2}""#)
        #expect(try JSONValue(parsing: String(lines[1])).value(at: "raw_base64")?.canonicalText == "\"e/8=\"")
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }
}
