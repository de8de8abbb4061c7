/// A fixed value of a mapping, kept ready to be written.
///
/// A class, as all parts of a mapping that are looked at for every record: taking one out of a list then costs
/// one reference count instead of one for each array in it.
final class Constant: Sendable, Equatable {
    enum Kind: Sendable {
        case null, bool, number, text, tree
    }

    let kind: Kind
    /// The value as JSON.
    let json: [UInt8]
    /// The value as text, for templates and attributes: strings without quotes.
    let text: [UInt8]

    init(kind: Kind, json: [UInt8], text: [UInt8]) {
        self.kind = kind
        self.json = json
        self.text = text
    }

    static func == (left: Constant, right: Constant) -> Bool {
        left.kind == right.kind && left.json == right.json
    }

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
