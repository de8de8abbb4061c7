/// One entry of an index: a key, which is a hash, stands at a position.
@frozen
public struct Posting: BitwiseCopyable, Sendable, Hashable {
    /// The hash of what is indexed. Filters and size rely on its bits being evenly spread.
    public var key: UInt64
    /// Where it stands: an event's position, or any number that is dealt out in ascending order.
    public var position: UInt64

    /// A posting.
    @inlinable
    public init(key: UInt64, position: UInt64) {
        self.key = key
        self.position = position
    }
}

extension [Posting] {
    /// Sorts by key, and by position where keys are equal. A radix sort: its time does not depend on the
    /// order, and postings that come in position order, as they usually do, skip half of it.
    mutating func sortByKeyAndPosition() {
        guard count > 1 else { return }
        if count < 256 {
            sort { $0.key != $1.key ? $0.key < $1.key : $0.position < $1.position }
            return
        }
        var spare = [Posting](repeating: Posting(key: 0, position: 0), count: count)
        var isInPositionOrder = true
        var keyBits: UInt64 = 0
        var positionBits: UInt64 = 0
        for index in indices {
            keyBits |= self[index].key ^ self[0].key
            positionBits |= self[index].position ^ self[0].position
            if index > 0, self[index - 1].position > self[index].position { isInPositionOrder = false }
        }
        if !isInPositionOrder { radixPasses(over: \.position, differing: positionBits, &spare) }
        radixPasses(over: \.key, differing: keyBits, &spare)
    }

    /// Stable passes over eight bits at a time, lowest first; bytes in which no two differ are skipped.
    private mutating func radixPasses(
        over field: KeyPath<Posting, UInt64>, differing: UInt64, _ spare: inout [Posting]
    ) {
        let isKey = field == \Posting.key
        for shift in stride(from: 0 as UInt64, to: 64, by: 8) where differing >> shift & 255 != 0 {
            if isKey {
                Self.radixPass(from: self.span, to: &spare) { Int($0.key >> shift & 255) }
            } else {
                Self.radixPass(from: self.span, to: &spare) { Int($0.position >> shift & 255) }
            }
            swap(&self, &spare)
        }
    }

    @inline(__always)
    private static func radixPass(
        from source: Span<Posting>, to target: inout [Posting], digit: (Posting) -> Int
    ) {
        var places = InlineArray<256, Int>(repeating: 0)
        for index in source.indices { places[digit(source[index])] += 1 }
        var sum = 0
        for value in 0..<256 {
            let count = places[value]
            places[value] = sum
            sum += count
        }
        var output = target.mutableSpan
        for index in source.indices {
            let posting = source[index]
            let value = digit(posting)
            output[places[value]] = posting
            places[value] += 1
        }
    }
}
