import Events
import Foundation
import LMDB
import Testing

@testable import EventLog

extension EventLog {
    /// Where the events are that meet a condition, as a front end asks for them.
    func positions(
        _ search: LogSearch, meeting condition: ValueExpression, _ order: LogOrder, limit: Int = .max
    ) throws -> [UInt64] {
        var positions: [UInt64] = []
        let makeCheck: @Sendable () -> LineCheck = {
            let reader = JSONReader()
            return { line in
                try reader.parse(line)
                let event = reader.value(0)
                return condition.holds { event.value(at: $0) ?? .null }
            }
        }
        try self.search(search, order: order, within: { .zero..<$0.head }, also: makeCheck) { position, _ in
            if positions.count == limit { return false }
            positions.append(position.rawValue)
            return true
        }
        return positions
    }

    /// Up to where there are columns of values.
    func valuesEnd() throws -> UInt64 {
        try storage.environment.read { try storage.indexes.values.coveredEnd(in: $0) }
    }
}

/// Conditions on values over a whole log: stretches, the tail behind them, and ledgers without any.
@Suite struct ValueSearchTests {
    private static let schema: JSONValue = [
        "type": "object", "x-subject": "optional", "properties": ["secret": ["x-personal": true]],
    ]

    /// A ledger with stretches of so many events, and random ones.
    private func ledger(stretches: UInt64, count: Int, _ random: inout RandomValues) throws -> TestLedger {
        let ledger = try TestLedger(flushCount: 40, flushCountAtClose: 1)
        ledger.options.valueCount = stretches
        ledger.options.search.firstCount = 16
        ledger.options.search.fewCandidates = 2
        ledger.options.search.manyCandidates = 30
        for type in ["test.one", "test.two"] {
            try ledger.options.schemas.register(type: type, version: 1, schema: Self.schema)
        }
        try append(0..<count, to: try ledger.log(), &random)
        return ledger
    }

