import Events
import Projection
import ReadModels
import SyntheticShop
import Testing
import Views

@Suite("What depends on everybody says on what")
struct BasisTests {
    /// The leaves of a row by their dotted paths; lists are leaves, and so is money.
    private static func leaves(_ value: JSONValue, _ path: String = "") -> [String: JSONValue] {
        guard case .object(let object) = value, object["currency"] == nil else { return [path: value] }
        var leaves: [String: JSONValue] = [:]
        for member in object {
            leaves.merge(Self.leaves(member.value, path.isEmpty ? member.name : "\(path).\(member.name)")) {
                $1
            }
        }
        return leaves
    }

    /// Looks at every leaf of the rows of everybody at the end of a history.
    private static func expectBases(_ bench: EngineTests.Bench, at clock: Instant, _ place: Comment) throws {
        let point = try bench.point(bench.lines.count, clock)
        let everybody = try bench.views.everybody(at: point, catalogue: coreReadModels, names: true)
        var missing: Set<String> = []
        for name in everybody.names {
            let found = try #require(
                try bench.views.customer(name, at: point, catalogue: coreReadModels))
            let history = try #require(
                try bench.views.history(of: name, at: point, catalogue: coreReadModels))
            var alone = try history.base(folding: history.facts, at: point.clock)
            for model in coreReadModels { alone.set(try model.population(alone), for: model.name) }
            for model in coreReadModels where !model.isReportOnly {
                let shown = leaves(try model.row(0, found.base))
                let other = leaves(try model.row(0, alone))
                for (path, value) in shown where other[path] != value {
                    let basis = try model.basis(path, 0, found.base)
                    if basis?.everybody.isEmpty ?? true { missing.insert("\(model.name).\(path)") }
                }
            }
        }
        #expect(missing.sorted() == [], place)
    }

    @Test(arguments: 700..<UInt64(730))
    func aValueThatWouldBeAnotherOneAloneHasABasis(seed: UInt64) throws {
        let bench = try EngineTests.Bench(seed: seed)
        bench.lines.show(bench.lines.count)
        let end = RandomHistory.start + RandomHistory.days * 86_400
        try Self.expectBases(bench, at: Instant(microseconds: end * 1_000_000), "seed \(seed)")
    }

    @Test func soInAShop() throws {
        var events: [JSONValue] = [
            [
                "specversion": "1.0", "id": "policy", "source": "daybook:", "type": "policy.adopted",
                "time": "0001-01-01T00:00:00Z", "recordedtime": "0001-01-01T00:00:00.000000Z",
                "data": ["policy": [:]],
            ]
        ]
        _ = SyntheticShop(seed: 8, customers: 60, days: 500).forEachEvent { line in
            guard let event = try? JSONValue(parsing: line) else { return }
            events.append(event)
        }
        let bench = try EngineTests.Bench(events)
        try Self.expectBases(bench, at: try Instant(parsing: "2025-03-01T00:00:00Z"), "the shop")
    }
}
