import Events

/// What a single value is; its text stands at the end of the mapper's scratch.
enum ScalarKind {
    case absent, text, number, bool, tree
}

extension Mapper {
    /// Evaluates a single value, appending its text to the scratch.
    func scalar(_ expression: Expression, pointer: String) throws(EventProblem) -> ScalarKind {
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
        case .modified(let inner, let modifiers):
            return try modified(inner, modifiers, pointer)
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

    private func scalar(ofNode node: Int, _ pointer: String) throws(EventProblem) -> ScalarKind {
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
            scratch.append(contentsOf: source[offset..<numberEnd(offset)])
            return .number
        case .string, .name:
            if reader.isPlainText(node) {
                scratch.append(contentsOf: source[offset + 1..<offset + 1 + reader.textLength(node)])
            } else {
                reader.withText(node) { text in
                    for index in 0..<text.count { scratch.append(text[index]) }
                }
            }
            return .text
        case .array, .object:
            throw EventProblem(
                code: "wrong_type", pointer: pointer, expected: "a single value",
                found: reader.kind(node).words)
        }
    }

    private func origin(_ part: Expression.OriginPart) -> ScalarKind {
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
    private func hash(_ parts: [Expression]) throws(EventProblem) -> ScalarKind {
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

    private func modified(
        _ inner: Expression, _ modifiers: Modifiers, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        let start = scratch.count
        var kind = try scalar(inner, pointer: pointer)
        if kind == .text { kind = tidy(modifiers, from: start) }
        if kind != .absent, let table = modifiers.table {
            kind = try translate(kind, table, modifiers.otherwise, from: start, pointer)
        }
        if kind != .absent {
            kind = try convert(kind, modifiers, from: start, pointer)
        }
        guard kind == .absent else { return kind }
        scratch.removeLast(scratch.count - start)
        if let fallback = modifiers.fallback { return try scalar(fallback, pointer: pointer) }
        guard !modifiers.isRequired else { throw required(inner) }
        return .absent
    }

    private func tidy(_ modifiers: Modifiers, from start: Int) -> ScalarKind {
        if modifiers.trims {
            let trimmed = Array(Self.trimmed(scratch[start...]))
            replace(from: start, with: trimmed)
        }
        if let letterCase = modifiers.letterCase {
            let text = String(decoding: scratch[start...], as: UTF8.self)
            replace(from: start, with: (letterCase == .lower ? text.lowercased() : text.uppercased()).utf8)
        }
        let isEmpty = modifiers.empty.contains { $0.elementsEqual(scratch[start...]) }
        return isEmpty ? .absent : .text
    }

    func replace(from start: Int, with text: some Sequence<UInt8>) {
        scratch.removeLast(scratch.count - start)
        scratch.append(contentsOf: text)
    }

    private func translate(
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

    private func convert(
        _ kind: ScalarKind, _ modifiers: Modifiers, from start: Int, _ pointer: String
    ) throws(EventProblem) -> ScalarKind {
        switch modifiers.kind {
        case nil:
            guard
                modifiers.rescale != nil || modifiers.places != nil || modifiers.sign != nil
                    || modifiers.shift != 0
            else { return kind }
            return try number(modifiers, from: start, pointer)
        case .text: return .text
        case .number: return try number(modifiers, from: start, pointer)
        case .integer:
            var whole = modifiers
            whole.places = 0
            return try number(whole, from: start, pointer)
        case .boolean: return try boolean(kind, from: start, pointer)
        case .money: return try money(modifiers, from: start, pointer)
        case .time: return try time(kind, modifiers, from: start, pointer)
        case .date: return try date(kind, modifiers, from: start, pointer)
        }
    }

    private func boolean(_ kind: ScalarKind, from start: Int, _ pointer: String) throws(EventProblem)
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
        _ modifiers: Modifiers, from start: Int, _ pointer: String, _ what: String
    ) throws(EventProblem) -> DecimalText {
        guard var decimal = DecimalText(scratch[start...], mark: modifiers.decimalMark),
            decimal.shift(by: modifiers.shift)
        else {
            throw EventProblem(
                code: "bad_number", pointer: pointer, expected: what, found: quoted(scratch[start...]))
        }
        switch modifiers.sign {
        case .absolute: decimal.makePositive()
        case .negate: decimal.negate()
        case nil: break
        }
        return decimal
    }

    private func number(_ modifiers: Modifiers, from start: Int, _ pointer: String) throws(EventProblem)
        -> ScalarKind
    {
        var decimal = try decimal(modifiers, from: start, pointer, "a number")
        var rounding = modifiers.rounding ?? .reject
        if let scale = modifiers.rescale {
            try rescale(&decimal, scale, pointer)
            // A rescaled value is rarely round: without a rule for it, halves go up.
            if rounding == .reject { rounding = .halfUp }
        }
        if let places = modifiers.places {
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
    private func money(_ modifiers: Modifiers, from start: Int, _ pointer: String) throws(EventProblem)
        -> ScalarKind
    {
        let places = try currencyDigits(modifiers.currency, pointer)
        if isReadyAmount(from: start, places: places) && modifiers.shift == 0 && modifiers.sign == nil
            && modifiers.decimalMark == nil
        {
            return .text
        }
        var decimal = try decimal(modifiers, from: start, pointer, "an amount such as 12.34")
        guard decimal.setPlaces(places, modifiers.rounding ?? .reject) else {
            throw EventProblem(
                code: "too_many_places", pointer: pointer,
                expected: "an amount with at most \(places) places (or `round` in the mapping)",
                found: quoted(scratch[start...]))
        }
        scratch.removeLast(scratch.count - start)
        decimal.append(to: &scratch)
        return .text
    }

    /// Whether the text is digits, a point and exactly so many digits.
    private func isReadyAmount(from start: Int, places: Int) -> Bool {
        let point = scratch.count - places - 1
        guard places > 0, point > start, scratch.count - start < 18, scratch[point] == UInt8(ascii: ".")
        else {
            return false
        }
        for index in start..<scratch.count where index != point {
            guard scratch[index] >= 0x30, scratch[index] <= 0x39 else { return false }
        }
        return scratch[start] != 0x30 || point == start + 1
    }

    private func currencyDigits(_ expression: Expression?, _ pointer: String) throws(EventProblem) -> Int {
        guard let expression else { preconditionFailure("money without a currency") }
        let start = scratch.count
        defer { scratch.removeLast(scratch.count - start) }
        guard try scalar(expression, pointer: expression.pointer ?? pointer) != .absent else {
            throw EventProblem(
                code: "missing", pointer: expression.pointer ?? pointer, expected: "a currency",
                found: "nothing")
        }
        if let currencyCache, currencyCache.code.elementsEqual(scratch[start...]) {
            return currencyCache.digits
        }
        let code = Array(scratch[start...])
        do {
            let currency = try Currency(code: code.span)
            currencyCache = (code, currency.digits)
            return currency.digits
        } catch {
            throw EventProblem(
                code: "bad_currency", pointer: expression.pointer ?? pointer,
                expected: "an ISO 4217 code such as EUR", found: quoted(scratch[start...]))
        }
    }
}
