import Events
import LMDB
import SortedRuns

/// How a search finds candidates: lists of positions from indexes where they leave little, columns for the rest.
///
/// The lists are cut with one another, the shortest first; what stays is thinned out by the columns, those of values
/// and those of attributes, and what then stays is confirmed line by line. So no combination of filters reads many lines in vain.
struct SearchPlan {
    /// The positions of one filter: those of any of its keys.
    private struct Postings {
        let kind: IndexKind
        let keys: [UInt64]
        let count: Int
        /// All of them, ascending, where they were read beforehand.
        var positions: [UInt64]?
    }

    /// A list is not cut with one that is so many times as long: to read the longer one would cost more than to
    /// confirm the shorter.
    private static let usefulRatio = 64

    private let storage: LogStorage
    private let options: SearchOptions
    private let postings: [Postings]
    private let columns: ColumnTest
    /// Below this position the lists are whole; 0 where there are none.
    private let postingsEnd: UInt64
    /// Below this position there are columns.
    private let columnsEnd: UInt64
    /// The condition on values; nil where there is none that columns can say something of.
    private let values: ValueFilter?
    /// Below this position there are columns of values; 0 where they are not asked.
    private let valuesEnd: UInt64

    /// Types that only a further test asks for are used where they leave at most one of so many events: lines that
    /// stand close together are read faster one after the other.
    private static let fewFitting: UInt64 = 16

    /// - Parameter types: the types that the search's pattern stands for.
    init(
        _ search: LogSearch, types: [String]?, _ storage: LogStorage, _ options: SearchOptions,
        in transaction: borrowing ReadTransaction
    ) throws {
        self.storage = storage
        self.options = options
        let indexesEnd = try storage.indexes.coveredEnd(in: transaction)
        let detailsEnd = try storage.indexes.detailsEnd(in: transaction)
        columnsEnd = detailsEnd
        values = search.values.flatMap(ValueFilter.init)
        valuesEnd = values == nil ? 0 : try storage.indexes.values.coveredEnd(in: transaction)
        func list(_ kind: IndexKind, _ texts: [String]) throws -> Postings {
            let keys = Set(texts.map { IndexKeys.key($0.utf8.span) }).sorted()
            let count = try keys.reduce(0) {
                $0 + (try storage.indexes.runs(kind).count(of: $1 << 16, in: transaction))
            }
            return Postings(kind: kind, keys: keys, count: count)
        }
        var types = types
        if let fitting = search.fittingTypes {
            let common = types.map { types in types.filter(Set(fitting).contains) } ?? fitting
            let isFew = UInt64(try list(.type, common).count) * Self.fewFitting <= indexesEnd
            if isFew || types != nil { types = common }
        }
        var lists: [Postings] = []
        if let customers = search.customers { lists.append(try list(.customer, customers)) }
        if let correlation = search.correlation { lists.append(try list(.correlation, [correlation])) }
        if let causation = search.causation { lists.append(try list(.causation, [causation])) }
        if let ids = search.values?.ids {
            lists.append(try Self.identities(ids, storage, in: transaction))
        }
        var others: [Postings] = []
        if let types { others.append(try list(.type, types)) }
        if let actor = search.actor { others.append(try list(.actor, [actor])) }
        // Without columns a long list is better than none.
        let isWorthwhile = { (list: Postings) in
            UInt64(list.count) * options.longListPart < indexesEnd || detailsEnd < indexesEnd
        }
        lists = (lists + others.filter(isWorthwhile)).sorted { $0.count < $1.count }
        let shortest = lists.first?.count ?? 0
        postings = lists.filter { $0.count / Self.usefulRatio <= shortest }
        postingsEnd =
            postings.isEmpty ? 0 : postings.contains { $0.kind == .causation } ? detailsEnd : indexesEnd
        columns = Self.columnTest(search, types)
    }

    /// The events of some ids, whatever their sources.
    private static func identities(
        _ ids: [String], _ storage: LogStorage, in transaction: borrowing ReadTransaction
    ) throws -> Postings {
        var positions: Set<UInt64> = []
        for id in ids {
            let prefix = IndexKeys.idPrefix(id.utf8.span) << 16
            positions.formUnion(
                try storage.indexes.positions(ofIDs: max(prefix, 1)...prefix | 0xFFFF, in: transaction))
        }
        return Postings(kind: .id, keys: [], count: positions.count, positions: positions.sorted())
    }

