/// A fixed value of a mapping, kept ready to be written.
struct Constant: Sendable, Equatable {
    enum Kind: Sendable {
        case null, bool, number, text, tree
    }

    var kind: Kind
    /// The value as JSON.
    var json: [UInt8]
    /// The value as text, for templates and attributes: strings without quotes.
    var text: [UInt8]

    static let null = Constant(kind: .null, json: Array("null".utf8), text: [])

    static func text(_ value: String) -> Constant {
        var json: [UInt8] = []
        json.appendJSONString(value)
        return Constant(kind: .text, json: json, text: Array(value.utf8))
    }

    static func number(_ text: String) -> Constant {
        Constant(kind: .number, json: Array(text.utf8), text: Array(text.utf8))
    }

    static func bool(_ value: Bool) -> Constant {
        let text = Array((value ? "true" : "false").utf8)
        return Constant(kind: .bool, json: text, text: text)
    }
}
