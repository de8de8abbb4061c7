import Projection

/// Leads the facts of a range of customers to the projectors, each customer's in effective order.
///
/// Where a stretch of customers has facts in one segment only and no act touches them, the facts are handed
/// over where they lie. All others are gathered from their segments first.
struct LaneFold {
    private let scope: FoldScope
    private let layout: LaneLayout
    private var cursors: [SegmentCursor]
    private var touchedIndex = 0
    let sink: FactSink
    /// Cursors that go back and forth, for customers who were merged into others.
    private var seekers: [SegmentCursor]

    // What is gathered and not yet handed over.
    private var gathered: [Fact] = []
    private var gatheredStarts: [Int] = []
    private var gatheredEnds: [Int] = []
    private var gatheredCustomers: [UInt32] = []
    // Scratch of `gatherGroup`.
    private var group: [Fact] = []
    // Scratch of `takeStretch`.
    private var starts: [Int] = []
    private var ends: [Int] = []
    private var customers: [UInt32] = []

    init(segments: [SegmentImage], scope: FoldScope, layout: LaneLayout, runs: [any FoldRun]) {
        self.scope = scope
        self.layout = layout
        sink = FactSink(runs: runs)
        cursors = segments.compactMap { segment in
            segment.descriptor.start < scope.known && !segment.chunks.isEmpty ? SegmentCursor(segment) : nil
        }
        seekers = cursors
        gathered.reserveCapacity(layout.factsPerBatch + layout.factsPerChunk)
    }

    /// Folds all customers in a range who have facts that count.
    mutating func run(_ range: Range<UInt32>) throws(LaneDamage) {
        for index in cursors.indices {
            cursors[index].seek(range.lowerBound)
        }
        touchedIndex = scope.touched.partitionPoint { $0 < range.lowerBound }
        while true {
            let (first, nearest, others) = nextCustomers()
            let touched = nextTouched()
            guard let customer = earlier(first, touched), customer < range.upperBound else { break }
            if touched == customer {
                try takeTouched(customer)
                touchedIndex += 1
            } else if others > UInt64(customer) {
                let limit = min(others, UInt64(touched ?? .max), UInt64(range.upperBound))
                try takeStretch(of: nearest, from: customer, below: limit)
            } else {
                try gather(customer)
            }
            if gathered.count >= layout.factsPerBatch { handOver() }
        }
        handOver()
    }

    /// Folds one customer who goes on, with everybody merged into it. Whether any facts counted.
    mutating func run(customer: UInt32) throws(LaneDamage) -> Bool {
        if scope.touches(customer) {
            try gatherGroup(of: customer)
        } else {
            for index in cursors.indices {
                cursors[index].seek(customer)
            }
            try gather(customer)
        }
        let found = !gatheredCustomers.isEmpty
        handOver()
        return found
    }

    private func earlier(_ left: UInt32?, _ right: UInt32?) -> UInt32? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }

    private func nextTouched() -> UInt32? {
        let touched = scope.touched
        return touchedIndex < touched.count ? touched[touchedIndex] : nil
    }

    /// The first customer of all segments, the segment where that customer is first met, and the first
    /// customer of any other segment (beyond all ordinals where there is none).
    private func nextCustomers() -> (first: UInt32?, segment: Int, others: UInt64) {
        var first: UInt32?
        var segment = 0
        var others = UInt64.max
        for index in cursors.indices {
            guard let customer = cursors[index].customer else { continue }
            if let current = first, customer >= current {
                others = min(others, UInt64(customer))
            } else {
                if let current = first { others = UInt64(current) }
                first = customer
                segment = index
            }
        }
        return (first, segment, others)
    }

    private mutating func handOver() {
        guard !gathered.isEmpty else { return }
        sink.take(
            gathered.span, starts: gatheredStarts, ends: gatheredEnds, customers: gatheredCustomers)
        gathered.removeAll(keepingCapacity: true)
        gatheredStarts.removeAll(keepingCapacity: true)
        gatheredEnds.removeAll(keepingCapacity: true)
        gatheredCustomers.removeAll(keepingCapacity: true)
    }

    private mutating func closeGathered(_ customer: UInt32, from start: Int) {
        guard gathered.count > start else { return }
        gatheredStarts.append(start)
        gatheredEnds.append(gathered.count)
        gatheredCustomers.append(customer)
    }
}

// MARK: - Where facts lie as they are to be folded

