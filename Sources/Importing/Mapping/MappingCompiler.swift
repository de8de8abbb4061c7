import Events
import Yams

extension Mapping {
    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - yaml: The text of the mapping file.
    ///   - file: How the file is called in messages.
    public init(yaml: String, file: String) throws(MappingError) {
        var compiler = MappingCompiler(yaml: YAMLReader(file: file))
        self = try compiler.compile(yaml)
    }
}

/// Turns a YAML tree into rules, resolving fields to slots and everything fixed to bytes.
struct MappingCompiler {
    let yaml: YAMLReader
    var fields: [String] = []
    private var slots: [String: Int] = [:]
    /// Fields used by what is being compiled.
    var used = FieldSet()
    var tables: [String: [String: Constant]] = [:]
    /// Set inside `each` and `split`, where `$.` is the element.
    var isInsideList = false
    /// What holds unless a place says otherwise.
    var zone: Zone?
    var formats: [TimeFormat] = []
    var rounding = Rounding.reject
    var decimalMark: UInt8?
    var defaultCurrency: Expression?
    /// The currency of the object being compiled.
    var currency: Expression?

    private static let topKeys = [
        "mapping", "summary", "csv", "zone", "time_format", "currency", "round", "decimal", "tables",
        "ignore",
        "unexpected", "defaults", "rules",
    ]
    private static let ruleKeys = ["name", "when", "skip", "ignore", "also"] + templateKeys
    static let templateKeys = attributeNames + ["extensions", "data"]
    /// The CloudEvents attributes that a mapping may set. `specversion` is always 1.0.
    static let attributeNames = [
        "authid", "authtype", "causationid", "correlationid", "dataschema", "id", "partitionkey",
        "recordedtime",
        "sequence", "source", "subject", "time", "traceparent", "tracestate", "type",
    ]
    private static let required: Set<String> = ["id", "source", "subject", "time", "type"]

    init(yaml: YAMLReader) {
        self.yaml = yaml
    }

    mutating func compile(_ text: String) throws(MappingError) -> Mapping {
        let root = try yaml.root(of: text)
        var top: [String: Node] = [:]
        for member in try yaml.members(root, "mapping file", allowed: Self.topKeys) {
            top[member.key] = member.node
        }
        guard let version = top["mapping"], try yaml.text(version, "mapping") == "1" else {
            throw yaml.failure(top["mapping"] ?? root, "expected `mapping: 1`, the version of the language")
        }
        try readSettings(top)
        let ignored = try readIgnored(top["ignore"])
        let defaults = try readDefaults(top["defaults"])
        let rules = try readRules(top["rules"], root, defaults: defaults, ignored: ignored)
        var allowsUnexpected = false
        if let node = top["unexpected"] {
            let text = try yaml.text(node, "unexpected")
            guard text == "ignore" || text == "reject" else {
                throw yaml.failure(node, "unexpected: expected ignore or reject")
            }
            allowsUnexpected = text == "ignore"
        }
        return Mapping(
            file: yaml.file,
            summary: try top["summary"].map { node throws(MappingError) in try yaml.text(node, "summary") },
            csv: try top["csv"].map(readCSV), rules: rules, fields: fields, allowsUnexpected: allowsUnexpected
        )
    }

    /// The slot of a top-level field.
    mutating func slot(of field: String, at node: Node) throws(MappingError) -> Int {
        if let slot = slots[field] { return slot }
        guard fields.count < FieldSet.capacity else {
            throw yaml.failure(node, "a mapping can name at most \(FieldSet.capacity) fields")
        }
        slots[field] = fields.count
        fields.append(field)
        return fields.count - 1
    }

