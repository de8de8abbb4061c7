import Events
import Foundation
import Projection
import ReadModels
import Testing

/// Every figure can be explained: each member of each row has its rule, and each rule names what is there.
@Suite struct RuleTests {
    /// One customer with an event of every type, as schemas/examples has them, and one with a purchase only.
    private static func base() throws -> Base {
        let folder = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "schemas/examples").path
        var ledger = try MemoryLedger()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        try #require(names.count > 50, "the examples were not found")
        for name in names {
            let bytes = try #require(FileManager.default.contents(atPath: folder + "/" + name))
            let event = try JSONValue(parsing: [UInt8](bytes).span)
            // Voids, corrections, merges and splits would take away what they name.
            let type = try #require(event["type"]?.stringValue)
            if type.hasPrefix("event.") || type.hasSuffix(".merged") || type.hasSuffix(".split") { continue }
            try ledger.append(
                id: name, type: type, subject: event["subject"] == nil ? nil : "rich",
                time: try #require(event["time"]?.stringValue),
                data: (event["data"] ?? [:]).canonicalText)
        }
        try ledger.append(
            id: "p", type: "purchase.completed", subject: "plain", time: "2024-01-01T00:00:00Z",
            data: #"{"currency":"GBP","total":"1.00"}"#)
        return try ledger.base(asOf: "2030-01-01T00:00:00Z", known: UInt64(ledger.lines.count))
    }

    @Test func everyMemberOfEveryRowHasARule() throws {
        let base = try Self.base()
        for model in coreReadModels where !model.isReportOnly {
            for index in 0..<base.count {
                for member in MemoryBase.row(model.name, index, base).objectValue ?? JSONObject() {
                    #expect(
                        model.rules.rule(for: member.name) != nil, "\(model.name).\(member.name) has no rule")
                }
            }
        }
    }

    @Test func everyRuleIsOfAMemberThatIsThereAndSaysSomething() throws {
        let base = try Self.base()
        for model in coreReadModels where !model.isReportOnly {
            let row = MemoryBase.row(model.name, 0, base)
            for rule in model.rules {
                let first = rule.path.split(separator: ".").first.map(String.init)
                #expect(first.map { row[$0] != nil } ?? true, "\(model.name) has no \(rule.path)")
                #expect(rule.rule.hasSuffix("."), "\(model.name).\(rule.path): the rule is no sentence")
                #expect(!rule.source.isEmpty, "\(model.name).\(rule.path) has no source")
            }
            #expect(
                Set(model.rules.map(\.path)).count == model.rules.count,
                "\(model.name) has two rules of one path")
        }
    }

    @Test func everyParameterOfARuleIsInThePolicy() {
        let paths = CorePolicy.parameters.map(\.path)
        for model in coreReadModels {
            for rule in model.rules {
                for name in rule.parameters {
                    #expect(
                        paths.contains { $0 == name || $0.hasPrefix(name + ".") },
                        "\(model.name).\(rule.path) reads \(name), which is no parameter")
                }
            }
        }
    }

    @Test func theLongestPathThatBeginsAFieldExplainsIt() {
        let rules = [
            FieldRule("", "All.", source: "a"), FieldRule("rfm", "Three.", source: "b"),
            FieldRule("rfm.r", "One.", source: "c"), FieldRule("rf", "None.", source: "d"),
        ]
        #expect(rules.rule(for: "rfm.r")?.source == "c")
        #expect(rules.rule(for: "rfm.f")?.source == "b")
        #expect(rules.rule(for: "rfmx")?.source == "a")
        #expect(Array(rules.dropFirst()).rule(for: "tier") == nil)
    }

    /// A chart whose place nothing stands at is never drawn, and nobody would notice.
    @Test func everyReportHasChartsOfPlacesThatItHas() throws {
        let base = try Self.base()
        for model in coreReadModels {
            let report = MemoryBase.report(model.name, base, earlier: base)
            guard report.objectValue != nil else { continue }
            #expect(!model.charts.isEmpty, "report \(model.reportName) has no chart")
            for chart in model.charts {
                let found = chart.path.isEmpty ? report : report.value(at: chart.path)
                #expect(found != nil, "report \(model.reportName) has no \(chart.path)")
                for name in chart.only { #expect(found?[name] != nil, "\(chart.path).\(name)") }
                for bound in [chart.interval.low, chart.interval.high]
                where chart.kind == .line && !bound.isEmpty {
                    #expect(report.value(at: bound) != nil, "report \(model.reportName) has no \(bound)")
                }
                if !chart.value.isEmpty, chart.kind == .bars || chart.kind == .intervals {
                    let entries = found?.arrayValue ?? found?.objectValue?.map(\.value) ?? []
                    for entry in entries {
                        #expect(entry.value(at: chart.value) != nil, "\(chart.path).\(chart.value)")
                    }
                }
            }
        }
    }
}
