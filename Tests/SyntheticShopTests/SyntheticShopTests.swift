import Events
import Testing

@testable import SyntheticShop

@Suite struct SyntheticShopTests {
    static let shop = SyntheticShop(seed: 7, customers: 300, days: 700)

    static func lines(_ shop: SyntheticShop) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        shop.forEachEvent { line in
            var bytes: [UInt8] = []
            for index in 0..<line.count { bytes.append(line[index]) }
            lines.append(bytes)
        }
        return lines
    }

    @Test(arguments: SyntheticShop.Profile.allCases)
    func theSameSeedGivesTheSameBytesAndAnotherSeedOthers(_ profile: SyntheticShop.Profile) {
        let make = { (seed: UInt64) in
            Self.lines(SyntheticShop(seed: seed, customers: 60, days: 200, profile: profile))
        }
        let first = make(1)
        #expect(first.count > 500)
        #expect(first == make(1))
        #expect(first != make(2))
    }

    @Test(arguments: SyntheticShop.Profile.allCases)
    func everyEventIsCanonicalAndValidAndLabelledSynthetic(_ profile: SyntheticShop.Profile) throws {
        let shop = SyntheticShop(seed: 11, customers: 200, days: 500, profile: profile)
        let reader = JSONReader()
        for line in Self.lines(shop) {
            try reader.parse(line)
            let envelope = try Envelope.read(reader, node: 0)
            _ = try SchemaRegistry.builtIn.validate(envelope)
            var canonical: [UInt8] = []
            reader.writeCanonical(0, to: &canonical)
            #expect(canonical == line)
            #expect(envelope.source == SyntheticShop.source)
            if let subject = envelope.subject { #expect(subject.hasPrefix("syn-")) }
        }
    }

    /// `customer.erased` is written by erasing only; the types without a subject except campaigns are the ledger's.
    @Test func everyTypeOfEventThatAShopProducesIsThere() throws {
        var seen: Set<String> = []
        let reader = JSONReader()
        for line in Self.lines(SyntheticShop(seed: 3, customers: 2500, days: 600)) {
            try reader.parse(line)
            seen.insert(try Envelope.read(reader, node: 0).type)
        }
        let expected = SchemaRegistry.builtIn.types.filter { type in
            SchemaRegistry.builtIn.schema(type: type)?.isLedgerOwn == false && type != "customer.erased"
        }
        #expect(Set(expected).subtracting(seen) == [])
        #expect(seen.subtracting(expected) == [])
    }

    @Test func eventsComeInTheOrderOfRecordingAndSomeAreLate() throws {
        let reader = JSONReader()
        var last = Instant.first
        var late = 0
        var ids: Set<String> = []
        for line in Self.lines(Self.shop) {
            try reader.parse(line)
            let envelope = try Envelope.read(reader, node: 0)
            let recorded = try #require(envelope.recordedTime)
            #expect(recorded >= last)
            #expect(envelope.time < recorded)
            last = recorded
            if recorded.microseconds - envelope.time.microseconds > 86_400_000_000 { late += 1 }
            #expect(ids.insert(envelope.id).inserted, "\(envelope.id) comes twice")
            if envelope.type == "event.voided" || envelope.type == "event.corrected" {
                let target = try #require(reader.member(envelope.dataNode, "id"))
                #expect(ids.contains(reader.string(target)), "the target of \(envelope.id) comes later")
            }
        }
        #expect(late > 5)
    }

    @Test func nobodyBuysAfterTheDayOnWhichTheyTrulyStopped() throws {
        let reader = JSONReader()
        let truth = Self.shop.groundTruth
        let rows = Dictionary(uniqueKeysWithValues: truth.customers.map { ($0.id, $0) })
        var purchases: [String: Int] = [:]
        for line in Self.lines(Self.shop) {
            try reader.parse(line)
            let envelope = try Envelope.read(reader, node: 0)
            guard envelope.type == "purchase.completed", let subject = envelope.subject else { continue }
            let row = try #require(rows[subject])
            purchases[subject, default: 0] += 1
            let day = LocalDay(number: Int32(envelope.time.microseconds / 86_400_000_000))
            guard row.sameAs == nil else { continue }
            #expect(
                row.active.contains { $0.from <= day && ($0.to.map { day <= $0 } ?? true) },
                "\(subject) on \(day)")
        }
        for row in truth.customers {
            // Purchases that were not recorded before the history ended are missing, those entered twice are extra.
            #expect(abs(purchases[row.id, default: 0] - row.purchases) <= 3, "\(row.id)")
        }
        let stopped = truth.customers.filter { $0.stoppedOn != nil }.count
        #expect(stopped > truth.customers.count / 5 && stopped < truth.customers.count * 9 / 10)
        #expect(truth.customers.contains { $0.active.count == 2 }, "nobody was won back")
        #expect(truth.customers.contains { $0.sameAs != nil }, "nobody has a second account")
    }

    @Test func theTruthIsOneJSONObjectACustomer() throws {
        let reader = JSONReader()
        var count = 0
        try SyntheticShop(seed: 5, customers: 50, days: 300).groundTruth.forEachLine { line in
            try reader.parse(line)
            #expect(reader.member(0, "synthetic") != nil)
            count += 1
        }
        #expect(count >= 50)
    }

    @Test func theBenchmarkProfileHasThePublishedMixAndLength() throws {
        let shop = SyntheticShop(
            seed: 1, customers: 1000, days: 365, profile: .benchmark, benchmarkEvents: 20_000)
        let reader = JSONReader()
        var types: [String: Int] = [:]
        var perCustomer: [String: Int] = [:]
        var bytes = 0
        let lines = Self.lines(shop)
        for line in lines {
            try reader.parse(line)
            let envelope = try Envelope.read(reader, node: 0)
            types[String(envelope.type.split(separator: ".")[0]), default: 0] += 1
            perCustomer[envelope.subject ?? "", default: 0] += 1
            bytes += line.count
        }
        #expect(lines.count == 20_000)
        let share = { (type: String) in Double(types[type, default: 0]) / 20_000 }
        #expect(abs(share("purchase") - 0.70) < 0.01)
        #expect(abs(share("contact") - 0.20) < 0.01)
        #expect(abs(share("complaint") - 0.03) < 0.005)
        #expect(abs(share("survey") - 0.07) < 0.01)
        #expect(abs(Double(bytes) / 20_000 - 187) < 6, "\(Double(bytes) / 20_000) bytes a line")
        let most = perCustomer.values.sorted(by: >).prefix(180).reduce(0, +)
        #expect(most > 9000, "the activity is not skewed: \(most)")
    }
}
