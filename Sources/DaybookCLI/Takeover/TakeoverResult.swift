import Events
import Importing
import Terminal

/// What an import did, or would do.
struct TakeoverResult {
    let tally: ImportTally
    let created: Int
    let existing: Int
    let files: [FileSummary]
    let inputs: [ImportInput]
    let seconds: Double
    let isRehearsal: Bool

    private var skipped: Int { tally.skipped.values.reduce(0, +) }
    private var rate: Double { seconds > 0 ? Double(created + existing) / seconds : 0 }
    private var reasons: [(reason: ImportTally.Reason, occurrence: ImportTally.Occurrence)] {
        tally.reasons.map { (reason: $0.key, occurrence: $0.value) }
            .sorted { ($1.occurrence.count, $0.reason) < ($0.occurrence.count, $1.reason) }
    }

    /// As JSON.
    var answer: JSONValue {
        [
            "created": .number(Double(created)), "existing": .number(Double(existing)),
            "events": .number(Double(tally.events)), "rejected": .number(Double(tally.rejected)),
            "reasons": .array(reasons.map(record)),
            "skipped": .object(
                JSONObject(
                    tally.skipped.sorted { $0.key < $1.key }.map { ($0.key, .number(Double($0.value))) })),
            "files": .array(
                files.map { file in
                    [
                        "file": .string(file.name), "sha256": .string(file.sha256),
                        "bytes": .number(Double(file.bytes)), "records": .number(Double(file.records)),
                    ]
                }),
            "seconds": .number(seconds), "events_per_second": .number(rate.rounded()),
        ]
    }

    private func record(_ reason: ImportTally.Reason, _ occurrence: ImportTally.Occurrence) -> JSONValue {
        [
            "code": .string(reason.code), "pointer": .string(reason.pointer),
            "expected": .string(reason.expected),
            "count": .number(Double(occurrence.count)),
            "first": [
                "file": .string(inputs[occurrence.first.origin.file].description),
                "line": .number(Double(occurrence.first.origin.line)),
                "found": .string(occurrence.first.problem.found),
            ],
        ]
    }

    /// Says it on standard error.
    func tell(_ console: Console) {
        if !reasons.isEmpty {
            console.say("Rejected, by reason:")
            for line in reasonLines(console) { console.say(line) }
        }
        for (rule, count) in tally.skipped.sorted(by: { $0.key < $1.key }) {
            console.say("Left out by rule \(rule): \(Figures.count(count))")
        }
        console.say(summary, style: tally.rejected > 0 ? .warning : .good)
    }

    private func reasonLines(_ console: Console) -> [String] {
        let table = Table(
            columns: [
                .init("Count", alignment: .trailing), .init("Field"), .init("Expected"), .init("First found"),
                .init("First line"),
            ],
            rows: reasons.prefix(20).map { entry in
                let origin = entry.occurrence.first.origin
                let place = inputs.count > 1 ? "\(inputs[origin.file]):\(origin.line)" : "\(origin.line)"
                return [
                    Table.Cell(Figures.count(entry.occurrence.count)), Table.Cell(entry.reason.pointer),
                    Table.Cell(entry.reason.expected), Table.Cell(entry.occurrence.first.problem.found),
                    Table.Cell(place),
                ]
            })
        return table.lines(on: Console.talk.stream, indent: 2)
    }

    private var summary: String {
        let records = files.map(\.records).reduce(0, +)
        var pieces: [String] = []
        if isRehearsal {
            pieces.append(
                "\(Figures.counted(tally.events, "event")) of \(Figures.counted(records, "record")) would be appended"
            )
        } else if created == 0, tally.rejected == 0 {
            pieces.append(
                existing == 0
                    ? "There was nothing to import"
                    : "All \(Figures.counted(existing, "event")) had been there already: nothing changed")
        } else {
            pieces.append("Imported \(Figures.counted(created, "event"))")
            if existing > 0 { pieces.append("\(Figures.count(existing)) had been there already") }
        }
        if tally.rejected > 0 { pieces.append("\(Figures.count(tally.rejected)) rejected") }
        if skipped > 0 { pieces.append("\(Figures.count(skipped)) left out") }
        let speed = rate >= 1 && seconds >= 0.05 ? " (\(Figures.count(Int(rate)))/s)" : ""
        return pieces.joined(separator: ", ") + ", in \(Figures.duration(seconds: seconds))\(speed)."
    }
}
