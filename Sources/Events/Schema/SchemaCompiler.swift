/// Turns a schema into the program that is checked, and refuses what is outside the documented subset.
struct SchemaCompiler {
    private(set) var program = SchemaProgram()
    private let root: JSONValue
    /// Rules by the name of the definition, and whether they have been filled in.
    private var definitions: [String: Int] = [:]

    /// The keywords that say something to people only.
    static let annotations: Set<String> = [
        "title", "description", "$comment", "examples", "default", "deprecated", "readOnly", "writeOnly",
    ]
    /// The keywords that are understood at the root of a schema only.
    static let rootOnly: Set<String> = [
        "$schema", "$id", "$defs", "x-planned", "x-subject", "x-ledger", "x-voidable",
    ]
    /// The dialect that schemas are written in.
    static let dialect = "https://json-schema.org/draft/2020-12/schema"

    private init(_ root: JSONValue) {
        self.root = root
    }

    /// Compiles a schema.
    static func compile(_ schema: JSONValue) throws(SchemaError) -> SchemaProgram {
        var compiler = SchemaCompiler(schema)
        try compiler.reserveDefinitions()
        let first = compiler.reserve()
        try compiler.fill(first, schema, "")
        for (name, rule) in compiler.definitions.sorted(by: { $0.value < $1.value }) {
            guard let definition = schema["$defs"]?[name] else { continue }
            try compiler.fill(rule, definition, "/$defs/\(JSONPointer.escape(name))")
        }
        // The root is reserved behind the definitions: rule 0 refers to it.
        compiler.program.rules[0] = SchemaRule()
        compiler.program.rules[0].checks = .reference
        compiler.program.rules[0].reference = first
        try compiler.refuseEndlessReferences()
        compiler.addShortcuts()
        return compiler.program
    }

    /// Says of members whose rules look at the length of a text only which lengths in bytes pass for certain.
    private mutating func addShortcuts() {
        for place in program.members.indices {
            guard let number = program.members[place].rule else { continue }
            let rule = program.rules[number]
            guard rule.kinds.contains(.string), rule.checks.isSubset(of: [.length, .range, .multiple]) else {
                continue
            }
            // A character takes one to four bytes.
            let least = rule.minLength <= 1 ? rule.minLength : min(rule.minLength, 1 << 28) * 4
            let most = min(rule.maxLength, 1 << 30)
            if least <= most { program.members[place].shortcut = UInt32(least)..<UInt32(most + 1) }
        }
    }

    private mutating func reserve() -> Int {
        program.rules.append(SchemaRule())
        return program.rules.count - 1
    }

    private mutating func reserveDefinitions() throws(SchemaError) {
        _ = reserve()
        guard let value = root["$defs"] else { return }
        guard case .object(let object) = value else {
            throw SchemaError(pointer: "", keyword: "$defs", reason: "must be an object of schemas")
        }
        for name in object.keys { definitions[name] = reserve() }
    }

    private mutating func fill(_ number: Int, _ schema: JSONValue, _ pointer: String) throws(SchemaError) {
        var rule = SchemaRule()
        switch schema {
        case .bool(true): break
        case .bool(false): rule.kinds = .none
        case .object(let object):
            for member in object {
                try apply(member.name, member.value, object, &rule, pointer)
            }
            try applyMembers(object, &rule, pointer)
        default:
            throw SchemaError(pointer: pointer, keyword: "", reason: "a schema is an object, true or false")
        }
        program.rules[number] = rule
    }

    private mutating func child(_ schema: JSONValue, _ pointer: String) throws(SchemaError) -> Int {
        let number = reserve()
        try fill(number, schema, pointer)
        return number
    }

