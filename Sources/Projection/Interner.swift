/// Gives numbers to names, in the order in which the log first names them.
public protocol Interner {
    /// The dense number of a customer, from the UTF-8 of its id.
    mutating func customer(_ name: Span<UInt8>) -> UInt32
    /// The dense number of a code (a channel, a dimension), from its UTF-8; 0 is the empty code.
    mutating func code(_ name: Span<UInt8>) -> UInt32
}

/// An interner over dictionaries, for what fits into memory.
public struct MemoryInterner: Interner, Sendable {
    /// The names of the customers: `customers[ordinal]`.
    public private(set) var customers: [String] = []
    /// The codes: `codes[number]`; the first is empty.
    public private(set) var codes: [String] = [""]
    private var ordinals: [String: UInt32] = [:]
    private var numbers: [String: UInt32] = ["": 0]

    /// An interner that knows nobody.
    public init() {}

    /// See ``Interner/customer(_:)``.
    public mutating func customer(_ name: Span<UInt8>) -> UInt32 {
        Self.number(of: name, in: &ordinals, names: &customers)
    }

    /// See ``Interner/code(_:)``.
    public mutating func code(_ name: Span<UInt8>) -> UInt32 {
        Self.number(of: name, in: &numbers, names: &codes)
    }

    /// The ordinal of a customer that has been named, or nil.
    public func ordinal(of customer: String) -> UInt32? { ordinals[customer] }

    private static func number(
        of name: Span<UInt8>,
        in numbers: inout [String: UInt32],
        names: inout [String]
    ) -> UInt32 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.count)
        for index in name.indices {
            bytes.append(name[index])
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let number = numbers[text] { return number }
        let number = UInt32(names.count)
        numbers[text] = number
        names.append(text)
        return number
    }
}