extension LaneFold {
    /// Takes the customers below `limit` of one segment's current chunk.
    private mutating func takeStretch(
        of index: Int, from customer: UInt32, below limit: UInt64
    ) throws(LaneDamage) {
        let cursor = cursors[index]
        let descriptor = cursor.segment.descriptor
        guard scope.takesPrefixes(of: descriptor) else {
            return try gather(customer)
        }
        let facts = cursor.segment.chunks[cursor.chunk].facts
        let next = try scan(
            facts, from: cursor.offset, below: limit,
            whole: !cursor.segment.continues(cursor.chunk), cuts: !scope.takesAll(of: descriptor))
        if next == cursor.offset {
            // The customer's facts go on in the next chunk.
            return try gather(customer)
        }
        if next - cursor.offset >= layout.factsPerDirectStretch {
            handOver()
            facts.withSpan { span in
                sink.take(span, starts: starts, ends: ends, customers: customers)
            }
        } else {
            for stretch in customers.indices {
                let start = gathered.count
                facts.append(starts[stretch]..<ends[stretch], to: &gathered)
                closeGathered(customers[stretch], from: start)
            }
        }
        cursors[index].move(to: next)
    }

    /// Fills `starts`, `ends` and `customers` with the customers of a chunk who are below `limit`, whole ones
    /// only, and with what of them counts. Returns where it stopped.
    private mutating func scan(
        _ facts: FactSlice, from offset: Int, below limit: UInt64, whole: Bool, cuts: Bool
    ) throws(LaneDamage) -> Int {
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        customers.removeAll(keepingCapacity: true)
        let until = scope.until
        let count = facts.count
        var index = offset
        while index < count {
            let customer = facts.customer(index)
            if UInt64(customer) >= limit { break }
            var sound = facts.isSound(index)
            var end = index + 1
            while end < count, facts.customer(end) == customer {
                sound = sound && facts.isSound(end)
                end += 1
            }
            if end < count, facts.customer(end) < customer { sound = false }
            guard sound else {
                throw LaneDamage(what: "a chunk with facts of customer \(customer)")
            }
            if end == count, !whole { break }
            var last = end
            if cuts {
                while last > index, facts.time(last - 1) > until { last -= 1 }
            }
            if last > index {
                starts.append(index)
                ends.append(last)
                customers.append(customer)
            }
            index = end
        }
        return index
    }
}

// MARK: - Where facts must be gathered

extension LaneFold {
    /// Gathers a customer whom no act touches.
    private mutating func gather(_ customer: UInt32) throws(LaneDamage) {
        let start = gathered.count
        for index in cursors.indices {
            while let (facts, range) = cursors[index].nextPiece(of: customer) {
                for place in range {
                    try check(facts, place)
                    guard facts.time(place) <= scope.until, facts.position(place) < scope.known else {
                        continue
                    }
                    gathered.append(facts.fact(place))
                }
            }
        }
        sortGathered(from: start)
        closeGathered(customer, from: start)
    }

    /// Takes a customer whom an act touches: nothing where it goes on as another.
    private mutating func takeTouched(_ customer: UInt32) throws(LaneDamage) {
        if !scope.identity.isEnded(customer) {
            try gatherGroup(of: customer)
        }
        for index in cursors.indices {
            while cursors[index].nextPiece(of: customer) != nil {}
        }
    }

    /// Gathers the facts of everybody who goes on as `root`, amended.
    private mutating func gatherGroup(of root: UInt32) throws(LaneDamage) {
        group.removeAll(keepingCapacity: true)
        for member in scope.identity.members(of: root) {
            for index in seekers.indices {
                seekers[index].seek(member)
                while let (facts, range) = seekers[index].nextPiece(of: member) {
                    for place in range {
                        try check(facts, place)
                        guard facts.position(place) < scope.known else { continue }
                        group.append(facts.fact(place))
                    }
                }
            }
        }
        scope.history.apply(to: &group, until: scope.until)
        let start = gathered.count
        for var fact in group {
            fact.customer = root
            gathered.append(fact)
        }
        closeGathered(root, from: start)
    }

    private func check(_ facts: FactSlice, _ place: Int) throws(LaneDamage) {
        guard facts.isSound(place) else {
            throw LaneDamage(what: "a chunk with facts of customer \(facts.customer(place))")
        }
    }

    private mutating func sortGathered(from start: Int) {
        for index in gathered.indices.dropFirst(start + 1)
        where Fact.precedes(gathered[index], gathered[index - 1]) {
            gathered[start...].sort(by: Fact.precedes)
            return
        }
    }
}
