import Events
import Merkle

/// The forms of proofs that are JSON, as their member `format` names them. `daybook help proofs` describes them.
enum BundleFormat: String, CaseIterable {
    case consistency = "daybook/consistency-proof@v1"
    case customer = "daybook/customer-proof@v1"
    case row = "daybook/row-proof@v1"
}

/// Reads the members of a bundle, strictly: each must be there, be of its type, and nothing else may be.
struct BundleReader {
    let object: JSONObject
    let name: String

    init(_ value: JSONValue, named name: String, members: [String]) throws(LedgerError) {
        guard let object = value.objectValue else {
            throw LedgerError(.verification, "\(name) is not a JSON object")
        }
        self.object = object
        self.name = name
        for member in members where object[member] == nil {
            throw LedgerError(.verification, "\(name) lacks the member \(member)")
        }
        for member in object.keys where !members.contains(member) {
            throw LedgerError(.verification, "\(name) has a member \(member) that does not belong there")
        }
    }

    func text(_ member: String) throws(LedgerError) -> String {
        guard let text = object[member]?.stringValue else {
            throw LedgerError(.verification, "\(member) of \(name) is not text")
        }
        return text
    }

    func number(_ member: String) throws(LedgerError) -> UInt64 {
        guard let number = object[member]?.integerValue, number >= 0 else {
            throw LedgerError(.verification, "\(member) of \(name) is not a whole number")
        }
        return UInt64(number)
    }

    func elements(_ member: String) throws(LedgerError) -> [JSONValue] {
        guard let elements = object[member]?.arrayValue else {
            throw LedgerError(.verification, "\(member) of \(name) is not a list")
        }
        return elements
    }

    func hashes(_ member: String) throws(LedgerError) -> [TreeHash] {
        var hashes: [TreeHash] = []
        for element in try elements(member) {
            guard let hash = element.stringValue.flatMap(TreeHash.init(base64:)) else {
                throw LedgerError(
                    .verification, "\(member) of \(name) holds what is no hash of 32 bytes in base64")
            }
            hashes.append(hash)
        }
        return hashes
    }

    func note(_ member: String) throws(LedgerError) -> SignedNote {
        let text = try text(member)
        do { return try SignedNote(parsing: text) } catch {
            throw LedgerError(.verification, "\(member) of \(name) is \(error)")
        }
    }
}

extension [TreeHash] {
    /// As bundles write hashes.
    var bundled: JSONValue { .array(map { .string($0.base64Text) }) }
}
