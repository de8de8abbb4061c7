import Daybook
import Events
import Importing
import Terminal

/// One import: reads, maps, appends, and keeps count.
struct TakeoverRun {
    let inputs: [ImportInput]
    let mapping: Mapping?
    let recorded: RecordedSource
    let rejects: String?

    /// Maps everything and checks it by the schemas, and writes nothing.
    func rehearse(showing count: Int) throws -> Rehearsal {
        var tally = ImportTally()
        var first: [JSONValue] = []
        let reader = JSONReader()
        let progress = Progress("Reading", unit: "records", talk: Console.talk)
        let files = try reading { importer in
            try importer.run { batch in
                tally.add(batch)
                for index in batch.events.indices {
                    let text = batch.withEvent(index, Self.copy)
                    if let problem = Self.problem(with: text, reader) {
                        tally.reject(
                            Rejection(origin: batch.events[index].origin, problem: problem, raw: text))
                    } else if first.count < count {
                        first.append(reader.value(0))
                    }
                }
                Self.show(batch.progress, on: progress, done: nil)
            }
        }
        let seconds = progress.finish()
        let result = TakeoverResult(
            tally: tally, created: 0, existing: 0, files: files, inputs: inputs, seconds: seconds,
            isRehearsal: true)
        return Rehearsal(firstEvents: first, result: result)
    }

    /// Maps everything and appends it, batch by batch.
    func take(into ledger: Ledger, actor: String) throws -> TakeoverResult {
        let rejectsFile = try reading { _ in try rejects.map { try RejectsFile(path: $0, inputs: inputs) } }
        var counts = [FileCounts](repeating: FileCounts(), count: inputs.count)
        var tally = ImportTally()
        var done: UInt64 = 0
        let progress = Progress("Importing", unit: "events", talk: Console.talk)
        let files = try reading { importer in
            try importer.run(preparing: { try Self.prepare($0, for: ledger) }) { batch, prepared in
                tally.add(batch)
                try setAside(batch.rejections, rejectsFile, &counts)
                try append(batch, prepared, to: ledger, rejectsFile, &counts, &tally)
                done += UInt64(batch.events.count)
                Self.show(batch.progress, on: progress, done: done)
            }
        }
        try reading { _ in try rejectsFile?.flush() }
        for (file, count) in zip(files, counts) where count.created > 0 {
            try ledger.completeTakeover(
                file: file.name, sha256: file.sha256, counts: count.members(records: file.records),
                recorded: recorded.rawValue, actor: actor)
        }
        return TakeoverResult(
            tally: tally, created: counts.map(\.created).reduce(0, +),
            existing: counts.map(\.existing).reduce(0, +),
            files: files, inputs: inputs, seconds: progress.finish(), isRehearsal: false)
    }

    // MARK: Batches

    private func setAside(
        _ rejections: [Rejection], _ file: RejectsFile?, _ counts: inout [FileCounts]
    ) throws {
        guard let first = rejections.first else { return }
        guard let file else {
            throw refusal(rejections.map { ($0.origin, $0.problem) }, first: first.origin, after: counts)
        }
        for rejection in rejections {
            counts[rejection.origin.file].rejected += 1
            try file.append(rejection)
        }
    }

    private static func prepare(_ batch: MappedBatch, for ledger: Ledger) throws -> PreparedTakeover {
        try ledger.prepareTakeover(batch.bytes, batch.events.map { $0.start..<$0.end })
    }

    private func append(
        _ batch: MappedBatch, _ prepared: PreparedTakeover, to ledger: Ledger, _ rejectsFile: RejectsFile?,
        _ counts: inout [FileCounts], _ tally: inout ImportTally
    ) throws {
        guard !batch.events.isEmpty else { return }
        let outcome: TakeoverOutcome
        do {
            outcome = try ledger.takeOver(
                prepared, recorded: recorded.rawValue, settingAside: rejectsFile != nil)
        } catch {
            let problems = error.problems.compactMap { problem -> (RecordOrigin, EventProblem)? in
                guard let number = problem.eventNumber, batch.events.indices.contains(number - 1) else {
                    return nil
                }
                return (batch.events[number - 1].origin, problem)
            }
            guard let first = problems.first else { throw error }
            throw refusal(problems, first: first.0, after: counts, status: ExitStatus(error.category))
        }
        var rejections: [Rejection] = []
        for problem in outcome.refused {
            guard let number = problem.eventNumber else { continue }
            let rejection = Rejection(
                origin: batch.events[number - 1].origin, problem: problem,
                raw: batch.withEvent(number - 1, Self.copy))
            tally.reject(rejection)
            rejections.append(rejection)
        }
        try setAside(rejections, rejectsFile, &counts)
        let file = batch.events[0].origin.file
        counts[file].created += outcome.created
        counts[file].existing += outcome.existing
    }

