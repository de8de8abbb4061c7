import Events
import Yams

extension MappingCompiler {
    /// The keys one of which makes a YAML mapping an operation instead of an object.
    private static let heads: Set<String> = [
        "field", "constant", "template", "first", "split", "each", "hash", "object", "list",
    ]
    private static let modifierKeys = [
        "empty", "trim", "case", "table", "otherwise", "decimal", "shift", "rescale", "sign", "as", "places",
        "round", "currency", "format", "zone", "default", "required",
    ]

    /// Reads a value: a shorthand text, a list, an object or an operation.
    mutating func expression(_ node: Node) throws(MappingError) -> Expression {
        switch node {
        case .scalar(let scalar):
            let constant = try yaml.constant(node)
            guard constant.kind == .text else { return .constant(constant) }
            return try shorthand(scalar.string, node)
        case .sequence(let sequence):
            var elements: [Expression] = []
            for element in sequence { elements.append(try expression(element)) }
            return .list(elements)
        case .mapping:
            let members = try yaml.members(node, "value", allowed: nil)
            if members.contains(where: { Self.heads.contains($0.key) }) {
                return try operation(node, members)
            }
            return try object(members)
        case .alias:
            throw yaml.failure(node, "aliases are not supported")
        }
    }

    /// The `data` of an event: an object that gets the default currency where it has an amount.
    mutating func dataObject(_ node: Node) throws(MappingError) -> Expression {
        guard case .mapping = node else {
            throw yaml.failure(node, "data: expected keys and values, found \(yaml.kind(node))")
        }
        var members = try yaml.members(node, "data", allowed: nil)
        let own = members.first { $0.key == "currency" }?.node
        members.removeAll { $0.key == "currency" }
        currency = defaultCurrency
        if let own {
            let stated = try expression(own)
            currency = defaultCurrency.map { .first([stated, $0]) } ?? stated
        }
        defer { currency = nil }
        guard case .object(var parts) = try object(members) else { preconditionFailure("no object") }
        if let currency, own != nil || parts.contains(where: { isMoney($0.value) }) {
            parts.append(.init(name: "currency", value: currency))
            parts.sort { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            if own == nil { _ = try use(currency) }
        }
        return .object(parts)
    }

    /// Marks a value as a time, so that naive ones get the mapping's zone.
    func asTime(_ value: Expression) -> Expression {
        if case .modified(let modified) = value {
            var modifiers = modified.modifiers
            if modifiers.kind == nil { modifiers.kind = .time }
            if modifiers.formats.isEmpty { modifiers.formats = formats }
            modifiers.zone = modifiers.zone ?? zone
            return .modified(.init(modified.inner, modifiers))
        }
        if case .constant = value { return value }
        var modifiers = Modifiers()
        modifiers.kind = .time
        modifiers.formats = formats
        modifiers.zone = zone
        return .modified(.init(value, modifiers))
    }

    private func isMoney(_ value: Expression) -> Bool {
        if case .modified(let modified) = value { return modified.modifiers.kind == .money }
        return false
    }

    /// Notes the fields of an expression that was compiled elsewhere as used here.
    private mutating func use(_ value: Expression) throws(MappingError) {
        switch value {
        case .field(let path): used.insert(path.slot)
        case .modified(let modified): try use(modified.inner)
        case .first(let parts), .list(let parts), .template(let parts): for part in parts { try use(part) }
        default: break
        }
    }

    private mutating func object(_ members: [(key: String, node: Node)]) throws(MappingError) -> Expression {
        var parts: [Expression.Member] = []
        for member in members {
            if try yaml.isNull(member.node) { continue }
            parts.append(.init(name: member.key, value: try expression(member.node)))
        }
        return .object(parts.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) })
    }

    /// `$field`, `$a.b`, `$.` (the element), `$@line`, `text ${field} text`; `$$` is a dollar sign.
    private mutating func shorthand(_ text: String, _ node: Node) throws(MappingError) -> Expression {
        if text.hasPrefix("$") && !text.hasPrefix("$$") && !text.hasPrefix("${") {
            return try reference(String(text.dropFirst()), node)
        }
        return text.contains("$") ? try template(text, node) : .constant(.text(text))
    }

    private mutating func template(_ text: String, _ node: Node) throws(MappingError) -> Expression {
        var pieces: [Expression] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            rest = rest.dropFirst()
            guard character == "$" else {
                literal.append(character)
                continue
            }
            if rest.hasPrefix("$") {
                literal.append("$")
                rest = rest.dropFirst()
                continue
            }
            guard rest.hasPrefix("{"), let end = rest.firstIndex(of: "}") else {
                throw yaml.failure(
                    node, "in \"\(text)\": a dollar sign inside a text must be ${field}, or $$ for itself")
            }
            if !literal.isEmpty { pieces.append(.constant(.text(literal))) }
            literal = ""
            pieces.append(try reference(String(rest[rest.index(after: rest.startIndex)..<end]), node))
            rest = rest[rest.index(after: end)...]
        }
        if pieces.isEmpty { return .constant(.text(literal)) }
        if !literal.isEmpty { pieces.append(.constant(.text(literal))) }
        return .template(pieces)
    }

    private mutating func reference(_ name: String, _ node: Node) throws(MappingError) -> Expression {
        switch name {
        case "@file": return .origin(.file)
        case "@line": return .origin(.line)
        case "@number": return .origin(.number)
        case "@index":
            try requireList(node, "$@index")
            return .origin(.index)
        case ".":
            try requireList(node, "$.")
            return .item([])
        default: break
        }
        if name.hasPrefix(".") {
            try requireList(node, "$\(name)")
            return .item(steps(String(name.dropFirst())))
        }
        guard !name.isEmpty, !name.hasPrefix("@") else {
            throw yaml.failure(
                node, "\"$\(name)\": expected the name of a field, or one of @file, @line, @number, @index")
        }
        return .field(try path(name, node))
    }

    private func requireList(_ node: Node, _ what: String) throws(MappingError) {
        guard isInsideList else {
            throw yaml.failure(
                node, "\(what) is the element of a list: it stands only inside `each` and `split`")
        }
    }

    /// `a.b` is member b of a; `a\.b` is a field whose name has a dot.
    private func steps(_ name: String) -> [String] {
        var steps = [""]
        var rest = Substring(name)
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.popFirst() {
                steps[steps.count - 1].append(next)
            } else if character == "." {
                steps.append("")
            } else {
                steps[steps.count - 1].append(character)
            }
        }
        return steps
    }

    mutating func path(_ name: String, _ node: Node) throws(MappingError) -> FieldPath {
        let steps = steps(name)
        guard !steps.contains("") else {
            throw yaml.failure(node, "\"\(name)\": a name in the path is empty")
        }
        let slot = try slot(of: steps[0], at: node)
        used.insert(slot)
        let pointer = steps.map { "/" + JSONPointer.escape($0) }.joined()
        return FieldPath(slot: slot, rest: Array(steps.dropFirst()), pointer: pointer)
    }

    private mutating func operation(
        _ node: Node, _ members: [(key: String, node: Node)]
    ) throws(MappingError) -> Expression {
        let heads = members.filter { Self.heads.contains($0.key) }
        guard heads.count == 1, let head = heads.first else {
            let names = heads.map(\.key).joined(separator: ", ")
            throw yaml.failure(node, "one value cannot be made by \(names) at once")
        }
        let partners = ["split": ["by", "into"], "each": ["into"]][head.key] ?? []
        var options: [String: Node] = [:]
        for member in members where member.key != head.key {
            guard partners.contains(member.key) || Self.modifierKeys.contains(member.key) else {
                let known = (partners + Self.modifierKeys).joined(separator: ", ")
                throw yaml.failure(
                    member.node, "\(head.key): unknown key \"\(member.key)\"; known are \(known)")
            }
            options[member.key] = member.node
        }
        let value = try headValue(head.key, head.node, options)
        for partner in partners { options[partner] = nil }
        return options.isEmpty ? value : .modified(.init(value, try modifiers(options)))
    }

    private mutating func headValue(
        _ key: String, _ node: Node, _ options: [String: Node]
    ) throws(MappingError) -> Expression {
        switch key {
        case "field":
            return try reference(try yaml.text(node, "field"), node)
        case "constant":
            return .constant(try yaml.constant(node))
        case "template":
            return try template(try yaml.text(node, "template"), node)
        case "first":
            return .first(try expressions(node, "first"))
        case "hash":
            return .hash(try expressions(node, "hash"))
        case "list":
            return .list(try expressions(node, "list"))
        case "object":
            return try object(try yaml.members(node, "object", allowed: nil))
        case "split":
            guard let separator = options["by"] else { throw yaml.failure(node, "split: `by` is missing") }
            let text = try yaml.text(separator, "by")
            guard !text.isEmpty else { throw yaml.failure(separator, "by: the separator is empty") }
            return .split(
                try expression(node), separator: Array(text.utf8), each: try element(options["into"]))
        default:
            return .each(try expression(node), try element(options["into"]))
        }
    }

    private mutating func element(_ node: Node?) throws(MappingError) -> Expression {
        guard let node else { return .item([]) }
        let outer = isInsideList
        isInsideList = true
        defer { isInsideList = outer }
        return try expression(node)
    }

    private mutating func expressions(_ node: Node, _ what: String) throws(MappingError) -> [Expression] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw yaml.failure(node, "\(what): expected a list of values")
        }
        var values: [Expression] = []
        for element in sequence { values.append(try expression(element)) }
        return values
    }

    private mutating func modifiers(_ options: [String: Node]) throws(MappingError) -> Modifiers {
        var modifiers = Modifiers()
        modifiers.decimalMark = decimalMark
        modifiers.rounding = rounding
        for (key, node) in options.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "empty": modifiers.empty = try yaml.texts(node, key).map { Array($0.utf8) }
            case "trim": modifiers.trims = try yaml.bool(node, key)
            case "case": modifiers.letterCase = try yaml.choice(node, key, Modifiers.LetterCase.self)
            case "table": modifiers.table = try table(node)
            case "otherwise": modifiers.otherwise = try otherwise(node)
            case "decimal": modifiers.decimalMark = try readDecimalMark(node)
            case "shift": modifiers.shift = try yaml.integer(node, key, in: -18...18)
            case "rescale": modifiers.rescale = try rescale(node)
            case "sign": modifiers.sign = try yaml.choice(node, key, Modifiers.Sign.self)
            case "as": modifiers.kind = try yaml.choice(node, key, Modifiers.Kind.self)
            case "places": modifiers.places = try yaml.integer(node, key, in: 0...12)
            case "round": modifiers.rounding = try yaml.choice(node, key, Rounding.self)
            case "currency": modifiers.currency = try expression(node)
            case "format": modifiers.formats = try readFormats(node)
            case "zone": modifiers.zone = try readZone(node)
            case "default": modifiers.fallback = try expression(node)
            default: modifiers.isRequired = try yaml.bool(node, key)
            }
        }
        if modifiers.kind == .money { try completeMoney(&modifiers, options) }
        if modifiers.kind == .time || modifiers.kind == .date {
            if modifiers.formats.isEmpty { modifiers.formats = formats }
            modifiers.zone = modifiers.zone ?? zone
        }
        return modifiers
    }

    private func completeMoney(_ modifiers: inout Modifiers, _ options: [String: Node]) throws(MappingError) {
        modifiers.currency = modifiers.currency ?? currency
        guard modifiers.currency != nil else {
            throw yaml.failure(
                options["as"]!,
                "as: money: nothing says the currency; add `currency` to the data or to the mapping")
        }
    }

    private func table(_ node: Node) throws(MappingError) -> [String: Constant] {
        guard case .scalar(let scalar) = node else { return try readTable(node, "table") }
        guard let table = tables[scalar.string] else {
            throw yaml.failure(node, "there is no table \"\(scalar.string)\" under `tables`")
        }
        return table
    }

    private mutating func otherwise(_ node: Node) throws(MappingError) -> Modifiers.Otherwise {
        if case .scalar(let scalar) = node, scalar.style == .plain {
            if scalar.string == "keep" { return .keep }
            if scalar.string == "reject" { return .reject }
        }
        return .value(try expression(node))
    }

    private func rescale(_ node: Node) throws(MappingError) -> Modifiers.Rescale {
        var ends: [String: [Double]] = [:]
        for member in try yaml.members(node, "rescale", allowed: ["from", "to"]) {
            guard case .sequence(let sequence) = member.node, sequence.count == 2 else {
                throw yaml.failure(member.node, "rescale: expected the two ends of a scale, as [1, 5]")
            }
            ends[member.key] = [
                try yaml.number(sequence[0], member.key), try yaml.number(sequence[1], member.key),
            ]
        }
        guard let from = ends["from"], let to = ends["to"], from[0] != from[1] else {
            throw yaml.failure(node, "rescale: expected {from: [low, high], to: [low, high]}")
        }
        return .init(fromLow: from[0], fromHigh: from[1], toLow: to[0], toHigh: to[1])
    }
}
