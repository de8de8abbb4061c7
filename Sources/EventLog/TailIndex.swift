/// The index entries of the newest events, which no sorted run covers yet, in memory.
///
/// Entries are added and taken off at the end only: a batch that cannot be written is taken off again.
struct TailIndex {
    /// The position of the first entry.
    private(set) var base: UInt64
    private var columns: [Column]
    /// What the columns of the events hold, from the first on.
    private(set) var attributes: [ColumnEntry] = []

    /// How many events are in it.
    var count: Int { columns[0].keys.count }
    /// The position behind the last entry.
    var end: UInt64 { base + UInt64(count) }

    /// An empty index of the events from a position on.
    init(base: UInt64) {
        self.base = base
        columns = IndexKind.allCases.map { _ in Column() }
    }

    /// Adds the next event, which happened at a time in microseconds.
    mutating func append(_ keys: IndexKeys, time: Int64) {
        for number in columns.indices { columns[number].append(keys[number]) }
        attributes.append(ColumnEntry(keys, time: time))
    }

    /// Takes off all entries from a position on.
    mutating func truncate(to end: UInt64) {
        for number in columns.indices { columns[number].truncate(to: Int(end - base)) }
        attributes.removeLast(attributes.count - count)
    }

    /// The keys of one index, of the events from `base` on.
    func keys(_ kind: IndexKind) -> [UInt64] { columns[kind.rawValue].keys }

    /// The positions whose key lies in a range of one key or of one 32-bit prefix, ascending.
    mutating func positions(_ kind: IndexKind, keys range: ClosedRange<UInt64>, below end: UInt64) -> [UInt64]
    {
        columns[kind.rawValue].places(of: range).compactMap { place in
            let position = base + UInt64(place)
            return position < end ? position : nil
        }
    }

    /// Whether any event has a key: the quick question before `positions`.
    mutating func contains(_ kind: IndexKind, _ key: UInt64) -> Bool { columns[kind.rawValue].contains(key) }

    /// Has the memory at hand that asking for the identities of some events needs, so that they wait for it together.
    /// What it gives is of no meaning, but makes sure that the memory is read.
    func touch(_ events: ArraySlice<PreparedEvent>) -> UInt64 {
        columns[IndexKind.id.rawValue].touch(events)
    }

    /// The keys of one index with chains from each to the one before it in the same bucket. The chains are
    /// made when the index is first asked: appending alone needs only that of identities.
    private struct Column {
        private(set) var keys: [UInt64] = []
        private var heads: [Int32] = []
        private var previous: [Int32] = []

        mutating func append(_ key: UInt64) {
            keys.append(key)
            guard !heads.isEmpty else { return }
            if keys.count > heads.count { makeChains() } else { chain(keys.count - 1) }
        }

        mutating func truncate(to count: Int) {
            while keys.count > count {
                let place = keys.count - 1
                if !heads.isEmpty {
                    heads[bucket(keys[place])] = previous[place]
                    previous.removeLast()
                }
                keys.removeLast()
            }
        }

        mutating func contains(_ key: UInt64) -> Bool {
            if heads.isEmpty { makeChains() }
            var place = heads[bucket(key)]
            while place >= 0 {
                if keys[Int(place)] == key { return true }
                place = previous[Int(place)]
            }
            return false
        }

        func touch(_ events: ArraySlice<PreparedEvent>) -> UInt64 {
            guard !heads.isEmpty else { return 0 }
            var seen: UInt64 = 0
            for event in events { seen ^= UInt64(truncatingIfNeeded: heads[bucket(event.keys[.id])]) }
            for event in events {
                let place = heads[bucket(event.keys[.id])]
                if place >= 0 { seen ^= keys[Int(place)] }
            }
            return seen
        }

        mutating func places(of range: ClosedRange<UInt64>) -> [Int] {
            if heads.isEmpty { makeChains() }
            var places: [Int] = []
            var place = heads[bucket(range.lowerBound)]
            while place >= 0 {
                if range.contains(keys[Int(place)]) { places.append(Int(place)) }
                place = previous[Int(place)]
            }
            return places.reversed()
        }

        private mutating func makeChains() {
            var size = 1_024
            while size < keys.count * 2 { size *= 2 }
            heads = [Int32](repeating: -1, count: size)
            previous.removeAll(keepingCapacity: true)
            for place in keys.indices { chain(place) }
        }

        private mutating func chain(_ place: Int) {
            let bucket = bucket(keys[place])
            previous.append(heads[bucket])
            heads[bucket] = Int32(place)
        }

        /// By the high 32 bits, so that all keys of a prefix share a bucket.
        private func bucket(_ key: UInt64) -> Int {
            Int(key >> 16) & (heads.count - 1)
        }
    }
}
