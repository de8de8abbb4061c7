/// A schema as it is checked: a flat list of rules that name each other by number. Rule 0 is the schema itself.
struct SchemaProgram: Sendable {
    var rules: [SchemaRule] = []
    /// The members that rules of objects name.
    var members: [SchemaMember] = []
    /// The names of all members, one after the other.
    var names: [UInt8] = []
    /// Where rules of objects look names up: 1 + the number of a member, or 0. See `SchemaMember.bucket`.
    var buckets: [UInt32] = []
    /// Where anyOf, oneOf and allOf point: numbers of rules.
    var branches: [Int] = []
    /// The values that rules list.
    var choices: [SchemaChoices] = []
    /// Which members want which others.
    var dependencies: [SchemaDependency] = []
    var patterns: [SchemaPattern] = []

    /// The name of a member.
    func name(of member: SchemaMember) -> String {
        String(decoding: names[member.nameStart..<member.nameStart + Int(member.nameLength)], as: UTF8.self)
    }
}

/// The kinds of values that JSON Schema tells apart.
struct SchemaKinds: OptionSet, Sendable {
    let rawValue: UInt8

    static let null = SchemaKinds(rawValue: 1)
    static let boolean = SchemaKinds(rawValue: 2)
    /// Whole numbers, however they are written.
    static let integer = SchemaKinds(rawValue: 4)
    /// Numbers that are not whole.
    static let fraction = SchemaKinds(rawValue: 8)
    static let string = SchemaKinds(rawValue: 16)
    static let array = SchemaKinds(rawValue: 32)
    static let object = SchemaKinds(rawValue: 64)

    static let any = SchemaKinds(rawValue: 127)
    static let none: SchemaKinds = []
    static let number: SchemaKinds = [.integer, .fraction]

    /// The kinds by the name that `type` uses.
    static let byName: [(name: String, kinds: SchemaKinds)] = [
        ("object", .object), ("array", .array), ("string", .string), ("number", .number),
        ("integer", .integer), ("boolean", .boolean), ("null", .null),
    ]
}

/// What a rule looks at beyond the kind of a value.
struct SchemaChecks: OptionSet, Sendable {
    let rawValue: UInt16

    static let length = SchemaChecks(rawValue: 1)
    static let pattern = SchemaChecks(rawValue: 2)
    static let date = SchemaChecks(rawValue: 4)
    static let dateTime = SchemaChecks(rawValue: 8)
    static let range = SchemaChecks(rawValue: 16)
    static let multiple = SchemaChecks(rawValue: 32)
    static let elements = SchemaChecks(rawValue: 64)
    static let members = SchemaChecks(rawValue: 128)
    static let choices = SchemaChecks(rawValue: 256)
    static let branches = SchemaChecks(rawValue: 512)
    static let reference = SchemaChecks(rawValue: 1024)

    static let ofStrings: SchemaChecks = [.length, .pattern, .date, .dateTime]
    static let ofNumbers: SchemaChecks = [.range, .multiple]
    static let ofAny: SchemaChecks = [.choices, .branches, .reference]
}

/// One schema of a document: integers only, so that checking copies no references.
struct SchemaRule: Sendable {
    var kinds = SchemaKinds.any
    var checks: SchemaChecks = []
    /// Whether the value is sealed before it is stored.
    var isPersonal = false

    var minLength = 0
    var maxLength = Int.max
    var pattern = 0

    var minimum = -Double.infinity
    var maximum = Double.infinity
    var excludesMinimum = false
    var excludesMaximum = false
    var multiple = 0.0

    var minCount = 0
    var maxCount = Int.max
    var unique = false
    /// The rule of the elements, or nil.
    var element: Int?

    /// The part of `SchemaProgram.members` that is this rule's.
    var membersStart = 0
    var membersEnd = 0
    var requiredCount = 0
    /// The part of `SchemaProgram.buckets` that is this rule's: it has `1 << (64 - bucketShift)` of them.
    var bucketsStart = 0
    var bucketShift: UInt64 = 63
    /// What becomes of members that are not named.
    var others = SchemaOthers.allowed
    var dependenciesStart = 0
    var dependenciesEnd = 0

    var choices = 0
    var anyOfStart = 0
    var anyOfEnd = 0
    var oneOfStart = 0
    var oneOfEnd = 0
    var allOfStart = 0
    var allOfEnd = 0
    var reference = 0
}

/// What becomes of members that a rule does not name.
enum SchemaOthers: Sendable {
    case allowed
    case refused
    case rule(Int)
}

/// A member that a rule of objects names.
struct SchemaMember: Sendable {
    let nameStart: Int
    let nameLength: UInt32
    /// The first eight bytes of the name, as ``JSONName`` has them: they tell most names apart.
    let prefix: UInt64
    /// The rule of its value; nil where it is only required, not described.
    let rule: Int?
    let isRequired: Bool
    /// Texts of so many bytes are as the rule wants them, whatever they say; empty where more must be looked
    /// at. Most members are ids and codes, of which only the length is checked.
    var shortcut: Range<UInt32> = 0..<0

    /// The bucket in which a name is looked up: the top bits of a product, which differ for most names.
    @inline(__always)
    static func bucket(_ length: UInt32, _ prefix: UInt64, shift: UInt64) -> Int {
        let mixed = (prefix ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> shift)
    }
}

/// A member that wants others beside it.
struct SchemaDependency: Sendable {
    let name: String
    let wanted: [String]
}

/// The values that enum or const lists.
struct SchemaChoices: Sendable {
    /// Texts, in UTF-8.
    let texts: [[UInt8]]
    /// All values, in the order of the schema.
    let values: [JSONValue]
    /// Whether there are others than texts.
    let hasOthers: Bool

    init(_ values: [JSONValue]) {
        self.values = values
        texts = values.compactMap { $0.stringValue.map { Array($0.utf8) } }
        hasOthers = texts.count < values.count
    }
}