    private mutating func apply(
        _ keyword: String, _ value: JSONValue, _ object: JSONObject, _ rule: inout SchemaRule,
        _ pointer: String
    ) throws(SchemaError) {
        let place = SchemaPlace(pointer: pointer, keyword: keyword)
        switch keyword {
        case "type": rule.kinds.formIntersection(try place.kinds(value))
        case "enum": try choose(try place.array(value), &rule, place)
        case "const": try choose([value], &rule, place)
        case "minLength", "maxLength", "pattern", "format": try applyText(value, &rule, place)
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
            try applyNumber(value, &rule, place)
        case "items", "minItems", "maxItems", "uniqueItems": try applyElements(value, &rule, place)
        case "properties", "required", "additionalProperties", "dependentRequired": break
        case "anyOf", "oneOf", "allOf": try applyBranches(value, &rule, place)
        case "$ref": try applyReference(value, &rule, place)
        case "x-personal": rule.isPersonal = try place.bool(value)
        case "$schema" where pointer.isEmpty:
            guard value == .string(Self.dialect) else { throw place.error("must be \(Self.dialect)") }
        case "$id" where pointer.isEmpty:
            guard let text = value.stringValue, !text.isEmpty, !text.contains("#") else {
                throw place.error("must be a URI reference without a fragment")
            }
        case "x-subject" where pointer.isEmpty:
            guard let text = value.stringValue, SubjectRule(rawValue: text) != nil else {
                throw place.error("must be required, optional or forbidden")
            }
        case "x-planned" where pointer.isEmpty: _ = try place.bool(value)
        case "x-ledger" where pointer.isEmpty: _ = try place.bool(value)
        case "x-voidable" where pointer.isEmpty: _ = try place.bool(value)
        case "$defs" where pointer.isEmpty: break
        case let name where Self.annotations.contains(name): break
        case let name where Self.rootOnly.contains(name):
            throw place.error("stands at the root of a schema only")
        default:
            throw place.error("is not in the subset that can be checked; schemas/README.md lists what is")
        }
    }

    private mutating func choose(
        _ values: [JSONValue], _ rule: inout SchemaRule, _ place: SchemaPlace
    ) throws(SchemaError) {
        guard !rule.checks.contains(.choices) else { throw place.error("cannot stand beside enum or const") }
        rule.checks.insert(.choices)
        rule.choices = program.choices.count
        program.choices.append(SchemaChoices(values))
    }

    private mutating func applyText(
        _ value: JSONValue, _ rule: inout SchemaRule, _ place: SchemaPlace
    ) throws(SchemaError) {
        switch place.keyword {
        case "minLength":
            rule.minLength = try place.count(value)
            rule.checks.insert(.length)
        case "maxLength":
            rule.maxLength = try place.count(value)
            rule.checks.insert(.length)
        case "pattern":
            let source = try place.text(value)
            do throws(PatternError) {
                program.patterns.append(try SchemaPattern(source))
            } catch {
                throw place.error("the pattern \(error.reason)")
            }
            rule.pattern = program.patterns.count - 1
            rule.checks.insert(.pattern)
        default:
            switch try place.text(value) {
            case "date": rule.checks.insert(.date)
            case "date-time": rule.checks.insert(.dateTime)
            case let name: throw place.error("“\(name)” is not checked here; only date and date-time are")
            }
        }
    }

    private mutating func applyNumber(
        _ value: JSONValue, _ rule: inout SchemaRule, _ place: SchemaPlace
    ) throws(SchemaError) {
        let number = try place.number(value)
        switch place.keyword {
        case "minimum":
            if number > rule.minimum { (rule.minimum, rule.excludesMinimum) = (number, false) }
        case "exclusiveMinimum":
            if number >= rule.minimum { (rule.minimum, rule.excludesMinimum) = (number, true) }
        case "maximum":
            if number < rule.maximum { (rule.maximum, rule.excludesMaximum) = (number, false) }
        case "exclusiveMaximum":
            if number <= rule.maximum { (rule.maximum, rule.excludesMaximum) = (number, true) }
        default:
            guard number > 0 else { throw place.error("must be above zero") }
            rule.multiple = number
            rule.checks.insert(.multiple)
            return
        }
        rule.checks.insert(.range)
    }

