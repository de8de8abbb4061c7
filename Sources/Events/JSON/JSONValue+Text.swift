extension JSONValue {
    /// The value as JSON for people and programs: members in the order in which they were put in, canonical
    /// otherwise. With `pretty`, one member or element a line, indented by two spaces. With `rounded`, numbers
    /// have at most 12 significant digits, as answers have.
    public func text(pretty: Bool = false, rounded: Bool = false) -> String {
        String(decoding: textBytes(pretty: pretty, rounded: rounded), as: UTF8.self)
    }

    /// The bytes of ``text(pretty:rounded:)``.
    public func textBytes(pretty: Bool = false, rounded: Bool = false) -> [UInt8] {
        var output = JSONTextOutput(isPretty: pretty, isRounded: rounded)
        output.write(self)
        return output.bytes
    }
}

/// Writes values in insertion order.
private struct JSONTextOutput {
    let isPretty: Bool
    let isRounded: Bool
    var bytes: [UInt8] = []
    var level = 0

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null, .bool, .string: CanonicalWriter.write(value, to: &bytes)
        case .number(let number): CanonicalWriter.write(isRounded ? number.rounded12 : number, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                separate(index)
                write(element)
            }
            close(UInt8(ascii: "]"), isEmpty: elements.isEmpty)
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.enumerated() {
                separate(index)
                CanonicalWriter.write(member.name, to: &bytes)
                bytes.append(contentsOf: (isPretty ? ": " : ":").utf8)
                write(member.value)
            }
            close(UInt8(ascii: "}"), isEmpty: object.isEmpty)
        }
    }

    private mutating func separate(_ index: Int) {
        if index > 0 { bytes.append(UInt8(ascii: ",")) } else { level += 1 }
        breakLine()
    }

    private mutating func close(_ bracket: UInt8, isEmpty: Bool) {
        if !isEmpty {
            level -= 1
            breakLine()
        }
        bytes.append(bracket)
    }

    private mutating func breakLine() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }
}
