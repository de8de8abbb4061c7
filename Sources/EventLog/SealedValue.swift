public import Events

/// A sealed value as it stands in a line.
struct SealedValue {
    let keyNumber: UInt64
    /// Nonce, ciphertext and tag.
    let box: [UInt8]

    init(keyNumber: UInt64, box: [UInt8]) {
        self.keyNumber = keyNumber
        self.box = box
    }

    /// Reads the object with `$sealed`; nil where it is something else.
    init?(_ value: JSONValue) {
        guard case .object(let object) = value, object.count == 1, let text = object["$sealed"]?.stringValue
        else {
            return nil
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "v1", parts[1].utf8.count == 16,
            let number = UInt64(parts[1], radix: 16), let box = Base64URL.decode(String(parts[2]))
        else { return nil }
        keyNumber = number
        self.box = box
    }

    /// The key's id as it is written: 16 hexadecimal digits.
    static func keyID(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    var canonicalBytes: [UInt8] {
        Array("{\"$sealed\":\"v1.\(Self.keyID(keyNumber)).\(Base64URL.encode(box))\"}".utf8)
    }

    /// What a sealed value is bound to: the canonical JSON array of source, id and pointer.
    static func context(_ source: String, _ id: String, _ pointer: String) -> [UInt8] {
        JSONValue.array([.string(source), .string(id), .string(pointer)]).canonicalBytes
    }
}

extension JSONValue {
    /// Whether this is a personal value as it is stored: readable only with the customer's key.
    public var isSealed: Bool { SealedValue(self) != nil }
}
