import LMDB
import Projection

/// The LMDB environment `views/`: everything in it is made from the log and can be made again.
final class ViewStore: Sendable {
    let environment: LMDBEnvironment
    /// `state` → `StoreState`.
    let meta: Database
    /// Segment, first customer, piece → facts.
    let lane: Database
    /// Segment → `SegmentDescriptor`.
    let segments: Database
    /// Block of `namesPerBlock` customers → their ids.
    let names: Database
    /// Stable hash of an id → the numbers of the customers with that hash.
    let ids: Database
    /// Number → code.
    let codes: Database
    /// Position of the first → `ActRecord`s of one commit.
    let acts: Database
    /// Position of a correction → the facts that take the place of its target's.
    let replacements: Database
    /// Position → type, time and data of an event that folds need as reference.
    let references: Database

    static let namesPerBlock: UInt32 = 128

    /// Opens the environment. Made where it is missing, if it is opened for writing.
    init(folder: String, writing: Bool) throws {
        environment = try LMDBEnvironment(folder: folder, access: writing ? .create : .read)
        meta = try environment.database("meta", create: writing)
        lane = try environment.database("lane", create: writing)
        segments = try environment.database("segments", create: writing)
        names = try environment.database("names", create: writing)
        ids = try environment.database("ids", create: writing)
        codes = try environment.database("codes", create: writing)
        acts = try environment.database("acts", create: writing)
        replacements = try environment.database("replacements", create: writing)
        references = try environment.database("references", create: writing)
    }

    private static let stateKey = Key("state")

    /// What is covered; nil where nothing was written, or by another layout.
    func state(_ transaction: borrowing ReadTransaction) throws -> StoreState? {
        guard let bytes = try transaction.copy(of: Self.stateKey, in: meta) else { return nil }
        return try StoreState(encoded: bytes)
    }

    func put(_ state: StoreState, _ transaction: inout WriteTransaction) throws {
        try transaction.put(state.encoded().span, for: Self.stateKey, in: meta)
    }

    /// Throws everything away and begins again for a ledger.
    func reset(origin: String) throws {
        try environment.write { transaction in
            let state = StoreState(origin: origin)
            for database in [lane, segments, names, ids, codes, acts, replacements, references] {
                try transaction.empty(database)
            }
            try put(state, &transaction)
        }
    }
}

// MARK: - The lane

extension ViewStore {
    static func laneKey(_ segment: UInt32, _ customer: UInt32, _ piece: UInt32) -> Key {
        Key(segment).appending(customer).appending(piece)
    }

    /// All segments, by position.
    func descriptors(_ transaction: borrowing ReadTransaction) throws -> [SegmentDescriptor] {
        var result: [SegmentDescriptor] = []
        try transaction.forEach(in: segments) { key, value in
            result.append(
                try SegmentDescriptor(id: key.bigEndianUInt32(at: 0), encoded: [UInt8](copying: value)))
            return true
        }
        return result.sorted { ($0.start, $0.end, $0.id) < ($1.start, $1.end, $1.id) }
    }

    /// Writes sorted facts as chunks of a segment, behind those that it has.
    func putChunks(
        of facts: [Fact], segment: UInt32, limit: Int, _ transaction: inout WriteTransaction
    ) throws {
        var customer: UInt32?
        var piece: UInt32 = 0
        for range in SegmentBuilder.chunks(of: facts, limit: limit) {
            let first = facts[range.lowerBound].customer
            piece = first == customer ? piece + 1 : 0
            customer = first
            try transaction.put(
                records: facts.span.extracting(range), for: Self.laneKey(segment, first, piece), in: lane)
        }
    }

    /// A segment as it lies in the map of a transaction: all of it, or the chunks that may hold some
    /// customers. Good for as long as the transaction.
    func image(
        of descriptor: SegmentDescriptor, customers: [UInt32]?, _ transaction: borrowing ReadTransaction
    ) throws -> SegmentImage {
        var chunks: [ChunkImage] = []
        if let customers {
            try transaction.withCursor(in: lane) { cursor in
                for customer in customers {
                    try collect(customer, of: descriptor, &cursor, into: &chunks)
                }
            }
        } else {
            try forEachChunk(of: descriptor, transaction) { chunk in
                chunks.append(chunk)
                return true
            }
        }
        return SegmentImage(descriptor: descriptor, chunks: chunks)
    }

    /// Lends the chunks of a segment, ascending, until `body` returns false.
    func forEachChunk(
        of descriptor: SegmentDescriptor, _ transaction: borrowing ReadTransaction,
        _ body: (ChunkImage) throws -> Bool
    ) throws {
        try transaction.withCursor(in: lane) { cursor in
            var isPlaced = try seek(descriptor.firstCustomer, of: descriptor, &cursor)
            while isPlaced, let chunk = try self.chunk(of: descriptor, cursor) {
                if chunk.facts.count > 0 {
                    guard try body(chunk) else { return }
                }
                isPlaced = try cursor.next()
            }
        }
    }

    /// Moves to the first chunk that may hold a customer's facts.
    private func seek(
        _ customer: UInt32, of descriptor: SegmentDescriptor, _ cursor: inout Cursor
    ) throws -> Bool {
        let key = Self.laneKey(descriptor.id, customer, 0)
        guard try cursor.seek(before: key) else { return try cursor.seek(atLeast: key) }
        let isOurs = cursor.withKey { $0.bigEndianUInt32(at: 0) == descriptor.id }
        return isOurs ? true : try cursor.next()
    }

    private func collect(
        _ customer: UInt32, of descriptor: SegmentDescriptor, _ cursor: inout Cursor,
        into chunks: inout [ChunkImage]
    ) throws {
        guard customer >= descriptor.firstCustomer else { return }
        var isPlaced = try seek(customer, of: descriptor, &cursor)
        while isPlaced, let chunk = try self.chunk(of: descriptor, cursor), chunk.key.customer <= customer {
            let facts = chunk.facts
            if facts.count > 0, facts.customer(facts.count - 1) >= customer {
                // Two customers of one question may share a chunk.
                if chunks.last?.key != chunk.key { chunks.append(chunk) }
            }
            isPlaced = try cursor.next()
        }
    }

    /// The chunk at the cursor, without customers who have moved on; nil at the end of the segment.
    private func chunk(of descriptor: SegmentDescriptor, _ cursor: borrowing Cursor) throws -> ChunkImage? {
        try cursor.withCurrent { key, value throws(LaneDamage) in
            guard key.bigEndianUInt32(at: 0) == descriptor.id else { return nil }
            let facts = try FactSlice(lent: value)
            let rest = facts.dropFirst(facts.lowerBound(descriptor.firstCustomer, from: 0))
            return ChunkImage(
                firstCustomer: rest.count > 0 ? rest.customer(0) : 0, facts: rest,
                key: ChunkImage.Key(customer: key.bigEndianUInt32(at: 4), piece: key.bigEndianUInt32(at: 8)))
        }
    }
}
