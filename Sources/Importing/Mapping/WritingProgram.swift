import Events

/// An event template as a flat list of steps: what most members of most mappings are (fields copied, fixed texts,
/// amounts) is done without walking expressions, which for short records cost more than all the rest.
struct WritingProgram: Sendable {
    enum Kind: Sendable {
        /// Bytes of the pool.
        case literal
        /// A member copied from a field, left out where the field is absent.
        case field
        /// An attribute that is a field: short work for plain texts, the general way for all others.
        case attribute
        /// The same for a time: short work where it is complete already.
        case time
        /// A member that is an amount: short work for one that has its currency's places already.
        case money
        /// The beginning of an object or a list, with its key.
        case open
        /// Its end; left out, key and all, where nothing stands in it.
        case close
        /// A member made by an expression.
        case general
    }

    /// Numbers only: a step is copied out of the list without counting references.
    struct Step: Sendable {
        var kind: Kind
        /// The key, or the literal, in the pool.
        var start: Int32
        var end: Int32
        /// The slot of the field.
        var slot: Int32 = -1
        /// The slot of the currency.
        var currency: Int32 = -1
        /// Index among the expressions or attributes; for `close` the closing byte.
        var index: Int32 = -1
    }

    private(set) var steps: [Step] = []
    private(set) var pool: [UInt8] = []
    private(set) var expressions: [Expression] = []
    private(set) var attributes: [EventTemplate.Attribute] = []

    /// Compiles attributes in the order in which they are written, `data` among them.
    init(before: [EventTemplate.Attribute], data: Expression, after: [EventTemplate.Attribute]) {
        literal([UInt8(ascii: "{")])
        for attribute in before { add(attribute) }
        // Data are written even where nothing stands in them.
        literal(Array("\"data\":{".utf8))
        if case .object(let members) = data {
            for member in members { add(member.key, member.value) }
        }
        steps.append(Step(kind: .close, start: -1, end: -1, index: Int32(UInt8(ascii: "}"))))
        for attribute in after { add(attribute) }
    }

    private mutating func literal(_ bytes: [UInt8]) {
        let range = range(of: bytes)
        if let last = steps.last, last.kind == .literal, last.end == range.0 {
            steps[steps.count - 1].end = range.1
        } else {
            steps.append(Step(kind: .literal, start: range.0, end: range.1))
        }
    }

    private mutating func range(of bytes: [UInt8]) -> (Int32, Int32) {
        let start = Int32(pool.count)
        pool.append(contentsOf: bytes)
        return (start, Int32(pool.count))
    }

    private mutating func add(_ attribute: EventTemplate.Attribute) {
        if case .constant(let constant) = attribute.value, constant.kind == .text, !constant.text.isEmpty {
            literal(attribute.key + constant.json + [UInt8(ascii: ",")])
            return
        }
        let key = range(of: attribute.key)
        var step = Step(kind: .attribute, start: key.0, end: key.1, index: Int32(attributes.count))
        attributes.append(attribute)
        switch attribute.value {
        case .field(let path) where path.rest.isEmpty: step.slot = Int32(path.slot)
        case .modified(let modified):
            if case .field(let path) = modified.inner, path.rest.isEmpty, modified.modifiers.isPlain(.time),
                modified.modifiers.formats.isEmpty
            {
                step.slot = Int32(path.slot)
                step.kind = .time
            }
        default: break
        }
        steps.append(step)
    }

    private mutating func add(_ key: [UInt8], _ value: Expression) {
        switch value {
        case .constant(let constant):
            if constant.kind != .null { literal(key + constant.json + [UInt8(ascii: ",")]) }
        case .field(let path) where path.rest.isEmpty:
            let range = range(of: key)
            steps.append(Step(kind: .field, start: range.0, end: range.1, slot: Int32(path.slot)))
        case .object(let members):
            open(key + [UInt8(ascii: "{")])
            for member in members { add(member.key, member.value) }
            steps.append(Step(kind: .close, start: 0, end: 0, index: Int32(UInt8(ascii: "}"))))
        case .list(let elements):
            open(key + [UInt8(ascii: "[")])
            for element in elements { add([], element) }
            steps.append(Step(kind: .close, start: 0, end: 0, index: Int32(UInt8(ascii: "]"))))
        default:
            let range = range(of: key)
            var step = Step(
                kind: .general, start: range.0, end: range.1, index: Int32(expressions.count))
            expressions.append(value)
            if case .modified(let modified) = value, case .field(let amount) = modified.inner,
                amount.rest.isEmpty,
                modified.modifiers.isPlain(.money), case .field(let currency)? = modified.modifiers.currency,
                currency.rest.isEmpty
            {
                step.kind = .money
                step.slot = Int32(amount.slot)
                step.currency = Int32(currency.slot)
            }
            steps.append(step)
        }
    }

    private mutating func open(_ bytes: [UInt8]) {
        let range = range(of: bytes)
        steps.append(Step(kind: .open, start: range.0, end: range.1))
    }
}

extension Modifiers {
    /// Whether nothing is done to a value but to make it this kind.
    func isPlain(_ kind: Kind) -> Bool {
        self.kind == kind && empty.isEmpty && !trims && letterCase == nil && table == nil
            && decimalMark == nil
            && shift == 0 && rescale == nil && sign == nil && places == nil
    }
}
