import Projection

/// A stretch of facts that lies in a memory map or in a `FactStorage`.
///
// Unsafe: facts are folded where LMDB maps them, by several workers at once, and a `Span` cannot be kept in
// an array. Slices of a memory map are made and used only inside the closure of one read transaction (see
// `FactSource`); other slices hold their owner. Every index is checked.
@safe
struct FactSlice: @unchecked Sendable {
    // Unchecked: nothing writes to the facts while a slice exists.

    private let base: UnsafeRawPointer
    private let owner: FactStorage?
    let count: Int

    @unsafe
    init(base: UnsafeRawPointer, count: Int, owner: FactStorage?) {
        unsafe self.base = base
        self.count = count
        self.owner = owner
    }

    /// The facts in bytes that LMDB lends: good for as long as its transaction. Small values lie anywhere;
    /// they are copied, so that all facts are aligned.
    init(lent bytes: Span<UInt8>) throws(LaneDamage) {
        guard bytes.count % Self.stride == 0 else {
            throw LaneDamage(what: "a chunk of \(bytes.count) bytes")
        }
        let address = unsafe bytes.withUnsafeBufferPointer { $0.baseAddress }
        if let address = unsafe address, unsafe Self.isAligned(address) {
            unsafe self.init(base: address, count: bytes.count / Self.stride, owner: nil)
        } else {
            self = FactStorage(copying: bytes).slice
        }
    }

    private static let stride = MemoryLayout<Fact>.stride
    // Computed from the declaration, not written down, so that they cannot drift from it.
    private static let customerOffset = MemoryLayout<Fact>.offset(of: \.customer)!
    private static let timeOffset = MemoryLayout<Fact>.offset(of: \.time)!
    private static let positionOffset = MemoryLayout<Fact>.offset(of: \.position)!
    private static let kindOffset = MemoryLayout<Fact>.offset(of: \.kind)!
    private static let kindCount = UInt8(FactKind.allCases.count)

    /// Whether bytes can be read as facts where they stand.
    static func isAligned(_ bytes: UnsafeRawPointer) -> Bool {
        UInt(bitPattern: bytes) % UInt(MemoryLayout<Fact>.alignment) == 0
    }

    @inline(__always)
    private func field<T: BitwiseCopyable>(_ index: Int, _ offset: Int, _: T.Type) -> T {
        precondition(index >= 0 && index < count)
        return unsafe base.load(fromByteOffset: index &* Self.stride &+ offset, as: T.self)
    }

    @inline(__always)
    func customer(_ index: Int) -> UInt32 { field(index, Self.customerOffset, UInt32.self) }

    @inline(__always)
    func time(_ index: Int) -> Int64 { field(index, Self.timeOffset, Int64.self) }

    @inline(__always)
    func position(_ index: Int) -> UInt64 { field(index, Self.positionOffset, UInt64.self) }

    /// Whether the kind is one that this program knows: what else the byte holds must not be read as a fact.
    @inline(__always)
    func isSound(_ index: Int) -> Bool { field(index, Self.kindOffset, UInt8.self) < Self.kindCount }

    /// Whether a fact is a part of an event that another fact stands for.
    @inline(__always)
    func isPart(_ index: Int) -> Bool {
        FactKind(rawValue: field(index, Self.kindOffset, UInt8.self))?.isPart ?? false
    }

    /// Whether a fact names another customer: by `key`.
    @inline(__always)
    func namesCustomer(_ index: Int) -> Bool {
        FactKind(rawValue: field(index, Self.kindOffset, UInt8.self))?.keyMeaning == .customer
    }

    /// One fact. Its kind must have been found sound.
    func fact(_ index: Int) -> Fact {
        precondition(isSound(index), "a damaged fact was not refused")
        return field(index, 0, Fact.self)
    }

    /// The first index at or after `start` whose customer is at least `customer`.
    func lowerBound(_ customer: UInt32, from start: Int) -> Int {
        var low = start
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self.customer(middle) < customer { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The part from `start`.
    func dropFirst(_ start: Int) -> FactSlice {
        precondition(start <= count)
        return unsafe FactSlice(base: base + start * Self.stride, count: count - start, owner: owner)
    }

    /// Lends all facts. Their kinds must have been found sound.
    func withSpan<R>(_ body: (Span<Fact>) -> R) -> R {
        let buffer = unsafe UnsafeBufferPointer(
            start: base.assumingMemoryBound(to: Fact.self), count: count)
        return body(unsafe buffer.span)
    }

    /// Appends some of the facts to an array.
    func append(_ range: Range<Int>, to facts: inout [Fact]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        unsafe facts.append(
            contentsOf: UnsafeBufferPointer(
                start: base.assumingMemoryBound(to: Fact.self) + range.lowerBound, count: range.count))
    }
}
