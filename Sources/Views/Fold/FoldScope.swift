import Projection

/// Which facts count, and what is done to them before they are folded.
struct FoldScope: Sendable {
    /// Facts of events at this position and later are not known.
    let known: UInt64
    /// Facts later than this have not happened.
    let until: Int64
    /// Who goes on for whom.
    let identity: Identity
    /// What is withdrawn and corrected.
    let history: AmendedHistory
    /// The customers whose facts cannot be folded as they lie, ascending: those an act names, those merged into
    /// others and those who go on for others.
    let touched: [UInt32]
    /// The latest effective time to which a correction moved an event; nil where none stands.
    let latestCorrection: Int64?

    /// A scope in which every act counts whose position is less than that of `standing`.
    ///
    /// `records` are the acts of the log; `replacement` gives the facts that a correction puts in place.
    init(
        known: UInt64, until: Int64, standing: Standing, records: [ActRecord],
        replacement: (UInt64) throws -> [Fact]
    ) rethrows {
        self.known = known
        self.until = until
        identity = standing.identity
        var replacements: [UInt64: [Fact]] = [:]
        for (target, correction) in standing.corrections where target < known {
            replacements[target] = try replacement(correction)
        }
        history = AmendedHistory(standing, replacements: replacements)
        latestCorrection = replacements.values.joined().map(\.time).max()
        var touched: Set<UInt32> = []
        for act in records.prefix(while: { $0.position < standing.count }) {
            let isChanged =
                switch act.kind {
                case .void: standing.withdrawn.contains(act.target)
                case .correction: standing.corrections[act.target] == act.position
                case .merge, .split: false
                }
            if isChanged, act.customer != ActRecord.nobody { touched.insert(act.customer) }
        }
        for root in standing.identity.mergedRoots {
            touched.formUnion(standing.identity.members(of: root))
        }
        for customer in touched {
            touched.insert(standing.identity.root(of: customer))
        }
        self.touched = touched.sorted()
    }

    /// The same scope over facts up to another time.
    init(_ scope: FoldScope, until: Int64) {
        known = scope.known
        self.until = until
        identity = scope.identity
        history = scope.history
        latestCorrection = scope.latestCorrection
        touched = scope.touched
    }

    /// Whether all facts of a segment count as they are, but for those of touched customers.
    func takesAll(of segment: SegmentDescriptor) -> Bool {
        segment.end <= known && segment.maximumTime <= until
    }

    /// Whether each customer's facts in a segment count up to some time, but for those of touched customers.
    func takesPrefixes(of segment: SegmentDescriptor) -> Bool {
        segment.end <= known
    }

    /// Whether an act changes a customer's facts.
    func touches(_ customer: UInt32) -> Bool {
        let index = touched.partitionPoint { $0 < customer }
        return index < touched.count && touched[index] == customer
    }
}
