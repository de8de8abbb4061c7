import EventLog
import Events
import Merkle
import Testing

/// Random histories, asked by the log's indexes and by going through all events.
@Suite struct QueryTests {
    fileprivate struct Known {
        let customer: String?
        let type: String
        let actor: String?
        let correlation: String?
        let key: EventKey
    }

    private func random(_ number: Int, _ generator: inout SeededGenerator) -> (IncomingEvent, Known) {
        let customer = "cüst\"\(Int.random(in: 0...12, using: &generator))"
        let isContact = Bool.random(using: &generator)
        let type = isContact ? "contact.logged" : "purchase.completed"
        let actor =
            Bool.random(using: &generator) ? "clerk\\\(Int.random(in: 0...4, using: &generator))" : nil
        let correlation =
            Bool.random(using: &generator) ? "k\(Int.random(in: 0...30, using: &generator))" : nil
        let key = EventKey(source: "urn:s\(Int.random(in: 0...2, using: &generator))", id: "\(number / 2)")
        var value: JSONValue = [
            "specversion": "1.0", "id": .string(key.id), "source": .string(key.source), "type": .string(type),
            "time": "2025-06-01T10:00:00Z", "subject": .string(customer),
            "data": isContact
                ? ["direction": "in", "channel": "phone"] : ["total": "1.00", "currency": "GBP"],
        ]
        if case .object(var object) = value {
            object["authid"] = actor.map(JSONValue.string)
            object["correlationid"] = correlation.map(JSONValue.string)
            value = .object(object)
        }
        return (
            IncomingEvent(value),
            Known(customer: customer, type: type, actor: actor, correlation: correlation, key: key)
        )
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func indexesAgreeWithGoingThroughAllEvents(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let ledger = try TestLedger(
            flushCount: Int.random(in: 1...40, using: &generator),
            flushCountAtClose: Int.random(in: 1...40, using: &generator))
        var log = try ledger.log()
        let opening = Known(
            customer: nil, type: "policy.adopted", actor: nil, correlation: nil,
            key: EventKey(source: "daybook:", id: "opening"))
        var model: [Known] = [opening]
        for round in 0..<40 {
            var batch: [IncomingEvent] = []
            for _ in 0..<Int.random(in: 1...15, using: &generator) {
                let (event, known) = random(model.count, &generator)
                guard !model.contains(where: { $0.key == known.key }) else { continue }
                batch.append(event)
                model.append(known)
            }
            if batch.isEmpty { continue }
            try log.append(batch)
            if Int.random(in: 0...9, using: &generator) == 0 { log = try ledger.reopen() }
            if round % 4 == 3 { try check(log, model, &generator) }
        }
        try check(log, model, &generator)
        let reader = try ledger.reopen()
        try check(reader, model, &generator)
    }

    private func check(_ log: EventLog, _ model: [Known], _ generator: inout SeededGenerator) throws {
        try log.read { view in
            #expect(view.head.rawValue == UInt64(model.count))
            for _ in 0..<20 {
                let filter: LogFilter =
                    switch Int.random(in: 0...3, using: &generator) {
                    case 0: .customer("cüst\"\(Int.random(in: 0...13, using: &generator))")
                    case 1:
                        .type(
                            ["contact.logged", "purchase.completed", "policy.adopted"].randomElement(
                                using: &generator)!)
                    case 2: .actor("clerk\\\(Int.random(in: 0...5, using: &generator))")
                    default: .correlation("k\(Int.random(in: 0...31, using: &generator))")
                    }
                let start = UInt64.random(in: 0...UInt64(model.count), using: &generator)
                let end = UInt64.random(in: start...UInt64(model.count) + 5, using: &generator)
                let order: LogOrder = Bool.random(using: &generator) ? .ascending : .descending
                let limit = Int.random(in: 0...30, using: &generator)
                var expected = model.indices.filter { place in
                    UInt64(place) >= start && UInt64(place) < end && model[place].isMet(by: filter)
                }
                if order == .descending { expected.reverse() }
                let found = try view.positions(
                    filter, from: Position(start), upTo: Position(end), order: order, limit: limit)
                #expect(found.map { Int($0.rawValue) } == Array(expected.prefix(limit)))
            }
            for _ in 0..<20 {
                let known = model.randomElement(using: &generator)!
                let places = model.indices.filter { model[$0].key == known.key }
                #expect(try view.find(known.key).map { Int($0.rawValue) } == places.first)
                let ofID = model.indices.filter { model[$0].key.id == known.key.id }
                #expect(try view.find(id: known.key.id).map { Int($0.rawValue) } == ofID)
            }
            #expect(try view.find(EventKey(source: "urn:none", id: "0")) == nil)
            #expect(try view.find(id: "none").isEmpty)
        }
    }

    @Test func theTreeIsThatOfTheLinesAtEverySize() throws {
        let ledger = try TestLedger(flushCount: 300)
        var log = try ledger.log()
        var generator = SeededGenerator(seed: 3)
        var number = 0
        while number < 1_500 {
            let count = [1, 1, 1, 7, 255, 256, 300].randomElement(using: &generator)!
            try log.append((0..<count).map { event("\(number + $0)") })
            number += count
            if Int.random(in: 0...5, using: &generator) == 0 { log = try ledger.reopen() }
        }
        let lines = try log.allLines()
        var builder = TreeBuilder()
        var roots = [builder.root]
        for line in lines {
            builder.append(TreeHasher.leaf(Array(line.utf8)))
            roots.append(builder.root)
        }
        try log.read { view in
            #expect(view.root == builder.root)
            for size in [0, 1, 2, 255, 256, 257, 511, 512, 513, 1_024, 1_025, lines.count - 1, lines.count] {
                #expect(try view.root(ofFirst: Position(UInt64(size))) == roots[size])
            }
            for index in stride(from: 0, to: lines.count, by: 97) {
                try view.inclusionProof(of: Position(UInt64(index)), amongFirst: view.head)
                    .verify(leaf: TreeHasher.leaf(Array(lines[index].utf8)), root: view.root)
            }
            for earlier in [1, 255, 256, 300, lines.count] {
                try view.consistencyProof(from: Position(UInt64(earlier)))
                    .verify(earlierRoot: roots[earlier], laterRoot: view.root)
            }
        }
    }
}

extension QueryTests.Known {
    fileprivate func isMet(by filter: LogFilter) -> Bool {
        switch filter {
        case .customer(let text): customer == text
        case .type(let text): type == text
        case .actor(let text): actor == text
        case .correlation(let text): correlation == text
        }
    }
}
