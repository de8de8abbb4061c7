import Projection

/// What the lane's directory says of one segment.
struct SegmentDescriptor: Sendable, Equatable {
    /// Names the segment in the keys of its chunks.
    var id: UInt32
    /// The positions of the events whose facts are in the segment: from here
    var start: UInt64
    /// to here, exclusive.
    var end: UInt64
    /// How many facts there are.
    var count: Int
    /// The earliest effective time.
    var minimumTime: Int64
    /// The latest effective time.
    var maximumTime: Int64
    /// Facts of earlier customers have moved to the segment that this one is being merged into.
    var firstCustomer: UInt32
    /// The segments that are being moved into this one; empty when it is complete.
    var inputs: [UInt32]
}

/// A stored value of the lane: facts of whole customers, or a piece of one customer's.
struct ChunkImage: Sendable {
    /// The customer of the first fact.
    let firstCustomer: UInt32
    let facts: FactSlice
    /// What names the chunk among those of its segment.
    let key: Key

    struct Key: Sendable, Equatable {
        let customer: UInt32
        let piece: UInt32
    }
}

/// One segment as it can be read now.
struct SegmentImage: Sendable {
    let descriptor: SegmentDescriptor
    /// Not empty ones, ascending.
    let chunks: [ChunkImage]

    /// Whether the facts of the last customer in a chunk go on in the next one.
    func continues(_ chunk: Int) -> Bool {
        let facts = chunks[chunk].facts
        return chunk + 1 < chunks.count
            && chunks[chunk + 1].firstCustomer == facts.customer(facts.count - 1)
    }

    /// A segment that exists in memory only.
    init(descriptor: SegmentDescriptor, storage: FactStorage) {
        self.descriptor = descriptor
        let slice = storage.slice
        chunks =
            slice.count == 0
            ? []
            : [
                ChunkImage(
                    firstCustomer: slice.customer(0), facts: slice,
                    key: ChunkImage.Key(customer: slice.customer(0), piece: 0))
            ]
    }

    init(descriptor: SegmentDescriptor, chunks: [ChunkImage]) {
        self.descriptor = descriptor
        self.chunks = chunks
    }
}

/// A place in a segment, moving from customer to customer.
struct SegmentCursor {
    let segment: SegmentImage
    private(set) var chunk = 0
    private(set) var offset = 0
    /// The customer at the place; nil at the end.
    private(set) var customer: UInt32?

    init(_ segment: SegmentImage) {
        self.segment = segment
        customer = segment.chunks.first?.facts.customer(0)
    }

    private mutating func settle() {
        if chunk < segment.chunks.count, offset >= segment.chunks[chunk].facts.count {
            chunk += 1
            offset = 0
        }
        customer = chunk < segment.chunks.count ? segment.chunks[chunk].facts.customer(offset) : nil
    }

    /// Moves to the first fact of the first customer that is at least `wanted`. May move back.
    mutating func seek(_ wanted: UInt32) {
        var low = 0
        var high = segment.chunks.count
        while low < high {
            let middle = (low + high) / 2
            if segment.chunks[middle].firstCustomer < wanted { low = middle + 1 } else { high = middle }
        }
        // The chunk before the first one that begins with a later customer may hold the wanted one's first facts.
        chunk = max(low - 1, 0)
        offset = 0
        if chunk < segment.chunks.count {
            offset = segment.chunks[chunk].facts.lowerBound(wanted, from: 0)
        }
        settle()
    }

    /// Moves within the current chunk.
    mutating func move(to offset: Int) {
        self.offset = offset
        settle()
    }

    /// The next piece of a customer's facts, if the place is there; moves past it.
    mutating func nextPiece(of wanted: UInt32) -> (facts: FactSlice, range: Range<Int>)? {
        guard customer == wanted else { return nil }
        let facts = segment.chunks[chunk].facts
        let start = offset
        var end = start + 1
        while end < facts.count, facts.customer(end) == wanted { end += 1 }
        move(to: end)
        return (facts, start..<end)
    }
}

/// The lane holds what no program of this layout has written. It is derived: the remedy is a rebuild.
struct LaneDamage: Error, Equatable {
    let what: String
}
