import Events

extension Mapper {
    /// Turns the text at the end of the scratch into an RFC 3339 time; one that is already complete stays as sent.
    mutating func time(
        _ kind: ScalarKind, _ modified: Expression.Modified, from start: Int, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        if modified.modifiers.formats.isEmpty && Self.isCompleteTime(scratch, from: start, to: scratch.count)
        {
            return .text
        }
        let (written, instant) = try written(modified, from: start, pointer)
        let text: [UInt8]
        if let instant {
            text = Array(instant.description.utf8)
        } else if written.offset == nil {
            guard let zone = modified.modifiers.zone else {
                throw EventProblem(
                    code: "bad_time", pointer: pointer,
                    expected: "a time with an offset, or `zone` in the mapping",
                    found: quoted(scratch[start...]))
            }
            text = try written.text(in: zone, pointer: pointer)
        } else {
            text = written.text(offset: written.offset ?? 0)
        }
        replace(from: start, with: text)
        return .text
    }

    /// Turns the text at the end of the scratch into a date; of an instant, the local day of the mapping's zone.
    mutating func date(
        _ kind: ScalarKind, _ modified: Expression.Modified, from start: Int, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        let (written, instant) = try written(modified, from: start, pointer)
        if let instant {
            guard let zone = modified.modifiers.zone else {
                throw EventProblem(
                    code: "bad_time", pointer: pointer, expected: "`zone` in the mapping, to know the day",
                    found: quoted(scratch[start...]))
            }
            replace(from: start, with: zone.day(of: instant).description.utf8)
        } else {
            var text: [UInt8] = []
            written.appendDate(to: &text)
            replace(from: start, with: text)
        }
        return .text
    }

    private func written(
        _ modified: Expression.Modified, from start: Int, _ pointer: String
    ) throws(EventProblem) -> (WrittenTime, Instant?) {
        let text = Array(scratch[start...])
        if modified.modifiers.formats.isEmpty, let written = WrittenTime(iso: text) { return (written, nil) }
        for format in modified.modifiers.formats {
            switch format.kind {
            case .pattern:
                if let written = WrittenTime(text, format: format) { return (written, nil) }
            case .count(let perSecond):
                guard var decimal = DecimalText(text), decimal.setPlaces(6, .halfUp) else { continue }
                let (micros, overflow) = Int64(clamping: decimal.coefficient / Int128(perSecond))
                    .addingReportingOverflow(0)
                guard !overflow, micros >= Instant.first.microseconds, micros <= Instant.last.microseconds
                else {
                    continue
                }
                return (WrittenTime(), Instant(microseconds: micros))
            }
        }
        let expected = modified.modifiers.formats.map(\.text).joined(separator: " or ")
        throw EventProblem(
            code: "bad_time", pointer: pointer,
            expected: expected.isEmpty ? "a time such as 2024-05-01T12:30:00Z" : "a time as \(expected)",
            found: quoted(text))
    }
}

extension WrittenTime {
    /// The time with this offset from UTC, as RFC 3339.
    func text(offset: Int) -> [UInt8] {
        var text: [UInt8] = []
        appendDate(to: &text)
        text.append(UInt8(ascii: "T"))
        append(hour, to: &text)
        text.append(UInt8(ascii: ":"))
        append(minute, to: &text)
        text.append(UInt8(ascii: ":"))
        append(second, to: &text)
        if !fraction.isEmpty {
            text.append(UInt8(ascii: "."))
            text.append(contentsOf: fraction)
        }
        guard offset != 0 else { return text + [UInt8(ascii: "Z")] }
        text.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        append(abs(offset) / 3600, to: &text)
        text.append(UInt8(ascii: ":"))
        append(abs(offset) / 60 % 60, to: &text)
        return text
    }

    /// The time as the clocks of a zone showed it. Where they showed it twice, the first of the two is taken;
    /// where they skipped it, what they would have shown without the change.
    func text(in zone: Zone, pointer: String) throws(EventProblem) -> [UInt8] {
        // Read as if it were UTC; this also finds days that are in no calendar.
        let asUTC: Instant
        do {
            asUTC = try Instant(parsing: String(decoding: text(offset: 0), as: UTF8.self))
        } catch {
            throw EventProblem(code: "bad_time", pointer: pointer, expected: "a real time", found: "\(error)")
        }
        let day: Int64 = 86_400_000_000
        let before = zone.offsetSeconds(at: Instant(microseconds: asUTC.microseconds - day))
        let after = zone.offsetSeconds(at: Instant(microseconds: asUTC.microseconds + day))
        for offset in [max(before, after), min(before, after)] {
            let instant = try asUTC.advanced(bySeconds: -offset, pointer)
            if zone.offsetSeconds(at: instant) == offset {
                // Local mean times have odd seconds, which RFC 3339 cannot say.
                return offset % 60 == 0 ? text(offset: offset) : Array(instant.description.utf8)
            }
        }
        return Array(try asUTC.advanced(bySeconds: -before, pointer).description.utf8)
    }

    func appendDate(to text: inout [UInt8]) {
        append(year / 100, to: &text)
        append(year % 100, to: &text)
        text.append(UInt8(ascii: "-"))
        append(month, to: &text)
        text.append(UInt8(ascii: "-"))
        append(day, to: &text)
    }

    private func append(_ value: Int, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "0") + UInt8(value / 10 % 10))
        text.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

extension Instant {
    fileprivate func advanced(bySeconds seconds: Int, _ pointer: String) throws(EventProblem) -> Instant {
        let moved = Instant(microseconds: microseconds + Int64(seconds) * 1_000_000)
        guard moved >= Instant.first, moved <= Instant.last else {
            throw EventProblem(
                code: "bad_time", pointer: pointer, expected: "a time in the years 0001 to 9999 in UTC",
                found: "one outside them")
        }
        return moved
    }
}
