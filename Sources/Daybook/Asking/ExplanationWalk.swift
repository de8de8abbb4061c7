import Events

/// Finds the steps in which a value came about: event by event, and between events as time passes.
///
/// A chain: each step begins with the value that the one before ended with, and the last one ends with the value
/// at the end. Steps that leave the value as it is are left out.
struct ExplanationWalk {
    /// One change of the value.
    struct Step: Equatable {
        /// The index of the event that made it; nil where time alone did.
        let event: Int?
        /// When: microseconds since 1970-01-01T00:00:00Z.
        let instant: Int64
        let before: JSONValue
        let after: JSONValue
    }

    /// What the value would be after the first so many events, at a moment.
    typealias Evaluation = (_ count: Int, _ instant: Int64) throws -> JSONValue

    /// So many events are looked at one by one; of more, those between two moments with the same value are passed
    /// over.
    static let affordable = 1_000

    private let instants: [Int64]
    private let end: Int64
    private let zone: Zone
    private let evaluate: Evaluation
    private var known: [Int: JSONValue] = [:]
    private(set) var steps: [Step] = []
    /// The value that the chain has come to.
    private(set) var value: JSONValue = .null

    /// A walk over events in the order in which they are folded.
    ///
    /// - Parameters:
    ///   - times: when each event happened.
    ///   - end: the moment of the question, not before any event.
    init(times: [Int64], end: Int64, zone: Zone, evaluate: @escaping Evaluation) {
        var latest = Int64.min
        // What is folded in the order of the log may go back in time; a state can only be looked at when all that
        // is in it has happened.
        instants = times.map { time in
            latest = max(latest, time)
            return latest
        }
        self.end = end
        self.zone = zone
        self.evaluate = evaluate
    }

    /// Walks to the end.
    mutating func run() throws {
        let count = instants.count
        value = try after(0)
        let stride = max(1, (count + Self.affordable - 1) / Self.affordable)
        var index = 0
        while index < count {
            let next = min(count, index + stride)
            try walk(from: index, to: next)
            index = next
        }
        let last = try evaluate(count, end)
        try pass(from: moment(ofCount: count), to: end, count: count, reaching: last)
    }

    /// The value right after the first so many events; before the first one, what an empty history gives.
    private mutating func after(_ count: Int) throws -> JSONValue {
        if let found = known[count] { return found }
        let found = try evaluate(count, moment(ofCount: count))
        known[count] = found
        return found
    }

    /// The moment of an event, counted from one; for none, the last moment before the first.
    private func moment(ofCount count: Int) -> Int64 {
        if count > 0 { return instants[count - 1] }
        return instants.first.map { $0 - 1 } ?? end
    }

    private mutating func walk(from start: Int, to end: Int) throws {
        guard end - start > 1 else { return try take(end) }
        if try after(start) == after(end) { return }
        let middle = start + (end - start) / 2
        try walk(from: start, to: middle)
        try walk(from: middle, to: end)
    }

    /// Time up to an event, then the event.
    private mutating func take(_ count: Int) throws {
        let (earlier, instant) = (moment(ofCount: count - 1), moment(ofCount: count))
        if instant - 1 > earlier {
            let before = try evaluate(count - 1, instant - 1)
            try pass(from: earlier, to: instant - 1, count: count - 1, reaching: before)
        }
        step(event: count - 1, at: instant, to: try after(count))
    }

    private mutating func step(event: Int?, at instant: Int64, to after: JSONValue) {
        guard after != value else { return }
        steps.append(Step(event: event, instant: instant, before: value, after: after))
        value = after
    }

    // MARK: Time

    /// What time alone did between two moments. What is said in words is traced to the local days on which it
    /// changed; what is counted or measured changes little by little, and is one step.
    private mutating func pass(
        from start: Int64, to end: Int64, count: Int, reaching last: JSONValue
    ) throws {
        guard last != value else { return }
        let firstDay = zone.day(of: Instant(microseconds: start)).number
        let lastDay = zone.day(of: Instant(microseconds: end)).number
        if lastDay > firstDay {
            let atLastDay = try evaluate(count, startOfDay(lastDay))
            if Self.isWord(value) || Self.isWord(last) {
                try trace(from: firstDay, value, to: lastDay, atLastDay, count)
            } else if atLastDay == last {
                step(event: nil, at: startOfDay(lastDay), to: last)
            }
        }
        step(event: nil, at: end, to: last)
    }

    /// The days between two, the second included, at whose start another value held than a day before.
    private mutating func trace(
        from start: Int32, _ before: JSONValue, to end: Int32, _ after: JSONValue, _ count: Int
    ) throws {
        guard before != after else { return }
        guard end - start > 1 else { return step(event: nil, at: startOfDay(end), to: after) }
        let middle = start + (end - start) / 2
        let between = try evaluate(count, startOfDay(middle))
        try trace(from: start, before, to: middle, between, count)
        try trace(from: middle, between, to: end, after, count)
    }

    private func startOfDay(_ day: Int32) -> Int64 {
        zone.start(of: LocalDay(number: day)).microseconds
    }

    private static func isWord(_ value: JSONValue) -> Bool {
        switch value {
        case .string, .bool: true
        case .null, .number, .array, .object: false
        }
    }
}
