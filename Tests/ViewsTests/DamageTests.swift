import Events
import Foundation
import LMDB
import Projection
import ReadModels
import Testing
import Views

/// Views are derived: whatever has happened to them, answers stay right and nothing is lost.
@Suite("Views that are not what they should be")
struct DamageTests {
    private let lines: GrowingLines
    private let folder = FileManager.default.temporaryDirectory.path + "/views-\(UUID().uuidString)"
    private let zone: Zone
    private let currency: Currency
    private let layout = LaneLayout(
        factsPerChunk: 8, factsPerBatch: 16, factsPerDirectStretch: 2, factsPerMergeStep: 20,
        eventsPerSegment: 40,
        eventsPerWorker: 10, mergeRatio: 3, bytesOfMeasures: 4_000)

    init() throws {
        lines = GrowingLines(RandomHistory(seed: 4_242, count: 120).events)
        lines.show(120)
        zone = try Zone(identifier: "Asia/Shanghai")
        currency = try Currency(code: "CNY")
    }

    private func open(writing: Bool, _ source: GrowingLines? = nil) throws -> Views {
        try Views(
            folder: folder, source: source ?? lines, zone: zone, currency: currency, writing: writing,
            layout: layout)
    }

    /// The digests of all states, and the names of all customers.
    private func digests(_ views: Views) throws -> [String: String] {
        let instant = Instant(microseconds: (RandomHistory.start + 300 * 86_400) * 1_000_000)
        let clock = Clock(instant: instant.microseconds, day: zone.day(of: instant).number)
        let point = FoldPoint(known: 120, clock: clock, rules: try views.rules(known: 120, clock: clock))
        var result = try views.digests(at: point, catalogue: coreReadModels)
        result["names"] = try views.everybody(at: point, catalogue: coreReadModels, names: true).names
            .joined(separator: ",")
        return result
    }

