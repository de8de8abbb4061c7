import Events
import LMDB
import Testing

@testable import EventLog

/// What `verify` says of indexes and columns that would hide an event from a search.
@Suite struct VerifyIndexTests {
    private static let count = 1_400
    private let ledger: TestLedger
    private var intruder: Intruder { Intruder(folder: ledger.folder) }

    init() throws {
        ledger = try TestLedger(flushCount: 300, flushCountAtClose: 0)
        let log = try ledger.log()
        for start in stride(from: 1, to: Self.count, by: 100) {
            let end = min(start + 100, Self.count)
            try log.append(
                (start..<end).map { number in
                    event(
                        "e\(number)", number % 3 == 0 ? "contact.logged" : "purchase.completed",
                        of: "c\(number % 17)", at: "2025-06-01T10:\(10 + number % 40):00Z",
                        data: number % 3 == 0
                            ? #"{"direction":"in","channel":"phone"}"#
                            : #"{"total":"12.50","currency":"GBP"}"#,
                        source: "urn:s\(number % 2)",
                        more:
                            #","authid":"a\#(number % 5)","causationid":"e\#(number / 9)","correlationid":"r""#
                    )
                })
        }
        try ledger.close()
    }

    private func findings(values: Bool = true) throws -> [LogFinding] {
        let opened = try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
        defer { try? opened.close() }
        var plan = VerificationPlan()
        plan.values = values
        return try opened.verify(plan).findings
    }

    @Test func indexesThatAreMadeAnewAreSound() throws {
        #expect(try findings().isEmpty)
        try intruder.index()
        #expect(try findings().isEmpty)
    }

    @Test(arguments: IndexKind.allCases)
    func anEventThatAnIndexForgotIsNamed(kind: IndexKind) throws {
        try intruder.index(postings: { position, keys in if position == 77 { keys[kind] = 0 } })
        let finding = try #require(try findings().first)
        #expect(finding.kind == .index)
        #expect(finding.position == 77)
        #expect(try findings(values: false).isEmpty)
    }

    @Test(arguments: IndexKind.allCases)
    func anEventThatAnIndexListsUnderAnotherKeyIsFound(kind: IndexKind) throws {
        try intruder.index(postings: { position, keys in if position == 600 { keys[kind] ^= 0xFF0 } })
        let finding = try #require(try findings().first)
        #expect(finding.kind == .index)
        #expect(finding.position == 600)
    }

    @Test(
        arguments: ["type", "actor", "source", "channel", "time"], [1, 299, 300, 1_101, 1_399] as [UInt64])
    func anEventOfWhichTheColumnsSaySomethingElseIsNamed(attribute: String, position: UInt64) throws {
        try intruder.index(columns: { place, keys, time in
            guard place == position || place == position + 9 else { return }
            switch attribute {
            case "type": keys[.type] ^= 0x100_0000
            case "actor": keys[.actor] = 0
            case "source": keys.source ^= 1
            case "channel": keys.channel ^= 1
            default: time += 60_000_000
            }
        })
        let finding = try #require(try findings().first)
        #expect(finding.kind == .index)
        #expect(finding.position == position)
        #expect(finding.message.contains(attribute))
        #expect(try findings(values: false).isEmpty)
    }

    @Test func columnsThatLackAChunkOrReachTooFarAreFound() throws {
        let chunk: [UInt8] = [0x40, 1]
        try intruder.index()
        try intruder.changeStored { key, value in
            guard key.starts(with: chunk), key.count == 10, key[8] == 1, key[9] == 44 else { return false }
            value = []
            return true
        }
        let finding = try #require(try findings().first)
        #expect(finding.kind == .index)
        #expect(finding.position == 300)
        try intruder.index()
        try intruder.changeStored { key, value in
            guard key == [0x40, 0] else { return false }
            value[6] += 1
            return true
        }
        #expect(try findings().first?.kind == .index)
    }

    /// Whatever byte of the indexes and columns is changed: it is found, or no search answers otherwise.
    @Test func noChangedByteHidesAnEventUnnoticed() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let expected = try answers()
        for _ in 0..<40 {
            var places: [[UInt8]: Int] = [:]
            try intruder.changeStored { key, value in
                places[key] = value.count
                return false
            }
            let all = places.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let (key, count) = try #require(all.randomElement(using: &generator))
            let place = Int.random(in: 0..<count, using: &generator)
            let mask = UInt8.random(in: 1...255, using: &generator)
            try intruder.changeStored { other, value in
                guard other == key else { return false }
                value[place] ^= mask
                return true
            }
            if try findings().isEmpty {
                let found = try answers()
                #expect(found == expected, "seed \(seed): byte \(place) of \(key)")
            }
            try intruder.index()
        }
    }

    private func askValues(
        _ condition: ValueExpression, _ log: EventLog, _ answers: inout [[UInt64]]
    ) throws {
        var search = LogSearch()
        search.values = condition
        answers.append(try log.positions(search, meeting: condition, .ascending))
    }

    @Test func valuesThatAreMissingAreFound() throws {
        try intruder.index()
        try intruder.changeStored { key, value in
            guard key.starts(with: [0x41, 1]), key[9] == 200 else { return false }
            value = []
            return true
        }
        let finding = try #require(try findings().first)
        #expect(finding.kind == .index)
        #expect(finding.position == 200)
    }

    @Test func valuesThatSaySomethingElseThanTheLinesAreFound() throws {
        try intruder.index()
        try intruder.changeStored { key, value in
            guard key.starts(with: [0x41, 1]), key[9] == 200 else { return false }
            value[value.count - 1] ^= 1
            return true
        }
        let finding = try #require(try findings().first)
        #expect(finding.kind == .index)
        #expect(finding.position == 200)
        #expect(try findings(values: false).isEmpty)
    }

    /// What some searches and lookups find.
    private func answers() throws -> [[UInt64]] {
        let log = try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
        defer { try? log.close() }
        var answers: [[UInt64]] = []
        func ask(_ set: (inout LogSearch) throws -> Void) throws {
            var search = LogSearch()
            try set(&search)
            var positions: [UInt64] = []
            try log.search(search, order: .ascending, within: { .zero..<$0.head }) { position, _ in
                positions.append(position.rawValue)
                return true
            }
            answers.append(positions)
        }
        for number in 0..<17 { try ask { $0.customers = ["c\(number)"] } }
        for number in 0..<5 { try ask { $0.actor = "a\(number)" } }
        for number in 0..<160 { try ask { $0.causation = "e\(number)" } }
        for type in ["contact.logged", "purchase.completed"] {
            for source in ["urn:s0", "urn:s1"] {
                try ask {
                    $0.type = .exactly(type)
                    $0.source = source
                }
            }
        }
        for (path, literal) in [
            ("data.minutes", "17"), ("subject", "c3"), ("data.total", "12.50"), ("data.channel", "phone"),
        ] as [(String, JSONValue)] {
            try askValues(.compare(path, .equal, literal), log, &answers)
            try askValues(.not(.compare(path, .less, literal)), log, &answers)
        }
        try ask { $0.correlation = "r" }
        try ask { $0.channel = "phone" }
        try ask { $0.from = try Instant(parsing: "2025-06-01T10:30:00Z") }
        answers.append(
            try log.read { view in
                try (1..<Self.count).flatMap { try view.find(id: "e\($0)").map(\.rawValue) }
            })
        return answers
    }
}