    private mutating func applyElements(
        _ value: JSONValue, _ rule: inout SchemaRule, _ place: SchemaPlace
    ) throws(SchemaError) {
        switch place.keyword {
        case "items": rule.element = try child(value, place.inside)
        case "minItems": rule.minCount = try place.count(value)
        case "maxItems": rule.maxCount = try place.count(value)
        default: rule.unique = try place.bool(value)
        }
        rule.checks.insert(.elements)
    }

    private mutating func applyBranches(
        _ value: JSONValue, _ rule: inout SchemaRule, _ place: SchemaPlace
    ) throws(SchemaError) {
        var numbers: [Int] = []
        for (index, branch) in try place.array(value).enumerated() {
            numbers.append(try child(branch, "\(place.inside)/\(index)"))
        }
        guard !numbers.isEmpty else { throw place.error("must list at least one schema") }
        let start = program.branches.count
        program.branches += numbers
        let end = program.branches.count
        switch place.keyword {
        case "anyOf": (rule.anyOfStart, rule.anyOfEnd) = (start, end)
        case "oneOf": (rule.oneOfStart, rule.oneOfEnd) = (start, end)
        default: (rule.allOfStart, rule.allOfEnd) = (start, end)
        }
        rule.checks.insert(.branches)
    }

    private mutating func applyReference(
        _ value: JSONValue, _ rule: inout SchemaRule, _ place: SchemaPlace
    ) throws(SchemaError) {
        let text = try place.text(value)
        guard text.hasPrefix("#/$defs/"), let number = definitions[String(text.dropFirst(8))] else {
            throw place.error("must be #/$defs/ and the name of a definition of this schema, not “\(text)”")
        }
        rule.reference = number
        rule.checks.insert(.reference)
    }

    private mutating func applyMembers(
        _ object: JSONObject, _ rule: inout SchemaRule, _ pointer: String
    ) throws(SchemaError) {
        var required: [String] = []
        if let value = object["required"] {
            required = try SchemaPlace(pointer: pointer, keyword: "required").texts(value)
        }
        var described: [(name: String, rule: Int?)] = []
        if let value = object["properties"] {
            let place = SchemaPlace(pointer: pointer, keyword: "properties")
            for member in try place.object(value) {
                let inside = "\(place.inside)/\(JSONPointer.escape(member.name))"
                described.append((member.name, try child(member.value, inside)))
            }
        }
        for name in required where !described.contains(where: { $0.name == name }) {
            described.append((name, nil))
        }
        if let value = object["additionalProperties"] {
            let inside = SchemaPlace(pointer: pointer, keyword: "additionalProperties").inside
            rule.others = value == .bool(false) ? .refused : .rule(try child(value, inside))
        }
        try applyDependencies(object, &rule, pointer)
        rule.membersStart = program.members.count
        for (name, number) in described {
            let utf8 = Array(name.utf8)
            program.members.append(
                SchemaMember(
                    nameStart: program.names.count, nameLength: UInt32(utf8.count),
                    prefix: JSONName.prefix(of: utf8), rule: number,
                    isRequired: required.contains(name)))
            program.names += utf8
        }
        rule.membersEnd = program.members.count
        fillBuckets(&rule)
        rule.requiredCount = required.count
        let hasOthers = if case .allowed = rule.others { false } else { true }
        if !described.isEmpty || hasOthers || rule.dependenciesEnd > rule.dependenciesStart {
            rule.checks.insert(.members)
        }
    }

    /// Gives a rule so many buckets that each of its members has one to itself, or at least few neighbours.
    private mutating func fillBuckets(_ rule: inout SchemaRule) {
        let count = rule.membersEnd - rule.membersStart
        guard count > 0 else { return }
        var bits: UInt64 = 1
        while 1 << bits < count * 2 { bits += 1 }
        var places: [UInt32] = []
        for extra in UInt64(0)..<4 {
            rule.bucketShift = 64 - bits - extra
            places = Array(repeating: 0, count: 1 << (bits + extra))
            var collides = false
            for number in rule.membersStart..<rule.membersEnd {
                let member = program.members[number]
                var bucket = SchemaMember.bucket(member.nameLength, member.prefix, shift: rule.bucketShift)
                while places[bucket] != 0 {
                    collides = true
                    bucket = (bucket + 1) & (places.count - 1)
                }
                places[bucket] = UInt32(number + 1)
            }
            if !collides { break }
        }
        rule.bucketsStart = program.buckets.count
        program.buckets += places
    }