    private mutating func readSettings(_ top: [String: Node]) throws(MappingError) {
        if let node = top["zone"] { zone = try readZone(node) }
        if let node = top["time_format"] { formats = try readFormats(node) }
        if let node = top["round"] { rounding = try yaml.choice(node, "round", Rounding.self) }
        if let node = top["decimal"] { decimalMark = try readDecimalMark(node) }
        if let node = top["tables"] {
            for member in try yaml.members(node, "tables", allowed: nil) {
                tables[member.key] = try readTable(member.node, "table \(member.key)")
            }
        }
        if let node = top["currency"] { defaultCurrency = try expression(node) }
    }

    func readZone(_ node: Node) throws(MappingError) -> Zone {
        do {
            return try Zone(identifier: try yaml.text(node, "zone"))
        } catch let error as MappingError {
            throw error
        } catch {
            throw yaml.failure(node, "zone: \(error)")
        }
    }

    func readFormats(_ node: Node) throws(MappingError) -> [TimeFormat] {
        var formats: [TimeFormat] = []
        for text in try yaml.texts(node, "time_format") {
            do {
                formats.append(try TimeFormat(text))
            } catch {
                throw yaml.failure(node, "time format \"\(text)\": \(error.message)")
            }
        }
        return formats
    }

    func readDecimalMark(_ node: Node) throws(MappingError) -> UInt8 {
        let text = try yaml.text(node, "decimal")
        guard text == "," || text == "." else { throw yaml.failure(node, "decimal: expected \",\" or \".\"") }
        return text.utf8.first!
    }

    func readTable(_ node: Node, _ what: String) throws(MappingError) -> [String: Constant] {
        var table: [String: Constant] = [:]
        for member in try yaml.members(node, what, allowed: nil) {
            table[member.key] = try yaml.constant(member.node)
        }
        return table
    }

    private func readCSV(_ node: Node) throws(MappingError) -> CSVOptions {
        var options = CSVOptions()
        for member in try yaml.members(node, "csv", allowed: ["delimiter", "columns"]) {
            if member.key == "columns" {
                options.columns = try yaml.texts(member.node, "columns")
            } else {
                let text = try yaml.text(member.node, "delimiter")
                guard text.utf8.count == 1, let byte = text.utf8.first, byte != 0x22, byte != 0x0A,
                    byte != 0x0D
                else {
                    throw yaml.failure(
                        member.node, "delimiter: expected one ASCII character, as \";\" or \"\\t\"")
                }
                options.delimiter = byte
            }
        }
        return options
    }

    private mutating func readIgnored(_ node: Node?) throws(MappingError) -> FieldSet {
        var ignored = FieldSet()
        guard let node else { return ignored }
        for field in try yaml.texts(node, "ignore") { ignored.insert(try slot(of: field, at: node)) }
        return ignored
    }

    private func readDefaults(_ node: Node?) throws(MappingError) -> [(key: String, node: Node)] {
        guard let node else { return [] }
        return try yaml.members(node, "defaults", allowed: Self.attributeNames + ["extensions"])
    }

