import Events
import Foundation
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T00:00:00-00:00", 0),
        ("1970-01-01T08:00:00+08:00", 0), ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:00.5Z", 500_000), ("1970-01-01T00:00:00.000001Z", 1),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ("2024-02-29T12:00:00Z", 1_709_208_000_000_000), ("2000-02-29T00:00:00+23:59", 951_696_060_000_000),
    ])
    func timesOfRFC3339AreRead(text: String, microseconds: Int64) throws {
        #expect(try Instant(parsing: text).microseconds == microseconds)
    }

    @Test(arguments: [
        ("", TimeError.Code.malformed), ("2026", .malformed), ("2026-11-22", .malformed),
        ("2026-11-22 07:16:27Z", .malformed), ("2026-11-22T07:16Z", .malformed),
        ("2026-11-22T07:16:27", .missingZone), ("2026-11-22T07:16:27.123", .missingZone),
        ("2026-11-22T07:16:27Zjunk", .malformed), ("2026-11-22T07:16:27+0800", .malformed),
        ("2026-11-22T07:16:27+08", .malformed), ("2026-11-22T07:16:27+24:00", .noSuchTime),
        ("2026-11-22T07:16:27+08:60", .noSuchTime), ("2026-11-22T24:00:00Z", .noSuchTime),
        ("2026-11-22T23:60:00Z", .noSuchTime), ("2026-11-22T23:59:61Z", .noSuchTime),
        ("1990-12-31T23:59:60Z", .leapSecond), ("2026-02-30T00:00:00Z", .noSuchDay),
        ("2025-02-29T00:00:00Z", .noSuchDay), ("1900-02-29T00:00:00Z", .noSuchDay),
        ("2026-13-01T00:00:00Z", .noSuchDay), ("2026-00-01T00:00:00Z", .noSuchDay),
        ("2026-01-00T00:00:00Z", .noSuchDay), ("0000-01-01T00:00:00Z", .yearOutOfRange),
        ("0001-01-01T00:00:00+00:01", .yearOutOfRange), ("9999-12-31T23:59:59-00:01", .yearOutOfRange),
        ("2026-11-22T07:16:27.Z", .malformed), ("2026-11-22T07:16:27.1234567Z", .tooFine),
        ("2026-11-22T07:16:27.0000000Z", .tooFine), ("２026-11-22T07:16:27Z", .malformed),
        ("+2026-11-22T07:16:27Z", .malformed), ("2026-11-22T07:16:27 Z", .malformed),
        ("2026-11-22T-7:16:27Z", .malformed), ("2026-11-22T07:16:27.5e1Z", .malformed),
    ])
    func otherTextsAreRefusedWithTheirReason(text: String, code: TimeError.Code) throws {
        let error = try #require(throws: TimeError.self) { try Instant(parsing: text) }
        #expect(error.code == code, "\(error)")
    }

    @Test func theMessageForAMissingZoneSaysWhatToAdd() throws {
        let error = try #require(throws: TimeError.self) { try Instant(parsing: "2026-11-22T07:16:27") }
        #expect(error.description.contains("add Z or an offset"))
    }

    @Test func everyInstantSurvivesWritingAndReadingAndAgreesWithFoundation() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<3000 {
            let range = Instant.first.microseconds...Instant.last.microseconds
            let instant = Instant(microseconds: Int64.random(in: range, using: &generator))
            #expect(try Instant(parsing: instant.description) == instant, "seed \(seed)")
            #expect(try Instant(parsing: instant.fixedWidthText) == instant, "seed \(seed)")
            #expect(instant.fixedWidthText.utf8.count == 27)
            // From 1600 on Foundation's calendar has no Julian dates.
            let modern = Instant(
                microseconds: Int64.random(in: -11_670_912_000_000_000...range.upperBound, using: &generator))
            // Whole seconds by integers: microseconds of the far future are more than a Double holds.
            let whole = modern.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            let seconds = whole.remainder < 0 ? whole.quotient - 1 : whole.quotient
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second],
                from: Date(timeIntervalSince1970: Double(seconds)))
            let date = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
                parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
            #expect(modern.fixedWidthText.hasPrefix(date), "seed \(seed): \(modern.microseconds)")
        }
    }

    @Test func theOrderOfFixedWidthTextsIsThatOfTime() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let range = Instant.first.microseconds...Instant.last.microseconds
        let instants = (0..<500).map { _ in Instant(microseconds: Int64.random(in: range, using: &generator))
        }
        #expect(
            instants.sorted().map(\.fixedWidthText) == instants.map(\.fixedWidthText).sorted(), "seed \(seed)"
        )
        #expect(Instant.first.fixedWidthText == "0001-01-01T00:00:00.000000Z")
        #expect(Instant.first.description == "0001-01-01T00:00:00Z")
    }

    // The public suite's cases are read where they lie beside the checkout, and not copied.
    private static let suite = "vectors/json-schema/draft2020-12/optional/format/date-time.json"

    @Test(.enabled(if: SharedFiles.has(suite), "no shared/vectors beside the checkout"))
    func theJSONSchemaSuiteAgreesButForWhatIsRefusedWithAReason() throws {
        let bytes = try SharedFiles.bytes(Self.suite)
        let groups = try JSONValue(parsing: bytes.span)
        var checked = 0
        for group in groups.arrayValue ?? [] {
            for test in group["tests"]?.arrayValue ?? [] {
                guard let text = test["data"]?.stringValue, let valid = test["valid"]?.boolValue else {
                    continue
                }
                checked += 1
                let reason = refusal(of: text)
                let isOurs = reason.map { [.leapSecond, .tooFine, .yearOutOfRange].contains($0) } ?? false
                #expect(isOurs || valid == (reason == nil), "\(text)")
            }
        }
        #expect(checked >= 20)
    }

    /// Why a text is no instant, or nil where it is one.
    private func refusal(of text: String) -> TimeError.Code? {
        do {
            _ = try Instant(parsing: text)
            return nil
        } catch {
            return error.code
        }
    }
}
