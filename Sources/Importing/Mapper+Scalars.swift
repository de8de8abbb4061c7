import Events

/// What a single value is; its text stands at the end of the mapper's scratch.
enum ScalarKind {
    case absent, text, number, bool, tree
}

extension Mapper {
    /// Evaluates a single value, appending its text to the scratch.
    mutating func scalar(_ expression: Expression, pointer: String) throws(EventProblem) -> ScalarKind {
        switch expression {
        case .constant(let constant):
            scratch.append(contentsOf: constant.kind == .tree ? constant.json : constant.text)
            return Self.kind(of: constant)
        case .field(let path):
            return try scalar(ofNode: node(at: path), pointer)
        case .item(let steps):
            switch items.last {
            case .node(let node, _):
                return try scalar(ofNode: steps.isEmpty ? node : descend(node, steps), pointer)
            case .text(let text, _):
                guard steps.isEmpty else { return .absent }
                scratch.append(contentsOf: text)
                return .text
            case nil: return .absent
            }
        case .origin(let part):
            return origin(part)
        case .template(let pieces):
            let start = scratch.count
            for piece in pieces where try scalar(piece, pointer: piece.pointer ?? pointer) == .absent {
                scratch.removeLast(scratch.count - start)
                return .absent
            }
            return .text
        case .first(let choices):
            for choice in choices {
                let kind = try scalar(choice, pointer: choice.pointer ?? pointer)
                if kind != .absent { return kind }
            }
            return .absent
        case .hash(let parts):
            return try hash(parts)
        case .modified(let modified):
            return try self.modified(modified, pointer)
        case .list, .object, .split, .each:
            throw EventProblem(
                code: "wrong_type", pointer: pointer, expected: "a single value", found: "a list or an object"
            )
        }
    }

    private static func kind(of constant: Constant) -> ScalarKind {
        switch constant.kind {
        case .null: .absent
        case .bool: .bool
        case .number: .number
        case .text: .text
        case .tree: .tree
        }
    }

    private mutating func scalar(ofNode node: Int, _ pointer: String) throws(EventProblem) -> ScalarKind {
        guard node >= 0 else { return .absent }
        let offset = sourceStart + reader.byteOffset(node)
        switch reader.kind(node) {
        case .null: return .absent
        case .true:
            scratch.append(contentsOf: "true".utf8)
            return .bool
        case .false:
            scratch.append(contentsOf: "false".utf8)
            return .bool
        case .number:
            scratch.append(from: source, offset, numberEnd(offset))
            return .number
        case .string, .name:
            if reader.isPlainText(node) {
                scratch.append(from: source, offset + 1, offset + 1 + reader.textLength(node))
            } else {
                scratch.append(contentsOf: reader.withText(node) { text in text.copied() })
            }
            return .text
        case .array, .object:
            throw EventProblem(
                code: "wrong_type", pointer: pointer, expected: "a single value",
                found: reader.kind(node).words)
        }
    }

    private mutating func origin(_ part: Expression.OriginPart) -> ScalarKind {
        switch part {
        case .file:
            scratch.append(contentsOf: stems[file].utf8)
            return .text
        case .line: scratch.append(contentsOf: String(record.line).utf8)
        case .number: scratch.append(contentsOf: String(record.number).utf8)
        case .index: scratch.append(contentsOf: String(items.last?.index ?? 0).utf8)
        }
        return .number
    }

