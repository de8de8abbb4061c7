import Events
import LMDB
import Synchronization

/// One comparison of a condition, asked of columns.
final class ValueLeaf: Sendable {
    private let path: UInt64?
    private let test: ValueExpression
    private let absent: ValueOutcome
    private let bounds: ValueBounds
    /// The outcomes of values of dictionaries that were asked before.
    private let known = Mutex<[[UInt8]: ValueOutcome]>([:])

    /// - Parameter test: a comparison of one path, which is called as in an event.
    init(_ test: ValueExpression) {
        self.test = test
        path = test.paths.first.flatMap(ValuePath.hash)
        absent = ValueOutcome(test.holds { _ in .null })
        bounds = ValueBounds(test)
    }

    /// Whether columns can say anything of it.
    var isKnown: Bool { path != nil }

    /// What is known of the events of a stretch.
    func mask(of stretch: ValueStretch, _ bytes: Span<UInt8>) throws -> ValueMask {
        guard let path else { return ValueMask(.unknown, count: stretch.count) }
        let columns = try stretch.columns(of: path, bytes)
        guard !columns.isEmpty else {
            return ValueMask(stretch.isWhole ? absent : .unknown, count: stretch.count)
        }
        var mask = ValueMask(absent, count: stretch.count)
        for column in columns {
            switch column.kind {
            case .dictionary: try setDictionary(column, bytes, &mask)
            case .numbers: try setNumbers(column, bytes, &mask)
            case .texts: try setTexts(column, bytes, &mask)
            }
        }
        return mask
    }

    // MARK: Dictionaries

    private func setDictionary(
        _ column: ValueStretch.Column, _ bytes: Span<UInt8>, _ mask: inout ValueMask
    ) throws {
        var offset = column.body
        guard offset + 2 <= bytes.count else { throw ValueStretch.damaged }
        let count = Int(bytes.bigEndianUInt16(at: offset))
        offset += 2
        var outcomes: [ValueOutcome] = []
        outcomes.reserveCapacity(256)
        for _ in 0..<count {
            guard offset + 3 <= bytes.count else { throw ValueStretch.damaged }
            let end = offset + 2 + Int(bytes.bigEndianUInt16(at: offset))
            guard end > offset + 2, end <= bytes.count else { throw ValueStretch.damaged }
            outcomes.append(outcome(of: bytes.extracting(offset + 2..<end)))
            offset = end
        }
        guard let first = outcomes.first, outcomes.count <= 256 else { throw ValueStretch.damaged }
        if outcomes.allSatisfy({ $0 == first }) { return try mask.set(column, bytes, to: first) }
        guard offset + column.count <= bytes.count else { throw ValueStretch.damaged }
        // A code without a value is damage, which `verify` names; here nothing is known of it.
        while outcomes.count < 256 { outcomes.append(.unknown) }
        let codes = bytes.extracting(offset..<offset + column.count)
        let table = outcomes.span
        try mask.set(column, bytes) { table[Int(codes[$0])] }
    }

    private func outcome(of value: Span<UInt8>) -> ValueOutcome {
        guard let kind = ValueKind(rawValue: value[0]) else { return .unknown }
        switch kind {
        case .null: return absent
        case .false: return outcome(of: false)
        case .true: return outcome(of: true)
        case .array, .object: return bounds.ofUnknownParts
        case .unseen, .money: return .unknown
        case .number:
            guard value.count == 9 else { return .unknown }
            return outcome(of: .number(Double(bitPattern: value.bigEndianUInt64(at: 1))))
        case .text, .parts:
            let key = [UInt8](copying: value)
            if let outcome = known.withLock({ $0[key] }) { return outcome }
            let text = value.extracting(1..<value.count)
            let outcome = kind == .text ? outcome(of: .string(text.text)) : outcome(ofJSON: text)
            known.withLock { known in
                if known.count > 1 << 14 { known = [:] }
                known[key] = outcome
            }
            return outcome
        }
    }

    private func outcome(ofJSON text: Span<UInt8>) -> ValueOutcome {
        do throws(JSONError) { return outcome(of: try JSONValue(parsing: text)) } catch { return .unknown }
    }

    private func outcome(of value: JSONValue) -> ValueOutcome { ValueOutcome(test.holds { _ in value }) }

    // MARK: Many values

    private func setNumbers(
        _ column: ValueStretch.Column, _ bytes: Span<UInt8>, _ mask: inout ValueMask
    ) throws {
        let range = try ValueRange(column, bytes, at: column.body, bits: 32)
        let codes = bytes.extracting(range.end..<range.end + column.count * 4)
        switch bounds.numbers(in: range) {
        case .all(let outcome): try mask.set(column, bytes, to: outcome)
        case .order(let code, let before, let at, let behind):
            try mask.set(column, bytes) { number in
                let own = WideCodes.code(number, of: codes)
                return own < code ? before : own == code ? at : behind
            }
        case .members(let members, let inside, let outside):
            try mask.set(column, bytes) { number in
                members.contains(WideCodes.code(number, of: codes)) ? inside : outside
            }
        }
    }

    private func setTexts(
        _ column: ValueStretch.Column, _ bytes: Span<UInt8>, _ mask: inout ValueMask
    ) throws {
        guard column.body + 2 <= bytes.count else { throw ValueStretch.damaged }
        let start = column.body + 2
        let end = start + Int(bytes.bigEndianUInt16(at: column.body))
        guard end <= bytes.count else { throw ValueStretch.damaged }
        let range = try ValueRange(column, bytes, at: end, bits: 16)
        let codes = bytes.extracting(range.end..<range.end + column.count * 4)
        switch bounds.texts(in: range, beginning: bytes.extracting(start..<end)) {
        case .all(let outcome): try mask.set(column, bytes, to: outcome)
        case .order(let code, let before, let at, let behind):
            try mask.set(column, bytes) { number in
                let own = WideCodes.code(number, of: codes) >> 16
                return own < code ? before : own == code ? at : behind
            }
        case .members(let members, let inside, let outside):
            try mask.set(column, bytes) { number in
                members.contains(WideCodes.code(number, of: codes) & 0xFFFF) ? inside : outside
            }
        }
    }
}

/// The range of the codes of a column of many values, and how they were shortened.
struct ValueRange {
    let first: UInt64
    let last: UInt64
    let shift: Int
    /// Where the codes begin.
    let end: Int

    init(_ column: ValueStretch.Column, _ bytes: Span<UInt8>, at offset: Int, bits: Int) throws {
        end = offset + 17
        guard end + column.count * 4 <= bytes.count else { throw ValueStretch.damaged }
        first = bytes.bigEndianUInt64(at: offset)
        last = bytes.bigEndianUInt64(at: offset + 8)
        shift = Int(bytes[offset + 16])
        guard first <= last, shift == NumberOrder.shift(from: first, to: last, bits: bits) else {
            throw ValueStretch.damaged
        }
    }

    /// The shortened code of a whole one within the range.
    func code(of whole: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: (whole - first) >> UInt64(shift)) }
}