    private static func columnTest(_ search: LogSearch, _ types: [String]?) -> ColumnTest {
        var test = ColumnTest()
        if let types { test.require(.type, among: types) }
        if let actor = search.actor { test.require(.actor, among: [actor]) }
        if let source = search.source { test.require(.source, among: [source]) }
        if let channel = search.channel { test.require(.channel, among: [channel]) }
        let first = search.from.map { ColumnEntry.minute($0.microseconds) } ?? .min
        let last = search.to.map { ColumnEntry.minute($0.microseconds) } ?? .max
        test.minutes = first...max(first, last)
        return test
    }

    /// The part of a range, from the end at which the order begins, in which one way of looking holds.
    func stretch(of range: Range<UInt64>, order: LogOrder) -> Range<UInt64> {
        let borders = [postingsEnd, columnsEnd, valuesEnd].filter {
            $0 > range.lowerBound && $0 < range.upperBound
        }
        switch order {
        case .ascending: return range.lowerBound..<(borders.min() ?? range.upperBound)
        case .descending: return (borders.max() ?? range.lowerBound)..<range.upperBound
        }
    }

    /// The positions in a stretch at which a line may be what is searched for, ascending; nil for all of them.
    func candidates(
        in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
    ) throws -> [UInt64]? {
        var positions = range.upperBound <= postingsEnd ? try listed(in: range, transaction) : nil
        if let positions, positions.count < options.fewCandidates { return positions }
        if let values, range.upperBound <= valuesEnd {
            positions = try meeting(values, positions, in: range, transaction)
            if let positions, positions.count < options.fewCandidates { return positions }
        }
        if range.upperBound <= columnsEnd, !columns.asksNothing {
            positions = try thinned(positions, in: range, transaction)
        }
        return positions
    }

    /// What all lists have in common.
    private func listed(in range: Range<UInt64>, _ transaction: borrowing ReadTransaction) throws -> [UInt64]
    {
        var common: [UInt64] = []
        for (number, list) in postings.enumerated() {
            if number > 0, common.count < options.fewCandidates { break }
            let positions = try self.positions(of: list, in: range, transaction)
            common = number == 0 ? positions : Self.intersection(common, positions)
        }
        return common
    }

    private func positions(
        of list: Postings, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
    ) throws -> [UInt64] {
        if let positions = list.positions { return positions.filter(range.contains) }
        var positions: [UInt64] = []
        for key in list.keys {
            _ = try storage.indexes.forEachPosition(
                list.kind, key: key, within: range, descending: false, in: transaction
            ) { position in
                positions.append(position)
                return true
            }
        }
        guard list.keys.count > 1 else { return positions }
        positions.sort()
        return positions
    }

    private static func intersection(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var common: [UInt64] = []
        var place = 0
        for position in left {
            while place < right.count, right[place] < position { place += 1 }
            if place < right.count, right[place] == position { common.append(position) }
        }
        return common
    }

    /// Those of some positions (or all) that the columns let pass.
    private func thinned(
        _ positions: [UInt64]?, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
    ) throws -> [UInt64] {
        var passed: [UInt64] = []
        var next = 0
        try storage.indexes.columns.forEachChunk(of: range, in: transaction) { first, chunk, bytes in
            let end = min(first + UInt64(chunk.count), range.upperBound)
            let within = Int(max(first, range.lowerBound) - first)..<Int(end - first)
            let given = positions.map { Self.places(in: $0, from: &next, first: first, end: end) }
            if let given, given.isEmpty { return }
            for place in columns.places(of: chunk, bytes, within: within, among: given) {
                passed.append(first + UInt64(place))
            }
        }
        return passed
    }

    /// Those of some positions (or all) that may meet a condition on values.
    private func meeting(
        _ values: ValueFilter, _ positions: [UInt64]?, in range: Range<UInt64>,
        _ transaction: borrowing ReadTransaction
    ) throws -> [UInt64] {
        var passed: [UInt64] = []
        var next = 0
        try storage.indexes.values.forEachStretch(of: range, in: transaction) { first, stretch, bytes in
            let end = min(first + UInt64(stretch.count), range.upperBound)
            let within = Int(max(first, range.lowerBound) - first)..<Int(end - first)
            let given = positions.map { Self.places(in: $0, from: &next, first: first, end: end) }
            if let given, given.isEmpty { return }
            for place in try values.places(of: stretch, bytes, within: within, among: given) {
                passed.append(first + UInt64(place))
            }
        }
        return passed
    }

    /// The places of the positions of a list that lie below an end.
    private static func places(
        in positions: [UInt64], from next: inout Int, first: UInt64, end: UInt64
    ) -> [Int] {
        var places: [Int] = []
        while next < positions.count, positions[next] < end {
            places.append(Int(positions[next] - first))
            next += 1
        }
        return places
    }
}
