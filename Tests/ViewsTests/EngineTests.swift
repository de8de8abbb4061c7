import Crypto
import Events
import Foundation
import Projection
import ReadModels
import Testing
import Views

@Suite("The engine agrees with the definition")
struct EngineTests {
    static let zone = "Asia/Shanghai"

    static func layout(_ generator: inout SeededGenerator) -> LaneLayout {
        func some(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        return LaneLayout(
            factsPerChunk: some(1...9), factsPerBatch: some(1...20), factsPerDirectStretch: some(0...4),
            factsPerMergeStep: some(1...25), eventsPerSegment: some(1...23), eventsPerWorker: some(1...6),
            mergeRatio: some(2...4), bytesOfMeasures: some(0...20_000))
    }

    /// Views of one history, opened, closed and caught up with at random.
    final class Bench {
        let seed: UInt64
        let lines: GrowingLines
        let naive: NaiveModel
        let folder: String
        let zone: Zone
        let currency: Currency
        var generator: SeededGenerator
        var views: Views
        var isWriting = true

        convenience init(seed: UInt64) throws {
            var generator = SeededGenerator(seed: seed &+ 7_777)
            let count = Int.random(in: 1...140, using: &generator)
            try self.init(RandomHistory(seed: seed, count: count).events, seed: seed, generator)
            lines.show(1)
        }

        /// Views of events of which all are shown.
        convenience init(_ events: [JSONValue]) throws {
            try self.init(events, seed: 1, SeededGenerator(seed: 1))
            lines.show(lines.count)
        }

        private init(_ events: [JSONValue], seed: UInt64, _ generator: SeededGenerator) throws {
            self.seed = seed
            self.generator = generator
            lines = GrowingLines(events)
            zone = try Zone(identifier: EngineTests.zone)
            currency = try Currency(code: "CNY")
            naive = NaiveModel(lines: lines, zone: zone, currency: currency)
            folder = FileManager.default.temporaryDirectory.path + "/views-\(UUID().uuidString)"
            views = try Views(
                folder: folder, source: lines, zone: zone, currency: currency, writing: true,
                layout: EngineTests.layout(&self.generator), workers: 1)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func reopen(writing: Bool) throws {
            // The environment of a path is open once in a process: the old views must be gone first.
            views = try Views(
                folder: folder + "-none", source: lines, zone: zone, currency: currency, writing: false)
            views = try Views(
                folder: folder, source: lines, zone: zone, currency: currency, writing: writing,
                layout: EngineTests.layout(&generator), workers: Int.random(in: 1...4, using: &generator))
            isWriting = writing
        }

        func step() throws {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                let before = lines.head()
                lines.show(before + UInt64.random(in: 0...30, using: &generator))
                if isWriting, Bool.random(using: &generator) { try offer(before..<lines.head()) }
            case 4..<6:
                try reopen(writing: Bool.random(using: &generator))
            case 6..<9:
                guard isWriting else { return }
                let batches = Int.random(in: 1...8, using: &generator)
                var done = 0
                try views.catchUp(merging: Bool.random(using: &generator) ? .later : .proportionate) { _, _ in
                    done += 1
                    return done < batches
                }
            default:
                if isWriting { try views.settle() }
            }
        }

        /// Extracts facts of some events as they came, before they were lines, in pieces and with gaps.
        func offer(_ range: Range<UInt64>) throws {
            var next = range.lowerBound
            while next < range.upperBound {
                let end = min(range.upperBound, next + UInt64.random(in: 1...6, using: &generator))
                if Int.random(in: 0..<4, using: &generator) > 0 {
                    let isLine = Bool.random(using: &generator)
                    views.offer(try early(next..<end, asLines: isLine), at: next)
                }
                next = end
            }
        }

        func early(_ range: Range<UInt64>, asLines isLine: Bool) throws -> EarlyFacts {
            var early = views.makeEarlyExtractor()
            let reader = JSONReader()
            for position in range {
                if isLine {
                    early.add(line: lines.line(position).span)
                } else {
                    try reader.parse(Self.asItCame(lines.line(position)))
                    early.add(try Envelope.read(reader, stored: true))
                }
            }
            return early.facts
        }

        /// The members in another order, what the ledger adds left out, and an attribute that is null.
        private static func asItCame(_ line: [UInt8]) throws -> String {
            let members = try JSONValue(parsing: line.span).objectValue!
            let texts = members.filter { $0.name != "recordedtime" }.reversed().map {
                "\"\($0.name)\" : \($0.value.canonicalText)"
            }
            return "{" + texts.joined(separator: " , ") + ",\"correlationid\":null}"
        }

        func randomPoint() throws -> FoldPoint {
            let known = UInt64.random(in: 1...lines.head(), using: &generator)
            let hour = Int64.random(in: -24..<(RandomHistory.days * 24 + 24), using: &generator)
            let instant = Instant(microseconds: (RandomHistory.start + hour * 3_600) * 1_000_000)
            return try point(known, instant)
        }

        func point(_ known: UInt64, _ instant: Instant) throws -> FoldPoint {
            let clock = Clock(instant: instant.microseconds, day: zone.day(of: instant).number)
            return FoldPoint(known: known, clock: clock, rules: try views.rules(known: known, clock: clock))
        }

        func expected(_ point: FoldPoint) throws -> Base {
            try naive.base(known: point.factsKnown, clock: point.clock, catalogue: coreReadModels) { value in
                SHA256.hash(data: value.canonicalBytes).map { String(format: "%02x", $0) }.joined()
            }
        }
    }

    /// Names of customers, also of those who are not in a base.
    struct Names: BaseLookup {
        let views: Views
        let known: UInt64

        func name(of customer: UInt32) throws -> String? { try views.name(of: customer, known: known) }
        func event(at position: UInt64) -> JSONValue? { nil }
    }

    static func rows(_ base: Base, _ names: Names? = nil) throws -> [String: JSONValue] {
        var base = base
        base.lookup = names
        // The naive model has no earlier base: what rows look back to is compared where answers are.
        base.earlier = nil
        var rows: [String: JSONValue] = [:]
        for index in 0..<base.count {
            let row = try coreReadModels.filter { !$0.isReportOnly }.map {
                ($0.name, try $0.row(index, base))
            }
            rows[base.names[index]] = .object(JSONObject(row))
        }
        return rows
    }

    static func reports(_ base: Base) throws -> [JSONValue?] {
        try coreReadModels.map { try $0.report(base, ReportOptions()) }
    }

    @Test(arguments: 0..<UInt64(60))
    func randomHistoriesFoldAsTheDefinitionSays(seed: UInt64) throws {
        let bench = try Bench(seed: seed)
        for _ in 0..<12 {
            for _ in 0..<3 { try bench.step() }
            let point = try bench.randomPoint()
            let expected = try bench.expected(point)
            let found = try bench.views.everybody(at: point, catalogue: coreReadModels, names: true)
            let place: Comment = "seed \(seed), @\(point.factsKnown), \(point.clock.instant)"
            #expect(found.names == expected.names, place)
            #expect(found.customers == expected.customers, place)
            let names = Names(views: bench.views, known: point.factsKnown)
            #expect(try Self.rows(found, names) == Self.rows(expected, names), place)
            #expect(try Self.reports(found) == Self.reports(expected), place)
            for name in expected.names.prefix(4) {
                let one = try #require(
                    try bench.views.customer(name, at: point, catalogue: coreReadModels), place)
                #expect(one.id == name, place)
                #expect(try Self.rows(one.base, names)[name] == Self.rows(expected, names)[name], place)
            }
        }
        #expect(
            bench.views.notes.allSatisfy { !$0.contains("damaged") }, "seed \(seed): \(bench.views.notes)")
    }

    @Test func whatWasExtractedEarlyIsNotReadAgain() throws {
        // The first is the policy; acts on other events are left out, for they are always read from the log.
        let history = RandomHistory(seed: 5, count: 400).events
        let bench = try Bench(
            history.prefix(1)
                + history.filter { event in
                    let type = event["type"]?.stringValue ?? ""
                    return event["subject"] != nil && !type.hasPrefix("customer.")
                        && !type.hasPrefix("event.")
                })
        let views = try Views(
            folder: bench.folder + "-early", source: bench.lines, zone: bench.zone, currency: bench.currency,
            writing: true)
        defer { try? FileManager.default.removeItem(atPath: bench.folder + "-early") }
        let head = bench.lines.count
        for start in stride(from: UInt64(1), to: head, by: 50) {
            let range = start..<min(head, start + 50)
            views.offer(try bench.early(range, asLines: false), at: start)
        }
        let before = bench.lines.lentCount
        try views.catchUp()
        // The policy, and one line of each piece, so that its end is known again.
        #expect(bench.lines.lentCount - before <= Int(head) / 50 + 3)
        #expect(try views.covered() == head)
        let instant = Instant(microseconds: (RandomHistory.start + 200 * 86_400) * 1_000_000)
        let point = try bench.point(head, instant)
        let early = try views.digests(at: point, catalogue: coreReadModels)
        #expect(try early == bench.views.digests(at: point, catalogue: coreReadModels))
    }

    @Test(arguments: 100..<UInt64(120))
    func digestsDependOnNothingButTheLog(seed: UInt64) throws {
        let bench = try Bench(seed: seed)
        bench.lines.show(bench.lines.count)
        let instant = Instant(microseconds: (RandomHistory.start + 200 * 86_400) * 1_000_000)
        let point = try bench.point(bench.lines.count, instant)
        let inMemory = try bench.views.digests(at: point, catalogue: coreReadModels)
        for _ in 0..<10 {
            try bench.step()
            let workers = Int.random(in: 1...4, using: &bench.generator)
            let digests = try bench.views.digests(at: point, catalogue: coreReadModels, workers: workers)
            #expect(digests == inMemory, "seed \(seed)")
        }
        try bench.reopen(writing: true)
        let generation = try bench.views.rebuild(
            at: point, catalogue: coreReadModels, fromLog: Bool.random(using: &bench.generator),
            made: instant,
            build: "test")
        #expect(generation.digests == inMemory, "seed \(seed)")
        let all = try bench.views.verify(
            at: point, catalogue: coreReadModels, sample: nil, generation: generation,
            scratch: bench.folder + "-scratch")
        #expect(all.differences.isEmpty, "seed \(seed)")
        let versions = Dictionary(uniqueKeysWithValues: coreReadModels.map { ($0.name, $0.version) })
        #expect(bench.views.provedPosition(versions: versions) == point.factsKnown)
        let some = try bench.views.verify(
            at: point, catalogue: coreReadModels, sample: 3, generation: generation,
            scratch: bench.folder + "-scratch")
        #expect(some.differences.isEmpty, "seed \(seed)")
    }
}