    /// What ends an import without `--rejects`: the first bad lines, and what to do about them.
    private func refusal(
        _ problems: [(RecordOrigin, EventProblem)], first: RecordOrigin, after counts: [FileCounts],
        status: ExitStatus = .badData
    ) -> Failure {
        let created = counts.map(\.created).reduce(0, +)
        let written =
            created == 0
            ? "Nothing was written."
            : "\(Figures.counted(created, "event")) before its batch were written, nothing of its batch was."
        var lines = ["\(inputs[first.file]), line \(first.line): a record was refused. \(written)"]
        for (origin, problem) in problems.prefix(5) {
            var problem = problem
            problem.eventNumber = nil
            problem.line = origin.line
            lines.append(problem.description)
        }
        if problems.count > 5 { lines.append("and \(Figures.count(problems.count - 5)) more in this batch") }
        return Failure(
            status, lines.joined(separator: "\n"),
            remedy: isUnmappedCSV(first.file)
                ? "By its name it is CSV: say with --mapping FILE how its rows become events (daybook help mapping)."
                : "Set bad lines aside with --rejects FILE, or see them all with --dry-run. Then run the import again."
        )
    }

    private func isUnmappedCSV(_ file: Int) -> Bool {
        guard mapping == nil, case .file(let path) = inputs[file] else { return false }
        let name = path.lowercased()
        return [".csv", ".tsv", ".csv.gz", ".tsv.gz"].contains { name.hasSuffix($0) }
    }

    // MARK: Reading

    /// Runs something that reads or writes files, and gives its errors their exit status.
    private func reading<Result>(_ body: (Importer) throws -> Result) throws -> Result {
        let importer = Importer(inputs: inputs, mapping: mapping, options: ImportOptions(recorded: recorded))
        do {
            return try body(importer)
        } catch let error as SourceError {
            let status: ExitStatus =
                switch error.code {
                case .cannotOpen: .noInput
                case .inputOutput: .inputOutput
                case .encoding, .compression, .structure: .badData
                }
            // The message says what to do about the file; what was written before is known again.
            let remedy = "Then run the import again: what was imported before is passed over."
            throw Failure(
                status, error.description, remedy: status == .badData ? remedy : status.remedy)
        }
    }

    private static func problem(with text: [UInt8], _ reader: JSONReader) -> EventProblem? {
        do throws(JSONError) { try reader.parse(text) } catch { return EventProblem(error) }
        do throws(EventProblem) {
            try SchemaRegistry.builtIn.validate(Envelope.read(reader, node: 0))
            return nil
        } catch { return error }
    }

    private static func copy(_ span: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(span.count)
        for index in span.indices { bytes.append(span[index]) }
        return bytes
    }

    private static func show(_ read: ReadProgress, on progress: Progress, done: UInt64?) {
        if let total = read.eventsToCome, let done {
            progress.update(done: done, of: UInt64(total))
        } else {
            let fraction = read.totalBytes.map { $0 > 0 ? Double(read.bytesRead) / Double($0) : 1 }
            progress.update(done: done ?? UInt64(read.records), fraction: fraction)
        }
    }
}

/// What became of the records of one file.
struct FileCounts {
    var created = 0
    var existing = 0
    var rejected = 0

    func members(records: Int) -> [(String, Int)] {
        [("records", records), ("created", created), ("existing", existing), ("rejected", rejected)]
    }
}

/// A dry run: the first events as they would be written, and the counts.
struct Rehearsal {
    let firstEvents: [JSONValue]
    let result: TakeoverResult

    var answer: JSONValue {
        var answer = result.answer.objectValue ?? JSONObject()
        answer["first_events"] = .array(firstEvents)
        return .object(answer)
    }
}
