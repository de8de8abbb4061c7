import Events
import LMDB

/// The values of all events in stretches, in the order of the log: what the columns of attributes are to filters,
/// these are to conditions on any value. So a condition that hardly any event meets finds these few at once.
///
/// They are derived, and made from the lines in the background, a whole stretch at a time: nothing of it is in the
/// commit. What is sealed is not among them. Another layout takes another number, and is made again.
struct LogValues: Sendable {
    /// What the keys of stretches begin with, where those of indexes have their number.
    static let number: UInt8 = 0x41
    private static let endKey = Key(number).appending(0 as UInt8)
    private static let stretchPrefix = Key(number).appending(1 as UInt8)

    private let database: Database

    init(_ database: Database) { self.database = database }

    private static func key(_ position: UInt64) -> Key { stretchPrefix.appending(position) }

    /// The events below this position are in stretches.
    func coveredEnd(in transaction: borrowing ReadTransaction) throws -> UInt64 {
        try transaction.value(for: Self.endKey, in: database) { bytes in
            bytes.count >= 8 ? bytes.bigEndianUInt64(at: 0) : 0
        } ?? 0
    }

    /// Writes the stretches that follow those that are there, each of so many events.
    func add(
        _ stretches: [[UInt8]], of count: UInt64, from start: UInt64, in transaction: inout WriteTransaction
    ) throws {
        var next = start
        for stretch in stretches {
            try transaction.put(stretch.span, for: Self.key(next), in: database)
            next += count
        }
        var end: [UInt8] = []
        end.append(bigEndian: next)
        try transaction.put(end.span, for: Self.endKey, in: database)
    }

    /// Lends the stretches that hold events in a range, which must be covered, each with its first position.
    func forEachStretch(
        of range: Range<UInt64>, in transaction: borrowing ReadTransaction,
        _ body: (_ first: UInt64, ValueStretch, Span<UInt8>) throws -> Void
    ) throws {
        try transaction.withCursor(in: database) { cursor in
            var next = range.lowerBound
            var isPlaced = try cursor.seek(before: Self.key(next + 1))
            while isPlaced, next < range.upperBound {
                next = try cursor.withCurrent { key, value in
                    guard let first = Self.first(key) else { throw Self.missing(next) }
                    let stretch = try ValueStretch(value)
                    let (end, overflow) = first.addingReportingOverflow(UInt64(stretch.count))
                    // Stretches stand one behind another: only the first may begin before the range.
                    guard first == next || first < next && next == range.lowerBound, next < end, !overflow
                    else {
                        throw Self.missing(next)
                    }
                    try body(first, stretch, value)
                    return end
                }
                isPlaced = try cursor.next()
            }
            guard next >= range.upperBound else { throw Self.missing(next) }
        }
    }

    /// The first position of the stretch that a key is of; nil where it is of something else.
    private static func first(_ key: Span<UInt8>) -> UInt64? {
        guard key.count == stretchPrefix.count + 8, key[0] == number, key[1] == 1 else { return nil }
        return key.bigEndianUInt64(at: stretchPrefix.count)
    }

    private static func missing(_ position: UInt64) -> LogError {
        LogError(
            .damaged,
            "the columns of values lack position \(position), which they say they cover; `daybook verify --values` says what else is wrong"
        )
    }
}

extension LogStorage {
    /// How many stretches are written together: what one commit costs does not show then.
    private static var stretchesPerStep: UInt64 { 8 }

    /// Makes the stretches of values that are still to be made, of so many events each; does nothing as long as there
    /// are fewer than some.
    func makeUpForValues(stretches count: UInt64, atLeast least: UInt64, while goOn: () -> Bool) throws {
        let maker = ValueStretchMaker()
        while goOn() {
            let (start, end) = try environment.read { transaction in
                (try indexes.values.coveredEnd(in: transaction), try self.head(in: transaction).count)
            }
            let missing = end > start ? (end - start) / count : 0
            guard missing >= max(least, 1) else { return }
            let stretches = try environment.read { transaction in
                try (0..<min(missing, Self.stretchesPerStep)).map { number in
                    let first = start + number * count
                    return try maker.stretch(of: first..<first + count, in: self, transaction)
                }
            }
            try environment.write { transaction in
                guard try indexes.values.coveredEnd(in: transaction.reading) == start else { return }
                try indexes.values.add(stretches, of: count, from: start, in: &transaction)
            }
        }
    }
}

/// Makes stretches of values from the lines. It belongs to one thread.
final class ValueStretchMaker {
    private let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)
    private var gatherer = ValueGatherer()

    /// The stored form of the stretch of some events.
    func stretch(
        of range: Range<UInt64>, in storage: LogStorage, _ transaction: borrowing ReadTransaction
    ) throws -> [UInt8] {
        gatherer.begin()
        try storage.forEachLine(from: range.lowerBound, upTo: range.upperBound, in: transaction) { line, _ in
            try reader.parse(line)
            gatherer.add(reader)
            return true
        }
        return gatherer.encode()
    }
}
