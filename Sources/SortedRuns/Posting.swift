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
    /// Sorts by key, and by position where keys are equal.
    ///
    /// One pass deals the postings out by the upper bits in which keys differ. As keys are hashes, that
    /// leaves a handful in each place, which are then put in order. Keys that are not spread out cost a
    /// comparing sort, nothing worse.
    mutating func sortByKeyAndPosition() {
        guard count > 64 else { return sort(by: Self.precedes) }
        var differing: UInt64 = 0
        for posting in self { differing |= posting.key ^ self[0].key }
        let digitBits = Swift.min(Swift.max(Int.bitWidth - count.leadingZeroBitCount, 8), 16)
        let shift = UInt64(Swift.max(0, 64 - differing.leadingZeroBitCount - digitBits))
        let mask: UInt64 = 1 << UInt64(digitBits) - 1
        var places = [Int](repeating: 0, count: 1 << digitBits)
        var dealt = self
        Self.deal(from: self.span, to: &dealt, &places) { Int($0.key >> shift & mask) }
        Self.settle(&dealt, ends: places.span)
        self = dealt
    }

    private static func precedes(_ left: Posting, _ right: Posting) -> Bool {
        left.key != right.key ? left.key < right.key : left.position < right.position
    }

    /// Copies each posting to the place of its digit, in the order in which they come; afterwards `places`
    /// holds where the place of each digit ends.
    @inline(__always)
    private static func deal(
        from source: Span<Posting>, to target: inout [Posting], _ places: inout [Int],
        digit: (Posting) -> Int
    ) {
        var ends = places.mutableSpan
        for index in source.indices { ends[digit(source[index])] += 1 }
        var sum = 0
        for value in ends.indices {
            let count = ends[value]
            ends[value] = sum
            sum += count
        }
        var output = target.mutableSpan
        for index in source.indices {
            let value = digit(source[index])
            output[ends[value]] = source[index]
            ends[value] += 1
        }
    }

    /// Sorts what lies between the ends: few by insertion, many by comparing, what is in order not at all.
    private static func settle(_ postings: inout [Posting], ends: Span<Int>) {
        var begin = 0
        for index in ends.indices {
            let end = ends[index]
            if end - begin > 32 {
                if !isSorted(postings.span.extracting(begin..<end)) {
                    postings[begin..<end].sort(by: precedes)
                }
            } else if end - begin > 1 {
                insertionSort(&postings, begin..<end)
            }
            begin = end
        }
    }

    private static func isSorted(_ postings: Span<Posting>) -> Bool {
        for index in 1..<postings.count where precedes(postings[index], postings[index - 1]) { return false }
        return true
    }

    private static func insertionSort(_ postings: inout [Posting], _ range: Range<Int>) {
        var span = postings.mutableSpan
        for index in range.dropFirst() {
            let posting = span[index]
            var place = index
            while place > range.lowerBound, precedes(posting, span[place - 1]) {
                span[place] = span[place - 1]
                place -= 1
            }
            span[place] = posting
        }
    }
}