    /// Two independent 64-bit hashes of the values, each preceded by its length, so that no two lists of values
    /// read the same.
    private mutating func hash(_ parts: [Expression]) throws(EventProblem) -> ScalarKind {
        let start = scratch.count
        for part in parts {
            let place = scratch.count
            let kind = try scalar(part, pointer: part.pointer ?? "")
            let length = kind == .absent ? "-" : String(scratch.count - place)
            scratch.insert(contentsOf: "\(length):".utf8, at: place)
        }
        let text = Array(scratch[start...])
        let first = StableHash.hash(text.span, seed: 1)
        let second = StableHash.hash(text.span, seed: 2)
        scratch.removeLast(scratch.count - start)
        for word in [first, second] {
            let digits = String(word, radix: 16)
            scratch.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 16 - digits.utf8.count))
            scratch.append(contentsOf: digits.utf8)
        }
        return .text
    }

    private mutating func modified(
        _ modified: Expression.Modified, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        let start = scratch.count
        var kind = try scalar(modified.inner, pointer: pointer)
        if kind == .text { kind = tidy(modified, from: start) }
        if kind != .absent, let table = modified.modifiers.table {
            kind = try translate(kind, table, modified.modifiers.otherwise, from: start, pointer)
        }
        if kind != .absent {
            kind = try convert(kind, modified, from: start, pointer)
        }
        guard kind == .absent else { return kind }
        scratch.removeLast(scratch.count - start)
        if let fallback = modified.modifiers.fallback { return try scalar(fallback, pointer: pointer) }
        guard !modified.modifiers.isRequired else { throw required(modified.inner) }
        return .absent
    }

    private mutating func tidy(_ modified: Expression.Modified, from start: Int) -> ScalarKind {
        if modified.modifiers.trims {
            let trimmed = Array(Self.trimmed(scratch[start...]))
            replace(from: start, with: trimmed)
        }
        if let letterCase = modified.modifiers.letterCase {
            let text = String(decoding: scratch[start...], as: UTF8.self)
            replace(from: start, with: (letterCase == .lower ? text.lowercased() : text.uppercased()).utf8)
        }
        let isEmpty = modified.modifiers.empty.contains { $0.elementsEqual(scratch[start...]) }
        return isEmpty ? .absent : .text
    }

    mutating func replace(from start: Int, with text: some Sequence<UInt8>) {
        scratch.removeLast(scratch.count - start)
        scratch.append(contentsOf: text)
    }

    private mutating func translate(
        _ kind: ScalarKind, _ table: [String: Constant], _ otherwise: Modifiers.Otherwise, from start: Int,
        _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        let text = String(decoding: scratch[start...], as: UTF8.self)
        if let constant = table[text] {
            replace(from: start, with: constant.kind == .tree ? constant.json : constant.text)
            return Self.kind(of: constant)
        }
        switch otherwise {
        case .keep: return kind
        case .value(let value):
            scratch.removeLast(scratch.count - start)
            return try scalar(value, pointer: pointer)
        case .reject:
            let known = table.keys.sorted()
            let shown = known.prefix(8).joined(separator: ", ") + (known.count > 8 ? ", …" : "")
            throw EventProblem(
                code: "not_in_table", pointer: pointer, expected: "one of \(shown)",
                found: quoted(scratch[start...]))
        }
    }

    private mutating func convert(
        _ kind: ScalarKind, _ modified: Expression.Modified, from start: Int, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        switch modified.modifiers.kind {
        case nil:
            guard
                modified.modifiers.rescale != nil || modified.modifiers.places != nil
                    || modified.modifiers.sign != nil
                    || modified.modifiers.shift != 0
            else { return kind }
            return try number(kind, modified, places: modified.modifiers.places, from: start, pointer)
        case .text: return .text
        case .number:
            return try number(kind, modified, places: modified.modifiers.places, from: start, pointer)
        case .integer:
            return try number(kind, modified, places: 0, from: start, pointer)
        case .boolean: return try boolean(kind, from: start, pointer)
        case .money: return try money(kind, modified, from: start, pointer)
        case .time: return try time(kind, modified, from: start, pointer)
        case .date: return try date(kind, modified, from: start, pointer)
        }
    }

    private mutating func boolean(_ kind: ScalarKind, from start: Int, _ pointer: String) throws(EventProblem)
        -> ScalarKind
    {
        if kind == .bool { return .bool }
        switch String(decoding: scratch[start...], as: UTF8.self).lowercased() {
        case "true", "yes", "y", "1", "t": replace(from: start, with: "true".utf8)
        case "false", "no", "n", "0", "f": replace(from: start, with: "false".utf8)
        default:
            throw EventProblem(
                code: "bad_boolean", pointer: pointer, expected: "true, false, yes, no, 1 or 0",
                found: quoted(scratch[start...]))
        }
        return .bool
    }

    private func decimal(
        _ kind: ScalarKind, _ modified: Expression.Modified, from start: Int, _ pointer: String,
        _ what: String
    ) throws(EventProblem) -> DecimalText {
        // The decimal mark is that of texts: a JSON number is always written with a point.
        guard
            var decimal = DecimalText(
                scratch[start...], mark: kind == .text ? modified.modifiers.decimalMark : nil),
            decimal.shift(by: modified.modifiers.shift)
        else {
            throw EventProblem(
                code: "bad_number", pointer: pointer, expected: what, found: quoted(scratch[start...]))
        }
        switch modified.modifiers.sign {
        case .absolute: decimal.makePositive()
        case .negate: decimal.negate()
        case nil: break
        }
        return decimal
    }

    private mutating func number(
        _ kind: ScalarKind, _ modified: Expression.Modified, places: Int?, from start: Int, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        var decimal = try decimal(kind, modified, from: start, pointer, "a number")
        var rounding = modified.modifiers.rounding ?? .reject
        if let scale = modified.modifiers.rescale {
            try rescale(&decimal, scale, pointer)
            // A rescaled value is rarely round: without a rule for it, halves go up.
            if rounding == .reject { rounding = .halfUp }
        }
        if let places {
            decimal.trimZeros()
            guard decimal.setPlaces(places, rounding) else {
                throw EventProblem(
                    code: "too_many_places", pointer: pointer,
                    expected: "a number with at most \(places) places",
                    found: quoted(scratch[start...]))
            }
        }
        decimal.trimZeros()
        scratch.removeLast(scratch.count - start)
        decimal.append(to: &scratch)
        return .number
    }

    /// Moves a value from one scale to another, to six places.
    private func rescale(
        _ decimal: inout DecimalText, _ scale: Modifiers.Rescale, _ pointer: String
    ) throws(EventProblem) {
        let value = decimal.value
        guard value >= min(scale.fromLow, scale.fromHigh), value <= max(scale.fromLow, scale.fromHigh) else {
            throw EventProblem(
                code: "out_of_scale", pointer: pointer,
                expected: "a value from \(scale.fromLow) to \(scale.fromHigh)", found: "\(value)")
        }
        let share = (value - scale.fromLow) / (scale.fromHigh - scale.fromLow)
        let moved = (scale.toLow + share * (scale.toHigh - scale.toLow)) * 1_000_000
        decimal = DecimalText(coefficient: Int128(moved + (moved < 0 ? -0.5 : 0.5)), places: 6)
    }

    /// An amount with exactly the places of its currency.
    private mutating func money(
        _ kind: ScalarKind, _ modified: Expression.Modified, from start: Int, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        let places = try currencyDigits(modified.modifiers.currency, pointer)
        if Self.isReadyAmount(scratch, from: start, to: scratch.count, places: places)
            && modified.modifiers.shift == 0 && modified.modifiers.sign == nil
            && modified.modifiers.decimalMark == nil
        {
            return .text
        }
        var decimal = try decimal(kind, modified, from: start, pointer, "an amount such as 12.34")
        guard decimal.setPlaces(places, modified.modifiers.rounding ?? .reject) else {
            throw EventProblem(
                code: "too_many_places", pointer: pointer,
                expected: "an amount with at most \(places) places (or `round` in the mapping)",
                found: quoted(scratch[start...]))
        }
        scratch.removeLast(scratch.count - start)
        decimal.append(to: &scratch)
        return .text
    }

    private mutating func currencyDigits(_ expression: Expression?, _ pointer: String) throws(EventProblem)
        -> Int
    {
        guard let expression else { preconditionFailure("money without a currency") }
        let start = scratch.count
        defer { scratch.removeLast(scratch.count - start) }
        guard try scalar(expression, pointer: expression.pointer ?? pointer) != .absent else {
            throw EventProblem(
                code: "missing", pointer: expression.pointer ?? pointer, expected: "a currency",
                found: "nothing")
        }
        if scratch.count - start == 3, Self.pack(scratch, start) == currencyCode { return currencyPlaces }
        let code = Array(scratch[start...])
        do {
            let currency = try Currency(code: code.span)
            currencyCode = Self.pack(code, 0)
            currencyPlaces = currency.digits
            return currency.digits
        } catch {
            throw EventProblem(
                code: "bad_currency", pointer: expression.pointer ?? pointer,
                expected: "an ISO 4217 code such as EUR", found: quoted(scratch[start...]))
        }
    }
}
