import LMDB
import Projection

/// Merging moves facts from small segments into one large one, some customers at a time. After every step
/// each fact is in exactly one segment: the inputs are read from the customer on at whom the step ended. So
/// a merge can stop anywhere, takes no room beyond its step, and a reader never has to know of it.
extension ViewStore {
    /// Which segments to merge next: the longest tail in which none is `ratio` times as large as all after it;
    /// all of them where there is no ratio.
    static func plan(_ segments: [SegmentDescriptor], ratio: Int?) -> [UInt32] {
        guard segments.count > 1 else { return [] }
        guard let ratio else { return segments.map(\.id) }
        var start = segments.count - 1
        var total = segments[start].count
        while start > 0, segments[start - 1].count < ratio * max(total, 1) {
            start -= 1
            total += segments[start].count
        }
        return segments.count - start > 1 ? segments[start...].map(\.id) : []
    }

    /// Moves about `stepFacts` facts. Returns how many were moved; nil when there is nothing to merge.
    func mergeStep(
        stepFacts: Int, ratio: Int?, layout: LaneLayout, state: inout StoreState,
        _ transaction: inout WriteTransaction
    ) throws -> Int? {
        var descriptors = try self.descriptors(transaction.reading)
        var output: SegmentDescriptor
        if let unfinished = descriptors.first(where: { !$0.inputs.isEmpty }) {
            output = unfinished
        } else {
            let inputs = Self.plan(descriptors, ratio: ratio)
            guard !inputs.isEmpty else { return nil }
            output = Self.output(of: descriptors.filter { inputs.contains($0.id) }, id: state.nextSegment)
            state.nextSegment += 1
        }
        descriptors.removeAll { !output.inputs.contains($0.id) }
        let part = try read(descriptors, atLeast: stepFacts, transaction.reading)
        output.count += part.facts.count
        if part.bound == nil { output.inputs = [] }
        for (input, firstKept) in zip(descriptors, part.firstKept) {
            try transaction.delete(
                from: Self.laneKey(input.id, 0, 0),
                upTo: firstKept.map { Self.laneKey(input.id, $0.customer, $0.piece) }
                    ?? Self.laneKey(input.id + 1, 0, 0),
                in: lane)
            if let bound = part.bound {
                var rest = input
                rest.firstCustomer = bound
                rest.count -= part.taken[input.id] ?? 0
                try transaction.put(rest.encoded().span, for: Key(rest.id), in: segments)
            } else {
                try transaction.delete(Key(input.id), in: segments)
            }
        }
        try putChunks(of: part.facts, segment: output.id, limit: layout.factsPerChunk, &transaction)
        try transaction.put(output.encoded().span, for: Key(output.id), in: segments)
        return part.facts.count
    }

    private static func output(of inputs: [SegmentDescriptor], id: UInt32) -> SegmentDescriptor {
        SegmentDescriptor(
            id: id,
            start: inputs.map(\.start).min() ?? 0, end: inputs.map(\.end).max() ?? 0, count: 0,
            minimumTime: inputs.map(\.minimumTime).min() ?? .max,
            maximumTime: inputs.map(\.maximumTime).max() ?? .min,
            firstCustomer: 0,
            inputs: inputs.map(\.id))
    }

    private struct Part {
        /// The facts of all customers below `bound`, sorted.
        var facts: [Fact] = []
        /// The first customer who stays; nil when nobody does.
        var bound: UInt32?
        /// For each input, the first chunk that is still needed.
        var firstKept: [ChunkImage.Key?] = []
        /// How many facts were taken from each input.
        var taken: [UInt32: Int] = [:]
    }

    private func read(
        _ inputs: [SegmentDescriptor], atLeast wanted: Int, _ transaction: borrowing ReadTransaction
    ) throws -> Part {
        var limit = max(1, wanted / max(1, inputs.count))
        while true {
            let heads = try inputs.map { try head(of: $0, atLeast: limit, transaction) }
            let bound = heads.compactMap(\.next).min()
            let lowest = heads.compactMap { $0.image.chunks.first?.firstCustomer }.min()
            if let bound, let lowest, bound <= lowest {
                // One customer fills all that was read: read on until it ends.
                limit *= 2
                continue
            }
            var part = Part()
            part.bound = bound
            try gather(heads.map(\.image), into: &part)
            for head in heads {
                guard let bound else {
                    part.firstKept.append(nil)
                    continue
                }
                let kept = head.image.chunks.first { $0.facts.customer($0.facts.count - 1) >= bound }
                part.firstKept.append(kept?.key ?? head.nextKey)
            }
            return part
        }
    }

    /// The chunks of a segment from its first customer on, and the customer of the first chunk that was not read.
    private func head(
        of input: SegmentDescriptor, atLeast wanted: Int, _ transaction: borrowing ReadTransaction
    ) throws -> (image: SegmentImage, next: UInt32?, nextKey: ChunkImage.Key?) {
        var chunks: [ChunkImage] = []
        var count = 0
        var next: ChunkImage?
        try forEachChunk(of: input, transaction) { chunk in
            if count >= wanted {
                next = chunk
                return false
            }
            chunks.append(chunk)
            count += chunk.facts.count
            return true
        }
        return (SegmentImage(descriptor: input, chunks: chunks), next?.firstCustomer, next?.key)
    }

    private func gather(_ images: [SegmentImage], into part: inout Part) throws(LaneDamage) {
        var cursors = images.map(SegmentCursor.init)
        while let customer = cursors.compactMap(\.customer).min(), customer < part.bound ?? .max {
            let start = part.facts.count
            var pieces = 0
            for index in cursors.indices {
                while let (facts, range) = cursors[index].nextPiece(of: customer) {
                    for place in range where !facts.isSound(place) {
                        throw LaneDamage(what: "a chunk with facts of customer \(customer)")
                    }
                    facts.append(range, to: &part.facts)
                    part.taken[images[index].descriptor.id, default: 0] += range.count
                    pieces += 1
                }
            }
            if pieces > 1 { part.facts[start...].sort(by: Fact.precedes) }
        }
    }
}
