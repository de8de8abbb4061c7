/// What CloudEvents says of the single attributes. Each check returns the node, so that it can be kept.
extension EnvelopeAttributes {
    /// A string that is not empty and has only characters that CloudEvents allows.
    func text(_ value: Int) throws(EventProblem) -> Int {
        guard reader.kind(value) == .string else { throw problem(value, "wrong_type", "a string") }
        guard reader.textLength(value) > 0 else { throw problem(value, "empty", "a text that is not empty") }
        if !reader.isOrdinaryText(value) { try checkCharacters(value) }
        return value
    }

    func object(_ value: Int) throws(EventProblem) -> Int {
        guard reader.kind(value) == .object else { throw problem(value, "wrong_type", "a JSON object") }
        return value
    }

    func version(_ value: Int) throws(EventProblem) -> Int {
        guard reader.text(value, equals: "1.0") else {
            throw problem(value, "wrong_value", "the string \"1.0\"")
        }
        return value
    }

    /// RFC 3986, by its characters: what is not allowed must be percent-encoded.
    func uriReference(_ value: Int) throws(EventProblem) -> Int {
        _ = try text(value)
        let isReference = reader.withText(value) { bytes in
            var index = 0
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "&")...UInt8(ascii: ";"):
                    break
                case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "?"),
                    UInt8(ascii: "#"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "@"),
                    UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "="):
                    break
                case UInt8(ascii: "%"):
                    guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]),
                        isHexadecimal(bytes[index + 2])
                    else { return false }
                default: return false
                }
                index += 1
            }
            return true
        }
        guard isReference else {
            throw problem(
                value, "not_a_uri", "a URI reference, with other characters percent-encoded as RFC 3986 says")
        }
        return value
    }

    /// Those of ``Reserved/authTypes``, the most frequent first.
    private static let authTypes: [StaticString] = [
        "system", "user", "app_user", "service_account", "api_key", "unauthenticated", "unknown",
    ]

    func authType(_ value: Int) throws(EventProblem) {
        _ = try text(value)
        guard Self.authTypes.contains(where: { reader.text(value, equals: $0) }) else {
            throw problem(
                value, "wrong_value", "one of " + Reserved.authTypes.joined(separator: ", "))
        }
    }

    func contentType(_ value: Int) throws(EventProblem) {
        guard reader.text(value, equals: "application/json") else {
            throw problem(value, "wrong_value", "\"application/json\", or no datacontenttype")
        }
    }

    func contentMac(_ value: Int) throws(EventProblem) {
        _ = try text(value)
        guard isStored else {
            throw problem(value, "reserved", "no contentmac: only the ledger itself writes it")
        }
    }

    func base64(_ value: Int) -> EventProblem {
        EventProblem(
            code: "not_allowed", pointer: reader.pointer(to: value),
            expected: "data as a JSON object in the member data", found: "data_base64")
    }

    func extensionValue(_ value: Int) throws(EventProblem) -> Int {
        switch reader.kind(value) {
        case .string:
            if !reader.isOrdinaryText(value) { try checkCharacters(value) }
        case .true, .false, .null: break
        case .number:
            guard let integer = reader.integer(value), Int32(exactly: integer) != nil else {
                throw problem(value, "wrong_value", "a whole number of 32 bits; send others as strings")
            }
        default:
            throw problem(value, "wrong_type", "a string, true, false or a whole number; more goes into data")
        }
        return value
    }

    func checkName(_ name: Int) throws(EventProblem) {
        let isName = reader.withText(name) { bytes in
            var isName = bytes.count > 0
            for index in bytes.indices {
                switch bytes[index] {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
                default: isName = false
                }
            }
            return isName
        }
        let length = reader.textLength(name)
        guard isName, length <= Reserved.longestName else {
            throw EventProblem(
                code: "bad_name", pointer: reader.pointer(to: name),
                expected: "an attribute's name of lower-case letters and digits, at most "
                    + "\(Reserved.longestName); the event's own fields go into data",
                found: "\"" + reader.string(name).prefix(60) + "\"")
        }
    }

    /// CloudEvents' strings have no control characters and no noncharacters.
    private func checkCharacters(_ value: Int) throws(EventProblem) {
        for scalar in reader.string(value).unicodeScalars {
            let code = scalar.value
            let isControl = code < 0x20 || (0x7F...0x9F).contains(code)
            let isNoncharacter = code & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(code)
            if isControl || isNoncharacter {
                throw problem(value, "bad_character", "a text without control characters and noncharacters")
            }
        }
    }

    /// A problem with the value of an attribute, which is shown, cut to 60 characters.
    private func problem(_ value: Int, _ code: String, _ expected: String) -> EventProblem {
        let found: String
        switch reader.kind(value) {
        case .array, .object: found = reader.kind(value).words
        default:
            let text = reader.value(value).canonicalText
            found = text.count <= 60 ? text : text.prefix(59) + "…"
        }
        return EventProblem(code: code, pointer: reader.pointer(to: value), expected: expected, found: found)
    }
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        true
    default: false
    }
}