    /// Makes sound views, spoils them, and looks what a reader and a writer make of them.
    private func check(
        _ spoil: (LMDBEnvironment) throws -> Void, readerNotes: Bool = true, writerNotes: Bool = true
    ) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let expected = try { () throws -> [String: String] in
            let views = try open(writing: true)
            try views.catchUp()
            return try digests(views)
        }()
        try {
            let environment = try LMDBEnvironment(folder: folder, access: .write)
            try spoil(environment)
        }()
        try {
            let reader = try open(writing: false)
            #expect(try digests(reader) == expected)
            #expect(reader.notes.isEmpty != readerNotes, "\(reader.notes)")
        }()
        let writer = try open(writing: true)
        #expect(try digests(writer) == expected)
        try writer.catchUp()
        #expect(try writer.covered() == 120)
        #expect(try digests(writer) == expected)
        #expect(writer.notes.isEmpty != writerNotes, "\(writer.notes)")
    }

    @Test func aKindThatNoProgramKnowsIsNotFolded() throws {
        try check { environment in
            let lane = try environment.database("lane")
            try environment.write { transaction in
                var spoilt: [(key: [UInt8], value: [UInt8])] = []
                try transaction.reading.forEach(in: lane) { key, value in
                    var bytes = [UInt8](copying: value)
                    // The kind of the first fact: see the layout of `Fact`.
                    bytes[60] = 0xEE
                    spoilt.append(([UInt8](copying: key), bytes))
                    return true
                }
                for (key, value) in spoilt {
                    try transaction.put(value.span, for: key.span, in: lane)
                }
            }
        }
    }

    @Test func chunksThatAreCutShortAreNotFolded() throws {
        try check { environment in
            let lane = try environment.database("lane")
            try environment.write { transaction in
                var first: [UInt8] = []
                try transaction.reading.forEach(in: lane) { key, _ in
                    first = [UInt8](copying: key)
                    return false
                }
                try transaction.put([1, 2, 3].span, for: first.span, in: lane)
            }
        }
    }

    @Test func namesThatAreGoneAreReadAgain() throws {
        try check { environment in
            let names = try environment.database("names")
            try environment.write { try $0.empty(names) }
        }
    }

    @Test func viewsOfAnotherLayoutAreMadeAgain() throws {
        try check { environment in
            let meta = try environment.database("meta")
            try environment.write { transaction in
                guard var state = try transaction.reading.copy(of: Key("state"), in: meta) else { return }
                state[0] &+= 1
                try transaction.put(state.span, for: Key("state"), in: meta)
            }
        }
    }

    @Test func aStateThatIsCutShortIsNoState() throws {
        try check { environment in
            let meta = try environment.database("meta")
            try environment.write { try $0.put([1, 0].span, for: Key("state"), in: meta) }
        }
    }

    @Test func aFileThatIsNoEnvironmentIsReplaced() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let rubbish = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        #expect(FileManager.default.createFile(atPath: folder + "/data.mdb", contents: rubbish))
        let reader = try open(writing: false)
        let expected = try digests(reader)
        #expect(!reader.notes.isEmpty)
        let writer = try open(writing: true)
        try writer.catchUp()
        #expect(try digests(writer) == expected)
        #expect(!writer.notes.isEmpty)
    }

    @Test func viewsOfAnotherHistoryAreMadeAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try {
            let other = GrowingLines(RandomHistory(seed: 777, count: 120).events)
            other.show(120)
            try open(writing: true, other).catchUp()
        }()
        let writer = try open(writing: true)
        #expect(!writer.notes.isEmpty)
        try writer.catchUp()
        try FileManager.default.removeItem(atPath: folder)
        #expect(
            try digests(writer)
                == digests(
                    Views(
                        folder: folder + "-none", source: lines, zone: zone, currency: currency,
                        writing: false)))
    }

    @Test func aRebuildThatIsCancelledChangesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let views = try open(writing: true)
        try views.catchUp()
        let before = try digests(views)
        let instant = Instant(microseconds: (RandomHistory.start + 300 * 86_400) * 1_000_000)
        let clock = Clock(instant: instant.microseconds, day: zone.day(of: instant).number)
        let point = FoldPoint(known: 120, clock: clock, rules: try views.rules(known: 120, clock: clock))
        #expect(throws: Cancelled.self) {
            try views.rebuild(
                at: point, catalogue: coreReadModels, fromLog: true, made: instant, build: "test",
                progress: { stage, done, _ in stage == .keeping || done < 50 })
        }
        #expect(views.generations().isEmpty)
        #expect(try digests(views) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/lanes").isEmpty)
        let generation = try views.rebuild(
            at: point, catalogue: coreReadModels, fromLog: true, made: instant, build: "test")
        #expect(generation.digests.allSatisfy { before[$0.key] == $0.value })
        #expect(try digests(views) == before)
    }

    @Test func aLaneIsGoneBackToWhileAQuestionIsStillAtIt() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let views = try open(writing: true)
        try views.catchUp()
        let expected = try digests(views)
        let instant = Instant(microseconds: (RandomHistory.start + 300 * 86_400) * 1_000_000)
        let clock = Clock(instant: instant.microseconds, day: zone.day(of: instant).number)
        let point = FoldPoint(known: 120, clock: clock, rules: try views.rules(known: 120, clock: clock))
        let versions = Dictionary(uniqueKeysWithValues: coreReadModels.map { ($0.name, $0.version) })
        for fromLog in [false, true] {
            _ = try views.rebuild(
                at: point, catalogue: coreReadModels, fromLog: fromLog, made: instant, build: "test")
        }
        // What was begun over the first lane keeps it.
        let asked = try views.supposing(lines.line(0), key: EventKey(source: "/other", id: "other"))
        for _ in 0..<2 {
            try views.cutOver(
                to: nil, versions: versions, by: "eve", because: "test", at: instant, build: "test",
                moved: nil)
            #expect(try digests(views) == expected)
            try views.rollBack(by: "eve", because: "test", at: instant, build: "test")
            #expect(try digests(views) == expected)
        }
        #expect(views.notes.isEmpty)
        #expect(try asked.head() == 121)
    }
}
