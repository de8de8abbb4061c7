import Projection

/// Writes the small records of the views: numbers little-endian, texts and lists behind their length.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ number: some FixedWidthInteger) {
        var rest = number
        for _ in 0..<(number.bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func write(_ text: String) {
        write(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
}

/// Reads what `ByteWriter` wrote.
struct ByteReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func number<T: FixedWidthInteger>(_: T.Type = T.self) throws(LaneDamage) -> T {
        let width = T.bitWidth / 8
        guard bytes.count - offset >= width else { throw LaneDamage(what: "a record that ends too early") }
        var number: T = 0
        for index in (0..<width).reversed() {
            number = (width == 1 ? 0 : number << 8) | T(truncatingIfNeeded: bytes[offset + index])
        }
        offset += width
        return number
    }

    mutating func text() throws(LaneDamage) -> String {
        let count = Int(try number(UInt32.self))
        guard bytes.count - offset >= count else { throw LaneDamage(what: "a record that ends too early") }
        defer { offset += count }
        return String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
    }
}

extension SegmentDescriptor {
    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(start)
        writer.write(end)
        writer.write(Int64(count))
        writer.write(minimumTime)
        writer.write(maximumTime)
        writer.write(firstCustomer)
        writer.write(UInt32(inputs.count))
        for input in inputs {
            writer.write(input)
        }
        return writer.bytes
    }

    init(id: UInt32, encoded bytes: [UInt8]) throws(LaneDamage) {
        var reader = ByteReader(bytes)
        self.id = id
        start = try reader.number()
        end = try reader.number()
        count = Int(try reader.number(Int64.self))
        minimumTime = try reader.number()
        maximumTime = try reader.number()
        firstCustomer = try reader.number()
        inputs = []
        for _ in 0..<(try reader.number(UInt32.self)) {
            inputs.append(try reader.number())
        }
    }
}

extension ActRecord {
    func write(to writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        writer.write(position)
        writer.write(target)
        writer.write(customer)
        writer.write(other)
    }

    init(from reader: inout ByteReader) throws(LaneDamage) {
        guard let kind = Kind(rawValue: try reader.number()) else {
            throw LaneDamage(what: "an act of an unknown kind")
        }
        self.init(
            kind: kind, position: try reader.number(), target: try reader.number(),
            customer: try reader.number(), other: try reader.number())
    }
}