    private mutating func readRules(
        _ node: Node?, _ root: Node, defaults: [(key: String, node: Node)], ignored: FieldSet
    ) throws(MappingError) -> [Rule] {
        guard let node, case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw yaml.failure(
                node ?? root, "expected `rules:` with at least one rule, each beginning with `- name:`")
        }
        var rules: [Rule] = []
        var tested = ignored
        for (index, element) in sequence.enumerated() {
            used = FieldSet()
            let rule = try readRule(element, number: index + 1, defaults: defaults)
            guard !rules.contains(where: { $0.name == rule.name }) else {
                throw yaml.failure(element, "two rules are called \"\(rule.name)\"")
            }
            for condition in rule.conditions { tested.insert(condition.field.slot) }
            rules.append(rule.knowing(used))
        }
        return rules.map { $0.knowing(tested) }
    }

    private mutating func readRule(
        _ node: Node, number: Int, defaults: [(key: String, node: Node)]
    ) throws(MappingError) -> Rule {
        var members: [String: Node] = [:]
        for member in try yaml.members(node, "rule \(number)", allowed: Self.ruleKeys) {
            members[member.key] = member.node
        }
        let name =
            try members["name"].map { node throws(MappingError) in try yaml.text(node, "name") }
            ?? "rule \(number)"
        let conditions = try readConditions(members["when"])
        let ignored = try readIgnored(members["ignore"])
        if let skip = members["skip"], try yaml.bool(skip, "skip") {
            guard members.keys.allSatisfy({ ["name", "when", "skip"].contains($0) }) else {
                throw yaml.failure(node, "a rule that skips has nothing but `name` and `when`")
            }
            return Rule(name: name, conditions: conditions, skips: true, events: [], known: ignored)
        }
        var events = [try readTemplate(members, node, conditions: [], defaults: defaults)]
        if let also = members["also"] { try readFurther(also, into: &events, defaults: defaults) }
        return Rule(name: name, conditions: conditions, skips: false, events: events, known: ignored)
    }

    /// Reads `also`: what else happened according to the same record.
    private mutating func readFurther(
        _ also: Node, into events: inout [EventTemplate], defaults: [(key: String, node: Node)]
    ) throws(MappingError) {
        guard case .sequence(let sequence) = also else {
            throw yaml.failure(also, "also: expected a list of further events")
        }
        for element in sequence {
            var further: [String: Node] = [:]
            for member in try yaml.members(element, "also", allowed: ["when"] + Self.templateKeys) {
                further[member.key] = member.node
            }
            guard further["id"] != nil else {
                throw yaml.failure(
                    element, "also: a further event of the same record needs an `id` of its own")
            }
            events.append(
                try readTemplate(
                    further, element, conditions: try readConditions(further["when"]), defaults: defaults))
        }
    }

    private mutating func readTemplate(
        _ own: [String: Node], _ node: Node, conditions: [Condition], defaults: [(key: String, node: Node)]
    ) throws(MappingError) -> EventTemplate {
        var members = own
        for (key, value) in defaults where members[key] == nil { members[key] = value }
        for name in ["type", "id", "source", "time"] {
            if let value = members[name], try !yaml.isNull(value) { continue }
            throw yaml.failure(
                node,
                "nothing says what the event's `\(name)` is; add it to the rule or to `defaults`"
                    + (name == "id" ? " (without an id of its own, use `id: {hash: [$field, …]}`)" : ""))
        }
        var attributes: [EventTemplate.Attribute] = []
        for name in Self.attributeNames {
            guard let value = members[name] else { continue }
            // An explicit null leaves out what the defaults would set, such as the subject of a campaign.
            if try yaml.isNull(value) { continue }
            attributes.append(try attribute(name, value, isRequired: Self.required.contains(name)))
        }
        if let extensions = members["extensions"] {
            for member in try yaml.members(extensions, "extensions", allowed: nil) {
                guard isExtensionName(member.key) else {
                    throw yaml.failure(
                        member.node,
                        "\"\(member.key)\" cannot be an extension: expected at most 20 lower-case letters and digits"
                    )
                }
                attributes.append(try attribute(member.key, member.node, isRequired: false))
            }
        }
        attributes.append(
            .init(name: "specversion", value: .constant(.text("1.0")), isRequired: true))
        let data =
            try members["data"].map { node throws(MappingError) in try dataObject(node) } ?? .object([])
        return EventTemplate(conditions: conditions, attributes: attributes, data: data)
    }

    private mutating func attribute(
        _ name: String, _ node: Node, isRequired: Bool
    ) throws(MappingError) -> EventTemplate.Attribute {
        var value = try expression(node)
        if name == "time" || name == "recordedtime" { value = asTime(value) }
        return .init(name: name, value: value, isRequired: isRequired)
    }

    private func isExtensionName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 20
            && name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }
            && !Self.attributeNames.contains(name)
            && !["data", "specversion", "datacontenttype"].contains(name)
    }
}

extension YAMLReader {
    /// Whether a value is written as null.
    func isNull(_ node: Node) throws(MappingError) -> Bool {
        guard case .scalar = node else { return false }
        return try constant(node) == .null
    }
}
