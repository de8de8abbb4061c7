// Unsafe: reads words of four and eight bytes within arrays and spans, whose length is checked first.
import Events

/// The different values of a column, as long as they are few, and the code of each: its number among them.
struct ValueDictionary {
    /// More values have no dictionary.
    static let capacity = 256
    private static let slotCount = 1_024

    /// The values, each once, in the order in which they came.
    private(set) var values: [ValueEntry] = []
    private var digests: [UInt64] = []
    /// The code in each slot, plus 1; 0 where there is none.
    private var slots = [UInt16](repeating: 0, count: slotCount)

    /// Takes out all values.
    mutating func removeAll() {
        guard !values.isEmpty else { return }
        values.removeAll(keepingCapacity: true)
        digests.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = 0 }
    }

    /// The code of a value; nil where there are too many others.
    mutating func code(of entry: ValueEntry, _ texts: [UInt8]) -> UInt8? {
        let digest = Self.digest(entry, texts)
        var slot = Int(truncatingIfNeeded: digest >> 54)
        while slots[slot] != 0 {
            let code = Int(slots[slot]) - 1
            if digests[code] == digest, Self.isSame(values[code], entry, texts) { return UInt8(code) }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        guard values.count < Self.capacity else { return nil }
        slots[slot] = UInt16(values.count + 1)
        values.append(entry)
        digests.append(digest)
        return UInt8(values.count - 1)
    }

    /// Some bits of a value: those of its kind, of its length, and of both ends of its text.
    private static func digest(_ entry: ValueEntry, _ texts: [UInt8]) -> UInt64 {
        var bits = UInt64(entry.kind.rawValue) << 32 | UInt64(entry.length)
        if ValueEntry.hasText(entry.kind) {
            let (start, length) = (Int(entry.payload), Int(entry.length))
            bits ^= TextWords.word(of: texts, at: start, length: length) &* 0xBF58_476D_1CE4_E5B9
            if length > 8 {
                let last = TextWords.word(of: texts, at: start + length - 8, length: 8)
                bits = (bits << 27 | bits >> 37) ^ last &* 0x94D0_49BB_1331_11EB
            }
        } else {
            bits ^= entry.payload &* 0xBF58_476D_1CE4_E5B9
        }
        bits = (bits ^ bits >> 31) &* 0x9E37_79B9_7F4A_7C15
        return bits ^ bits >> 27
    }

    private static func isSame(_ left: ValueEntry, _ right: ValueEntry, _ texts: [UInt8]) -> Bool {
        guard left.kind == right.kind, left.length == right.length else { return false }
        guard ValueEntry.hasText(left.kind) else { return left.payload == right.payload }
        let length = Int(left.length)
        return texts.span.extracting(Int(left.payload)..<Int(left.payload) + length)
            .isEqual(to: texts.span.extracting(Int(right.payload)..<Int(right.payload) + length))
    }
}

extension ValueEntry {
    /// Whether the payload is where a text begins.
    static func hasText(_ kind: ValueKind) -> Bool { kind == .text || kind == .parts || kind == .money }
}

/// The codes of 32 bits in a column.
enum WideCodes {
    /// The code of a number among those that begin where the bytes do, big-endian.
    @inline(__always)
    static func code(_ number: Int, of bytes: Span<UInt8>) -> UInt32 {
        precondition(number >= 0 && number * 4 + 4 <= bytes.count, "the code lies outside of the column")
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: number * 4, as: UInt32.self))
        }
    }
}

/// Texts by their first eight bytes.
enum TextWords {
    /// The first eight bytes of a text of some length as a big-endian number, filled up with zeros.
    ///
    /// Eight bytes must be there to be read, whatever the length.
    @inline(__always)
    static func word(of bytes: [UInt8], at start: Int, length: Int) -> UInt64 {
        precondition(start >= 0 && start + 8 <= bytes.count, "the text lies outside of the bytes")
        let word = unsafe bytes.withUnsafeBytes { buffer in
            unsafe UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        }
        if length >= 8 { return word }
        return length <= 0 ? 0 : word & ~(UInt64.max >> UInt64(8 * length))
    }
}