    private mutating func applyDependencies(
        _ object: JSONObject, _ rule: inout SchemaRule, _ pointer: String
    ) throws(SchemaError) {
        guard let value = object["dependentRequired"] else { return }
        let place = SchemaPlace(pointer: pointer, keyword: "dependentRequired")
        rule.dependenciesStart = program.dependencies.count
        for member in try place.object(value) {
            program.dependencies.append(
                SchemaDependency(name: member.name, wanted: try place.texts(member.value)))
        }
        rule.dependenciesEnd = program.dependencies.count
    }

    /// A rule that leads back to itself without going into the value would never come to an end.
    private func refuseEndlessReferences() throws(SchemaError) {
        var settled = Set<Int>()
        func walk(_ number: Int, _ open: Set<Int>) throws(SchemaError) {
            guard !settled.contains(number) else { return }
            guard !open.contains(number) else {
                throw SchemaError(pointer: "", keyword: "$ref", reason: "leads back to itself")
            }
            let rule = program.rules[number]
            var onward = Array(program.branches[rule.anyOfStart..<rule.anyOfEnd])
            onward += program.branches[rule.oneOfStart..<rule.oneOfEnd]
            onward += program.branches[rule.allOfStart..<rule.allOfEnd]
            if rule.checks.contains(.reference) { onward.append(rule.reference) }
            for next in onward { try walk(next, open.union([number])) }
            settled.insert(number)
        }
        for number in program.rules.indices { try walk(number, []) }
    }
}

/// A keyword at a place of a schema: reads its value, or says what it must be.
struct SchemaPlace {
    let pointer: String
    let keyword: String

    /// The pointer of the keyword's own value.
    var inside: String { "\(pointer)/\(keyword)" }

    func error(_ reason: String) -> SchemaError {
        SchemaError(pointer: pointer, keyword: keyword, reason: reason)
    }

    func text(_ value: JSONValue) throws(SchemaError) -> String {
        guard let text = value.stringValue else { throw error("must be a string") }
        return text
    }

    func bool(_ value: JSONValue) throws(SchemaError) -> Bool {
        guard let truth = value.boolValue else { throw error("must be true or false") }
        return truth
    }

    func number(_ value: JSONValue) throws(SchemaError) -> Double {
        guard let number = value.numberValue else { throw error("must be a number") }
        return number
    }

    func count(_ value: JSONValue) throws(SchemaError) -> Int {
        guard let count = value.integerValue, count >= 0 else {
            throw error("must be a whole number, not negative")
        }
        return count
    }

    func array(_ value: JSONValue) throws(SchemaError) -> [JSONValue] {
        guard let elements = value.arrayValue else { throw error("must be an array") }
        return elements
    }

    func object(_ value: JSONValue) throws(SchemaError) -> JSONObject {
        guard let object = value.objectValue else { throw error("must be an object") }
        return object
    }

    func texts(_ value: JSONValue) throws(SchemaError) -> [String] {
        var texts: [String] = []
        for element in try array(value) {
            guard let text = element.stringValue, !texts.contains(text) else {
                throw error("must list different strings")
            }
            texts.append(text)
        }
        return texts
    }

    func kinds(_ value: JSONValue) throws(SchemaError) -> SchemaKinds {
        let names = if let name = value.stringValue { [name] } else { try texts(value) }
        var kinds = SchemaKinds.none
        for name in names {
            guard let known = SchemaKinds.byName.first(where: { $0.name == name }) else {
                throw error("“\(name)” is none of object, array, string, number, integer, boolean, null")
            }
            kinds.formUnion(known.kinds)
        }
        return kinds
    }
}
