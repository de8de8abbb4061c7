import Projection

/// Puts facts into the lane's order and cuts them into chunks.
enum SegmentBuilder {
    /// Sorts by customer, time, position. Facts must come in ascending order of position.
    static func sorted(_ facts: [Fact]) -> [Fact] {
        guard facts.count > 1 else { return facts }
        var result: [Fact] = []
        result.reserveCapacity(facts.count)
        for index in orderByCustomer(facts) {
            result.append(facts[Int(index)])
        }
        var start = 0
        while start < result.count {
            var end = start + 1
            var inOrder = true
            while end < result.count, result[end].customer == result[start].customer {
                inOrder = inOrder && !Fact.precedes(result[end], result[end - 1])
                end += 1
            }
            if !inOrder {
                result[start..<end].sort(by: Fact.precedes)
            }
            start = end
        }
        return result
    }

    /// Indices in ascending order of customer, ties in the order given: a radix sort, since a sort by
    /// comparison of two million facts takes as long as reading their events.
    private static func orderByCustomer(_ facts: [Fact]) -> [UInt32] {
        var keys = facts.map(\.customer)
        var order = Array(0..<UInt32(facts.count))
        let highest = keys.max() ?? 0
        var nextKeys = keys
        var nextOrder = order
        var shift: UInt32 = 0
        while shift < 32, highest >> shift > 0 || shift == 0 {
            var starts = [Int](repeating: 0, count: 2_049)
            for key in keys {
                starts[Int((key >> shift) & 2_047) + 1] += 1
            }
            for digit in 1...2_048 {
                starts[digit] += starts[digit - 1]
            }
            for index in keys.indices {
                let digit = Int((keys[index] >> shift) & 2_047)
                let place = starts[digit]
                starts[digit] = place + 1
                nextKeys[place] = keys[index]
                nextOrder[place] = order[index]
            }
            swap(&keys, &nextKeys)
            swap(&order, &nextOrder)
            shift += 11
        }
        return order
    }

    /// Cuts sorted facts into chunks of at most `limit` facts. A customer is split only where its facts alone
    /// exceed the limit; the pieces after the first hold nothing else.
    static func chunks(of facts: [Fact], limit: Int) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < facts.count {
            var end = index + 1
            while end < facts.count, facts[end].customer == facts[index].customer { end += 1 }
            if end - start > limit, index > start {
                result.append(start..<index)
                start = index
            }
            if end - start > limit {
                while end - start > limit {
                    result.append(start..<(start + limit))
                    start += limit
                }
                result.append(start..<end)
                start = end
            }
            index = end
        }
        if start < facts.count {
            result.append(start..<facts.count)
        }
        return result
    }

    /// What the directory is to say of sorted facts.
    static func descriptor(id: UInt32, positions: Range<UInt64>, facts: [Fact]) -> SegmentDescriptor {
        var descriptor = SegmentDescriptor(
            id: id, start: positions.lowerBound, end: positions.upperBound, count: facts.count,
            minimumTime: .max, maximumTime: .min, firstCustomer: 0, inputs: [])
        for fact in facts {
            descriptor.minimumTime = min(descriptor.minimumTime, fact.time)
            descriptor.maximumTime = max(descriptor.maximumTime, fact.time)
        }
        return descriptor
    }
}
