import Events
import Foundation
import Projection
import ReadModels
import Testing

/// The numbers of the view, computed by other means: Tests/Golden/example.json.
@Suite("example")
struct ExampleModelTests {
    @Test func rowsAndReportAreThoseOfTheReference() throws {
        let cases = try SharedFiles.cases("example.json", key: "cases")
        #expect(!cases.isEmpty)
        for item in cases {
            var ledger = try MemoryLedger()
            for (index, event) in (item["events"] as? [[String: Any]] ?? []).enumerated() {
                let data = try JSONSerialization.data(withJSONObject: event.object("data"))
                try ledger.append(
                    id: "e\(index)", type: event.text("type"), subject: event.text("customer"),
                    time: event.text("time"), data: String(decoding: data, as: UTF8.self))
            }
            let catalogue = [RegisteredReadModel(ExampleModel.self)]
            let base = try ledger.base(
                asOf: item.text("as_of"), known: UInt64(ledger.lines.count), catalogue: catalogue)
            for (customer, expected) in item.object("rows") {
                let index = try #require(ledger.index(of: customer, in: base))
                let row = try catalogue[0].row(index, base)
                for (name, value) in expected as? [String: Any] ?? [:] {
                    let number = (value as? NSNumber)?.doubleValue
                    #expect(number.map { near(row[name], $0) } ?? (row[name] == .null), "\(customer).\(name)")
                }
            }
            let report = try catalogue[0].report(base, ReportOptions())
            for (name, value) in item.object("report") {
                #expect(near(report?[name], (value as? NSNumber)?.doubleValue ?? .nan), "\(name)")
            }
        }
    }

    @Test func everyMemberHasARule() throws {
        var ledger = try MemoryLedger()
        try ledger.append(
            id: "e", type: "coupon.issued", subject: "a", time: "2024-01-01T00:00:00Z",
            data: #"{"coupon":"k"}"#)
        let catalogue = [RegisteredReadModel(ExampleModel.self)]
        let base = try ledger.base(asOf: "2024-12-31T00:00:00Z", known: 1, catalogue: catalogue)
        for member in try catalogue[0].row(0, base).objectValue ?? JSONObject() {
            #expect(catalogue[0].rules.rule(for: member.name) != nil, "\(member.name) has no rule")
        }
    }
}