    private func append(_ numbers: Range<Int>, to log: EventLog, _ random: inout RandomValues) throws {
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 50) {
            let events = (start..<min(start + 50, numbers.upperBound)).map { number in
                guard case .object(var event) = random.event(number).opened else { return JSONValue.null }
                // What is sealed is sealed by the schema here.
                guard case .object(var data) = event["data"] ?? .null else { return JSONValue.null }
                if data["secret"] != nil { data["secret"] = .string("Plaintext-\(number)") }
                event["data"] = .object(data)
                return .object(event)
            }
            try log.append(events.map { IncomingEvent($0) })
        }
    }

    /// All random conditions find what looking at every line finds, in both orders, page by page, with a type and
    /// without.
    private func compare(_ log: EventLog, _ random: inout RandomValues, rounds: Int, _ note: String) throws {
        let lines = try log.allLines().map { try JSONValue(parsing: $0) }
        for _ in 0..<rounds {
            let condition = random.condition()
            var search = LogSearch()
            search.values = condition
            let type = random.pick([nil, "test.one", "test.two"] as [String?])
            search.type = type.map { .exactly($0) }
            let isAscending = random.number(0...1) == 0
            let limit = random.pick([1, 3, 1_000_000])
            var expected = lines.indices.filter { place in
                (type == nil || lines[place]["type"]?.stringValue == type)
                    && condition.holds { lines[place].value(at: $0) ?? .null }
            }
            if !isAscending { expected.reverse() }
            let found = try log.positions(
                search, meeting: condition, isAscending ? .ascending : .descending, limit: limit)
            #expect(
                found == expected.prefix(limit).map(UInt64.init), "\(note): \(condition) of \(type ?? "all")")
        }
    }

    @Test(arguments: [1, 7, 64, 500 as UInt64])
    func conditionsFindWhatLookingAtEveryLineFinds(stretches: UInt64) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed), stretches of \(stretches)")
        var random = RandomValues(seed: seed)
        let ledger = try ledger(stretches: stretches, count: 560, &random)
        try compare(try ledger.log(), &random, rounds: 40, "seed \(seed), as it is")
        // All that was appended is in columns when a log is closed.
        var log = try ledger.reopen()
        #expect(try log.valuesEnd() == 561 / stretches * stretches)
        try compare(log, &random, rounds: 150, "seed \(seed), closed")
        try append(560..<620, to: log, &random)
        try compare(log, &random, rounds: 60, "seed \(seed), with a tail")
        log = try ledger.reopen()
        let findings = try log.verify(VerificationPlan()).findings
        #expect(findings.isEmpty, "seed \(seed): \(findings)")
    }

    @Test func noPersonalValueIsInColumns() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = RandomValues(seed: seed)
        let ledger = try ledger(stretches: 32, count: 400, &random)
        try ledger.close()
        var (columns, plain) = (0, 0)
        try Intruder(folder: ledger.folder).changeStored { key, value in
            if key.starts(with: [LogValues.number, 1]) {
                columns += 1
                if Data(value).range(of: Data("order-".utf8)) != nil { plain += 1 }
            }
            #expect(Data(value).range(of: Data("Plaintext".utf8)) == nil, "seed \(seed): \(key)")
            #expect(Data(value).range(of: Data("v1.0".utf8)) == nil, "seed \(seed): \(key)")
            return false
        }
        #expect(columns == 12 && plain > 0)
        // Sealed values can be anything: every event that has one is looked at.
        let log = try ledger.log()
        var search = LogSearch()
        search.values = .compare("data.secret", .equal, "whatever")
        var seen = 0
        try log.search(search, order: .ascending, within: { .zero..<$0.head }) { _, line in
            if line.text.contains(#""secret":{"$sealed""#) { seen += 1 }
            return true
        }
        #expect(try log.allLines().count { $0.contains(#""secret":{"$sealed""#) } == seen)
    }

    /// A ledger as a program without columns of values left it: searched as it is, and made up for when written.
    @Test func aLedgerOfAnEarlierProgramIsMadeUpFor() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = RandomValues(seed: seed)
        let ledger = try ledger(stretches: 16, count: 300, &random)
        try ledger.close()
        let environment = try LMDBEnvironment(
            folder: ledger.folder + "/log", access: .write, mapByteCount: 1 << 30)
        let database = try environment.database(LogIndexes.database)
        _ = try environment.write { transaction in
            try transaction.delete(
                from: Key(LogValues.number), upTo: Key(LogValues.number + 1), in: database)
        }
        try environment.close()
        let reader = try EventLog(opening: ledger.folder, access: .read, options: ledger.options)
        #expect(try reader.valuesEnd() == 0)
        try compare(reader, &random, rounds: 20, "seed \(seed), without columns")
        #expect(try reader.verify(VerificationPlan()).findings.isEmpty)
        try reader.close()
        let log = try ledger.log()
        let deadline = Date().addingTimeInterval(20)
        while try log.valuesEnd() < 288, Date() < deadline { usleep(10_000) }
        #expect(try log.valuesEnd() == 288)
        try compare(log, &random, rounds: 20, "seed \(seed), made up for")
    }

    @Test func idsAreFoundByTheirIndex() throws {
        var random = RandomValues(seed: 1)
        let ledger = try ledger(stretches: 32, count: 300, &random)
        let log = try ledger.reopen()
        for (condition, expected) in [
            (.compare("id", .equal, "e77"), [78]),
            (.and(.truth("data.none"), .compare("id", .equal, "e77")), []),
            (.among("id", ["e5", "e299", "none"]), [6, 300]),
            (.or(.compare("id", .equal, "e5"), .compare("id", .equal, "e6")), [6, 7]),
        ] as [(ValueExpression, [UInt64])] {
            var search = LogSearch()
            search.values = condition
            #expect(try log.positions(search, meeting: condition, .ascending) == expected)
        }
    }
}
