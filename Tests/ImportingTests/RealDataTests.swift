import Foundation
import Testing

@testable import Importing

/// The mappings of real files: every line of them becomes an event, or is rejected for the reason expected.
@Suite struct RealDataTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var mapping: String
        var events: Int
        var rejected = 0
        var testDescription: String { file }
    }

    static let cases = [
        Case(file: "a2_incidents_40_callers", mapping: "incidents", events: 837 + 279),
        Case(file: "a3_sfo_survey_250_respondents", mapping: "sfo_survey", events: 733),
        Case(
            file: "b1_complete_journey_baskets", mapping: "a1_complete_journey_72_households", events: 164_539
        ),
        Case(file: "b1_complete_journey_lines", mapping: "b1_complete_journey_lines", events: 1_477_998),
        Case(file: "b2_incidents_visible", mapping: "incidents", events: 37_758 + 12_586),
        Case(file: "b3_sfo_survey_2014_2016", mapping: "sfo_survey", events: 163_872),
        Case(file: "b4_cdnow", mapping: "b4_cdnow", events: 69_659),
        Case(file: "b4_cdnow_sample", mapping: "b4_cdnow", events: 6_919),
        Case(file: "b5_olist_visible", mapping: "b5_olist", events: 4_927 + 2_475),
        Case(file: "x_bpi2016_complaints", mapping: "x_bpi2016_complaints", events: 289),
        Case(file: "x_cfpb_no_customer", mapping: "x_cfpb", events: 0, rejected: 297),
    ]

    @Test func theBundledHistoryMapsWhole() throws {
        try check(
            Case(
                file: "a1_complete_journey_72_households", mapping: "a1_complete_journey_72_households",
                events: 4400),
            in: Place.package + "/tools/data")
    }

    // Needs the data set beside the project, which may not be copied into it.
    @Test(.enabled(if: Place.data != nil, "no ../shared/data here"), arguments: cases)
    func everyLineMapsOrIsRejectedAsExpected(_ example: Case) throws {
        try check(example, in: Place.data ?? "")
    }

    /// Long files are read whole only where DAYBOOK_WHOLE_FILES is set: unoptimised code takes minutes for them.
    private static let readsWhole = ProcessInfo.processInfo.environment["DAYBOOK_WHOLE_FILES"] != nil
    private struct Enough: Error {}

    private func check(_ example: Case, in folder: String) throws {
        let mapping = try Place.mapping(example.mapping)
        let input = ImportInput.file("\(folder)/\(example.file).jsonl.gz")
        var tally = ImportTally()
        var options = ImportOptions()
        options.checksArchivesFirst = false
        do {
            try Importer(inputs: [input], mapping: mapping, options: options).run { batch in
                tally.add(batch)
                if !Self.readsWhole && tally.events > 8000 { throw Enough() }
            }
            #expect(tally.events == example.events)
        } catch is Enough {}
        #expect(tally.rejected == example.rejected)
        for (reason, occurrence) in tally.reasons where example.rejected == 0 {
            Issue.record("\(reason): \(occurrence.count), first \(occurrence.first.problem)")
        }
        for reason in tally.reasons.keys where example.rejected > 0 {
            #expect(reason.pointer == "/customer")
            #expect(reason.expected == "a value for the event's subject")
        }
    }
}
