import Daybook
import Events
import Foundation
import Terminal

/// Where a command writes: data to standard output, talk to standard error.
struct Console: Sendable {
    /// Standard output.
    static let output = StreamWriter(.output)
    /// Standard error, shared by messages, log lines and progress.
    static let talk: Talk = {
        let writer = StreamWriter(.error)
        return Talk(stream: .detect(.error)) { text in
            // Where standard error cannot be written there is nobody left to tell.
            do {
                try writer.write(text)
                try writer.flush()
            } catch {}
        }
    }()

    /// What standard output can show.
    let stream: StreamCapabilities
    /// The form of the answer.
    let format: OutputFormat

    init(format: OutputFormat) {
        stream = .detect(.output)
        self.format = format
    }

    /// Says what was done or what comes next, below the data that was printed before.
    func say(_ line: String, style: TextStyle = .plain) {
        // A failure is kept by the writer and told at the end, when the output is flushed again.
        do { try Console.output.flush() } catch {}
        Console.talk.say(line, style: style)
    }

    /// Prints lines of data.
    func print(_ lines: [String]) throws {
        for line in lines {
            try Console.output.write(line + "\n")
        }
    }

    /// Prints one answer: as JSON, as one record of a table of values, or as a page for people.
    func print(answer: JSONValue, page: () throws -> [String]) throws {
        switch format {
        case .table: try print(page())
        case .json: try print([JSONText.pretty(answer)])
        case .jsonl: try print([JSONText.compact(answer)])
        case .csv: try csv([answer])
        }
    }

    /// Prints a list: as a JSON array, as lines, as a table of values, or as a page for people.
    func print(records: [JSONValue], page: () throws -> [String]) throws {
        switch format {
        case .table: try print(page())
        case .json: try print([JSONText.pretty(.array(records))])
        case .jsonl: try print(records.map(JSONText.compact))
        case .csv: try csv(records)
        }
    }

    /// Prints a long list without holding it: `list` calls its argument with one record after the other, and is asked
    /// twice for CSV, since the columns are those of all records.
    func stream(_ list: ((JSONValue) throws -> Void) throws -> Void) throws {
        switch format {
        case .table, .jsonl: try list { try print([JSONText.compact($0)]) }
        case .json:
            var isFirst = true
            try list { record in
                try Console.output.write((isFirst ? "[" : ",") + "\n  " + JSONText.pretty(record, indent: 2))
                isFirst = false
            }
            try Console.output.write(isFirst ? "[]\n" : "\n]\n")
        case .csv:
            var columns = FlatColumns()
            try list { columns.add($0) }
            let layout = FlatLayout(columns)
            try Console.output.write(layout.header)
            try list { try Console.output.write(layout.line(of: $0)) }
        }
    }

    /// The layout of pages on standard output.
    func page(zone: Zone?, labels: CodeLabels = .none) -> Page {
        Page(stream: stream, text: FieldText(zone: zone, labels: labels))
    }

    /// The layout of pages about customers: codes are called as people call them, by the ledger's labels, in the
    /// language of the surroundings where they are named in several.
    func page(zone: Zone?, calling labels: JSONValue) -> Page {
        let environment = ProcessInfo.processInfo.environment
        let languages = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }
            .filter { !$0.isEmpty }.map { String($0.prefix { $0 != "_" && $0 != "." }) }
        return page(zone: zone, labels: CodeLabels(labels, languages: languages))
    }

    private func csv(_ records: [JSONValue]) throws {
        try FlatRecords(records).csv { try Console.output.write($0) }
    }
}
