import Events
import Projection

/// What some lines say, with numbers in place of names that are good here only.
struct ExtractedPart: Sendable {
    var extraction = Extraction()
    var interner = LocalInterner()
    var acts: [ActRecord] = []
    var replacements: [(correction: UInt64, facts: [Fact])] = []
    var references: [ReferenceRecord] = []
    var lastLineHash: UInt64 = 0
    /// What is to be added to the positions of facts: where events stand was not known when they were extracted.
    var shift: UInt64 = 0
}

/// What the lines of some positions say, with numbers in place of names.
struct ExtractedBatch: Sendable {
    var range: Range<UInt64>
    /// In the order of the log.
    var facts: [Fact] = []
    /// In the order of the log.
    var acts: [ActRecord] = []
    /// By the position of a correction, the facts that take the place of its target's.
    var replacements: [(correction: UInt64, facts: [Fact])] = []
    var references: [ReferenceRecord] = []
    /// The customers first named here: their numbers follow those known before.
    var newCustomers: [[UInt8]] = []
    /// The codes first named here.
    var newCodes: [String] = []
    /// The stable hash of the last line.
    var lastLineHash: UInt64 = 0
}

/// Numbers that are good within one worker's part of a batch only.
struct LocalInterner: Interner, Sendable {
    private(set) var customers = NameTable()
    private(set) var codes: NameTable

    init() {
        codes = NameTable()
        _ = codes.number(of: [UInt8]().span)
    }

    mutating func customer(_ name: Span<UInt8>) -> UInt32 { customers.number(of: name) }
    mutating func code(_ name: Span<UInt8>) -> UInt32 { codes.number(of: name) }
}

/// The ledger's numbers for names. New names get theirs in the order in which they are asked for.
struct GlobalNames {
    /// Beyond this many names in memory the table is emptied: they are looked up again.
    private static let mostRemembered = 2_000_000

    private var remembered = NameTable()
    private var ordinals: [UInt32] = []
    /// Of no meaning: see ``NameTable/touch(_:)``.
    private var touched: UInt64 = 0
    private var codes: NameTable
    private(set) var customerCount: UInt32
    private(set) var newCustomers: [[UInt8]] = []
    private(set) var newCodes: [String] = []

    init(customerCount: UInt32, codes known: [String]) {
        self.customerCount = customerCount
        codes = NameTable()
        for code in known {
            _ = codes.number(of: code.utf8.span)
        }
    }

    var codeCount: Int { codes.count }

    /// The number of a customer. `base` knows those who have one and are not in memory.
    mutating func customer(
        _ name: Span<UInt8>, hash: UInt64, base: borrowing LaneSnapshot
    ) throws -> UInt32 {
        let number = Int(remembered.number(of: name, hash: hash))
        if number < ordinals.count { return ordinals[number] }
        let ordinal: UInt32
        if let known = try base.ordinal(of: name, hash: hash) {
            ordinal = known
        } else {
            ordinal = customerCount
            customerCount += 1
            newCustomers.append(name.indices.map { name[$0] })
        }
        ordinals.append(ordinal)
        return ordinal
    }

    /// The numbers of many customers.
    mutating func customers(_ names: NameTable, base: borrowing LaneSnapshot) throws -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(names.count)
        let stride = 32
        for number in 0..<names.count {
            if number % stride == 0 {
                touched ^= remembered.touch(names.hashes[number..<min(number + stride, names.count)])
            }
            numbers.append(try customer(names.name(number).span, hash: names.hash(number), base: base))
        }
        return numbers
    }

    mutating func code(_ name: String) -> UInt32 {
        let known = codes.count
        let number = codes.number(of: name.utf8.span)
        if codes.count > known { newCodes.append(name) }
        return number
    }

    /// The names that are new since the last call; afterwards they count as known.
    mutating func takeNew() -> (customers: [[UInt8]], codes: [String]) {
        defer {
            newCustomers = []
            newCodes = []
            if remembered.count > Self.mostRemembered {
                remembered = NameTable()
                ordinals = []
            }
        }
        return (newCustomers, newCodes)
    }
}
