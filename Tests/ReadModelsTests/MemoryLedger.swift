import Events
import Foundation
import Projection
import ReadModels

/// A log in an array: lines of JSON with a recorded time, asked at any point of both axes through the real
/// extractor, amendments and runs.
struct MemoryLedger {
    private(set) var lines: [[UInt8]] = []
    private(set) var recorded: [Int64] = []
    private(set) var interner = MemoryInterner()
    private var extraction = Extraction()
    private var positions: [EventKey: UInt64] = [:]
    private var extractor: FactExtractor
    private let zone: Zone
    private let currency: Currency

    init(zone: String = "UTC", currency: String = "GBP") throws {
        self.zone = try Zone(identifier: zone)
        self.currency = try Currency(code: currency)
        extractor = FactExtractor(zone: self.zone, currency: self.currency)
    }

    /// Appends an event; `data` is the text of a JSON object.
    mutating func append(
        id: String, type: String, subject: String?, time: String, recorded: String? = nil,
        source: String = "shop",
        data: String = "{}"
    ) throws {
        let position = UInt64(lines.count)
        let subjectMember = subject.map { "\"subject\":\"\($0)\"," } ?? ""
        let line = Array(
            """
            {"data":\(data),"id":"\(id)","recordedtime":"\(recorded ?? time)","source":"\(source)",\
            "specversion":"1.0",\(subjectMember)"time":"\(time)","type":"\(type)"}
            """.utf8)
        lines.append(line)
        self.recorded.append(try Instant(parsing: recorded ?? time).microseconds)
        positions[EventKey(source: source, id: id)] = position
        try extractor.extract(line.span, position: Position(position), interner: &interner, into: &extraction)
    }

    /// The number of events recorded by a time.
    func count(knownAt time: String) throws -> UInt64 {
        let instant = try Instant(parsing: time).microseconds
        return UInt64(recorded.prefix { $0 <= instant }.count)
    }

    /// The base at a point of both axes: the first `known` events, and what had happened by `asOf`.
    func base(
        asOf: String, known: UInt64, policy: JSONValue = CorePolicy.standard,
        catalogue: [RegisteredReadModel] = coreReadModels
    ) throws -> Base {
        let instant = try Instant(parsing: asOf)
        let clock = Clock(instant: instant.microseconds, day: zone.day(of: instant).number)
        let standing = Amendments(acts: extraction.acts) { positions[$0] }.standing(known: known)
        var names = interner
        var extractor = extractor
        var replacements: [UInt64: [Fact]] = [:]
        for (target, correction) in standing.corrections {
            var facts: [Fact] = []
            let line = lines[Int(correction)]
            let corrected = lines[Int(target)]
            try extractor.extractCorrection(
                line.span, at: Position(correction), of: corrected.span, at: Position(target),
                interner: &names, into: &facts)
            replacements[target] = facts
        }
        var facts = extraction.facts.filter { $0.position < known }
        for index in facts.indices {
            facts[index].customer = standing.identity.root(of: facts[index].customer)
        }
        for (target, corrected) in replacements {
            replacements[target] = corrected.map { fact in
                var fact = fact
                fact.customer = standing.identity.root(of: fact.customer)
                return fact
            }
        }
        let history = AmendedHistory(standing, replacements: replacements)
        history.apply(to: &facts, clock: clock)
        let rates = Rates(standing.references, clock: clock, reporting: currency, carryDays: 0)
        let context = FoldContext(
            policy: PolicyDocument(parameters: policy, hash: "", position: 0), clock: clock, zone: zone,
            currency: currency, codes: names.codes, rates: rates,
            references: standing.references.filter { $0.time <= clock.instant }, identity: standing.identity)
        return try MemoryBase.fold(facts, context, catalogue: catalogue)
    }

    /// The index of a customer in a base, or nil.
    func index(of customer: String, in base: Base) -> Int? {
        interner.ordinal(of: customer).flatMap { base.customers.firstIndex(of: $0) }
    }

    /// The names of a base's customers, sorted.
    func names(in base: Base) -> [String] {
        base.customers.map { interner.customers[Int($0)] }.sorted()
    }
}
