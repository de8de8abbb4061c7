public import Projection

/// What two points differ in, for one customer: positions of events, ascending.
public struct ChangedFacts: Sendable, Equatable {
    /// Events that happened between the two points.
    public var events: [UInt64] = []
    /// Events that had happened before the earlier moment, but are known at one of the points only.
    public var late: [UInt64] = []
    /// Voids, corrections, merges and splits that are known at one of the points only.
    public var acts: [UInt64] = []

    /// Nothing.
    public init() {}
}

extension Views {
    /// By the id of the customer that answers at `end`, what the two points differ in.
    public func changedFacts(from start: FoldPoint, to end: FoldPoint) throws -> [String: ChangedFacts] {
        let (lowKnown, highKnown) = Self.ordered(start.factsKnown, end.factsKnown)
        let (lowTime, highTime) = Self.ordered(start.until, end.until)
        let (lowActs, highActs) = Self.ordered(start.actsKnown, end.actsKnown)
        return try withSnapshot(covering: max(highKnown, highActs)) { snapshot in
            let identity = try scope(end, snapshot).identity
            var changed: [UInt32: ChangedFacts] = [:]
            for segment in try snapshot.segments() where segment.descriptor.start < highKnown {
                for chunk in segment.chunks {
                    for index in 0..<chunk.facts.count {
                        let (time, position) = (chunk.facts.time(index), chunk.facts.position(index))
                        guard position < highKnown, time <= highTime, !chunk.facts.isPart(index) else {
                            continue
                        }
                        let root = identity.root(of: chunk.facts.customer(index))
                        if time > lowTime {
                            changed[root, default: ChangedFacts()].events.append(position)
                        } else if position >= lowKnown {
                            changed[root, default: ChangedFacts()].late.append(position)
                        }
                    }
                }
            }
            for act in try snapshot.acts() where act.position >= lowActs && act.position < highActs {
                // The one who goes on has more now, and an id that ended has nothing of its own any more.
                let named = [act.customer, act.other].filter { $0 != ActRecord.nobody }
                for customer in Set(named + named.map(identity.root(of:))) {
                    changed[customer, default: ChangedFacts()].acts.append(act.position)
                }
            }
            let customers = changed.keys.sorted()
            var result: [String: ChangedFacts] = [:]
            for (customer, name) in zip(customers, try snapshot.names(of: customers)) {
                guard var facts = changed[customer] else { continue }
                facts.events.sort()
                facts.late.sort()
                facts.acts.sort()
                result[name] = facts
            }
            return result
        }
    }

    private static func ordered<T: Comparable>(_ first: T, _ second: T) -> (T, T) {
        first <= second ? (first, second) : (second, first)
    }

    /// The ids of the customers whose facts an act changes: whom it names, or whom the act that it withdraws
    /// named, and everybody who answers together with them before or after it.
    public func customers(changedBy act: UInt64) throws -> Set<String> {
        try withSnapshot(covering: act + 1) { snapshot in
            let records = try snapshot.acts().filter { $0.position <= act }
            var named: Set<UInt32> = []
            var record = records.last { $0.position == act }
            while let current = record {
                named.formUnion([current.customer, current.other].filter { $0 != ActRecord.nobody })
                // An act has no facts of its own: what it did is undone, to whom it did it.
                record =
                    current.kind == .void && named.isEmpty
                    ? records.last { $0.position == current.target } : nil
            }
            let amendments = Amendments(records: records, references: [])
            for known in [act, act + 1] {
                let identity = amendments.standing(known: known).identity
                for customer in named {
                    named.formUnion(identity.members(of: identity.root(of: customer)))
                }
            }
            return Set(try snapshot.names(of: named.sorted()))
        }
    }

    /// The earliest effective time of the facts of the events 0 ..< known: microseconds since
    /// 1970-01-01T00:00:00Z; nil where there are none.
    ///
    /// What comes later must not show: a segment that reaches beyond `known` is searched.
    public func earliestTime(known: UInt64) throws -> Int64? {
        try withSnapshot(covering: known) { snapshot in
            var earliest: Int64?
            func take(_ time: Int64) { earliest = min(earliest ?? time, time) }
            for segment in try snapshot.segments() where segment.descriptor.start < known {
                guard segment.descriptor.end > known else {
                    take(segment.descriptor.minimumTime)
                    continue
                }
                if let earliest, segment.descriptor.minimumTime >= earliest { continue }
                for chunk in segment.chunks {
                    for index in 0..<chunk.facts.count where chunk.facts.position(index) < known {
                        take(chunk.facts.time(index))
                    }
                }
            }
            return earliest
        }
    }

    /// The latest effective time of any fact that may be known at a position, planned ones among them: microseconds
    /// since 1970-01-01T00:00:00Z; nil where there is none.
    public func latestTime(known: UInt64) throws -> Int64? {
        try withSnapshot(covering: known) { snapshot in
            try snapshot.segments().filter { $0.descriptor.start < known }.map(\.descriptor.maximumTime).max()
        }
    }

    /// The facts that count of some customers at a point, as they are amended, in effective order.
    public func facts(of ids: [String], at point: FoldPoint) throws -> [Fact] {
        try withSnapshot(covering: max(point.factsKnown, point.actsKnown)) { snapshot in
            try facts(of: Set(try ids.compactMap { try snapshot.ordinal(of: $0) }).sorted(), point, snapshot)
        }
    }

    /// The same by the numbers of the customers, ascending.
    func facts(
        of customers: [UInt32], _ point: FoldPoint, _ snapshot: borrowing LaneSnapshot
    ) throws -> [Fact] {
        var facts: [Fact] = []
        for segment in try snapshot.segments(customers: customers) {
            var cursor = SegmentCursor(segment)
            for customer in customers {
                cursor.seek(customer)
                while let (slice, range) = cursor.nextPiece(of: customer) {
                    for place in range where slice.position(place) < point.factsKnown {
                        guard slice.isSound(place) else {
                            throw LaneDamage(what: "a chunk with facts of customer \(customer)")
                        }
                        facts.append(slice.fact(place))
                    }
                }
            }
        }
        try scope(point, snapshot).history.apply(to: &facts, until: point.until)
        return facts
    }
}
