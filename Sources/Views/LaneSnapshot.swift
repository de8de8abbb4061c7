import Events
import LMDB
import Projection

/// The stored views and what the log holds beyond them, as they stand at one moment. Everything that it lends
/// from the memory map is good for as long as it lives.
struct LaneSnapshot: ~Copyable {
    private let store: ViewStore?
    private let transaction: ReadTransaction?
    let state: StoreState?
    private let overlay: Overlay?

    /// A snapshot of stored views, of what lies beyond them, or of both.
    init(
        store: ViewStore?, transaction: consuming ReadTransaction?, state: StoreState?, overlay: Overlay?
    ) {
        self.store = store
        self.transaction = transaction
        self.state = state
        self.overlay = overlay
    }

    /// The same moment, with what the log holds beyond it.
    consuming func extended(by overlay: Overlay) -> LaneSnapshot {
        LaneSnapshot(store: store, transaction: transaction, state: state, overlay: overlay)
    }

    /// The facts of the events 0 ..< covered are there.
    var covered: UInt64 { overlay?.range.upperBound ?? state?.covered ?? 0 }

    /// How many customers have a number.
    var customerCount: UInt32 {
        (state?.customerCount ?? 0) + UInt32(overlay?.customers.count ?? 0)
    }

    private borrowing func stored<R>(
        _ body: (ViewStore, borrowing ReadTransaction) throws -> R
    ) throws -> R? {
        guard let store else { return nil }
        switch transaction {
        case .none: return nil
        case .some(let transaction): return try body(store, transaction)
        }
    }

    /// The segments with facts: all chunks, or those that may hold some customers (ascending).
    borrowing func segments(customers: [UInt32]? = nil) throws -> [SegmentImage] {
        var result =
            try stored { store, transaction in
                try store.descriptors(transaction).map {
                    try store.image(of: $0, customers: customers, transaction)
                }
            } ?? []
        if let segment = overlay?.segment { result.append(segment) }
        return result.filter { !$0.chunks.isEmpty }
    }

    /// The latest effective time of any fact; nil where there are none.
    borrowing func latestTime() throws -> Int64? {
        var times =
            try stored { store, transaction in
                try store.descriptors(transaction).filter { $0.count > 0 }.map(\.maximumTime)
            } ?? []
        if let segment = overlay?.segment { times.append(segment.descriptor.maximumTime) }
        return times.max()
    }

    /// The acts in the order of the log.
    borrowing func acts() throws -> [ActRecord] {
        let known = try stored { try $0.acts($1) } ?? []
        return known + (overlay?.acts ?? [])
    }

    /// The reference events in the order of the log.
    borrowing func references() throws -> [Act] {
        let known = try stored { try $0.references($1) } ?? []
        return try (known + (overlay?.references ?? [])).map { record in
            guard let data = try? JSONValue(parsing: record.data) else {
                throw LaneDamage(what: "the reference data of event @\(record.position)")
            }
            return Act(
                position: record.position, time: record.time,
                content: .reference(type: record.type, data: data))
        }
    }

    /// The facts that a correction puts in place of its target's.
    borrowing func replacement(_ correction: UInt64) throws -> [Fact] {
        if let facts = overlay?.replacements[correction] { return facts }
        return try stored { try $0.replacement(correction, $1) } ?? []
    }

    /// The codes by number.
    borrowing func codes() throws -> [String] {
        let known = try stored { try $0.codes($1) } ?? [""]
        return known + (overlay?.codes ?? [])
    }

    /// The number of a customer; nil where the log has not named it.
    borrowing func ordinal(of id: String) throws -> UInt32? {
        let bytes = Array(id.utf8)
        let hash = StableHash.hash(bytes.span)
        if let known = try stored({ try $0.ordinal(of: bytes.span, hash: hash, $1) }) ?? nil { return known }
        guard let overlay, let number = overlay.customers.find(bytes.span) else { return nil }
        return overlay.firstCustomer + number
    }

    /// The ids of customers, in ascending order of their numbers.
    borrowing func names(of ordinals: [UInt32]) throws -> [String] {
        let storedCount = state?.customerCount ?? 0
        let split = ordinals.partitionPoint { $0 < storedCount }
        var result = try stored { try $0.names(of: Array(ordinals[..<split]), $1) } ?? []
        for ordinal in ordinals[split...] {
            guard let overlay, ordinal - overlay.firstCustomer < overlay.customers.count else {
                throw LaneDamage(what: "a customer without a name")
            }
            result.append(overlay.customers.text(Int(ordinal - overlay.firstCustomer)))
        }
        return result
    }

    /// The number of a customer whose id's stable hash is known; nil where the log has not named it.
    borrowing func ordinal(of name: Span<UInt8>, hash: UInt64) throws -> UInt32? {
        try stored { try $0.ordinal(of: name, hash: hash, $1) } ?? nil
    }
}
