/// A JSON value on its own: for answers, policies, schemas. What is read a million times stays in a
/// ``JSONReader``.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// Finite, and as RFC 8785 has it: what an IEEE double keeps.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Reads a value from a text, strictly, as ``JSONReader`` does.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8).span)
    }

    /// Reads a value from a text, strictly, as ``JSONReader`` does.
    public init(parsing text: Span<UInt8>) throws(JSONError) {
        let reader = JSONReader()
        try reader.parse(text)
        self = reader.value(0)
    }

    /// A member of an object, or nil where there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// An element of an array, or nil where there is none or this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value at a dotted path, such as `churn.band`; whole numbers select elements of arrays.
    public func value(at path: String) -> JSONValue? {
        var value = self
        for step in path.split(separator: ".", omittingEmptySubsequences: false) {
            if let member = value[String(step)] {
                value = member
            } else if let index = Int(step), let element = value[index] {
                value = element
            } else {
                return nil
            }
        }
        return value
    }

    /// The text, or nil where this is no string.
    public var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, or nil where this is none.
    public var numberValue: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    /// The number where it is a whole one that fits, otherwise nil.
    public var integerValue: Int? {
        guard case .number(let number) = self else { return nil }
        return Int(exactly: number)
    }

    /// The truth value, or nil where this is none.
    public var boolValue: Bool? {
        guard case .bool(let truth) = self else { return nil }
        return truth
    }

    /// The elements, or nil where this is no array.
    public var arrayValue: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members, or nil where this is no object.
    public var objectValue: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// What kind of value this is, in the words of JSON Schema.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONReader {
    /// A copy of the value at a node.
    public func value(_ index: Int) -> JSONValue {
        switch kind(index) {
        case .null: return .null
        case .false: return .bool(false)
        case .true: return .bool(true)
        case .number: return .number(number(index))
        case .string, .name: return .string(string(index))
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(count(index))
            forEachElement(of: index) { elements.append(value($0)) }
            return .array(elements)
        case .object:
            var object = JSONObject()
            forEachMember(of: index) { name, member in object.append(string(name), value(member)) }
            return .object(object)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByNilLiteral
{
    /// A string.
    public init(stringLiteral text: String) { self = .string(text) }
    /// A truth value.
    public init(booleanLiteral truth: Bool) { self = .bool(truth) }
    /// A number.
    public init(floatLiteral number: Double) { self = .number(number) }
    /// A whole number.
    public init(integerLiteral number: Int) { self = .number(Double(number)) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// `null`, in literals of answers. Beware of `condition ? value : nil` where a value may be absent: there
    /// `nil` means `null`; write `guard … else { return nil }`.
    public init(nilLiteral: ()) { self = .null }

    /// An object with its members in the order of the literal, whose names must differ.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        self = .object(object)
    }
}
