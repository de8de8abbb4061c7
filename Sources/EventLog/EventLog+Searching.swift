import Dispatch
public import Events
import LMDB
import Synchronization

extension EventLog {
    /// Lends the events that a search finds, in order, until `body` returns false.
    ///
    /// - Parameters:
    ///   - range: which positions are looked at.
    ///   - makeCheck: makes a further test, for what the lines as such do not tell. Where much is to be tested it
    ///     is made for each of two threads.
    public func search(
        _ search: LogSearch, order: LogOrder, within range: (borrowing LogView) throws -> Range<Position>,
        also makeCheck: (@Sendable () -> LineCheck)? = nil,
        _ body: (_ position: Position, _ line: Span<UInt8>) throws -> Bool
    ) throws {
        try read { view in
            let range = try range(view)
            let types = try types(search.type, in: view)
            if let fitting = search.fittingTypes {
                // An event of a type that nobody asks for is none that is searched for.
                if fitting.isEmpty || types.map(Set(fitting).isDisjoint(with:)) ?? false { return }
            }
            let run = try run(search, types: types, order, makeCheck, in: view)
            let end = min(range.upperBound, view.head)
            try run.search(min(range.lowerBound, end).rawValue..<end.rawValue, in: view, body)
        }
    }

    private func run(
        _ search: LogSearch, types: [String]?, _ order: LogOrder, _ makeCheck: (@Sendable () -> LineCheck)?,
        in view: borrowing LogView
    ) throws -> SearchRun {
        SearchRun(
            log: self, test: LineTest(search), order: order, makeCheck: makeCheck,
            plan: try SearchPlan(search, types: types, storage, options.search, in: view.snapshot.transaction)
        )
    }

    /// The types that a pattern stands for: built-in ones, and those that users registered.
    private func types(_ pattern: LogSearch.TypePattern?, in view: borrowing LogView) throws -> [String]? {
        switch pattern {
        case nil: return nil
        case .exactly(let type): return [type]
        case .beginning(let prefix):
            var types = Set(schemas.types)
            let reader = JSONReader()
            var registrations = LogSearch()
            registrations.type = .exactly(SchemaBook.registration)
            let run = try run(registrations, types: [SchemaBook.registration], .ascending, nil, in: view)
            try run.search(0..<view.head.rawValue, in: view) { _, line in
                try reader.parse(line)
                if let data = reader.member(0, "data"), let type = reader.member(data, "type") {
                    types.insert(reader.string(type))
                }
                return true
            }
            return types.filter { $0.hasPrefix(prefix) }.sorted()
        }
    }
}

/// One search at work: window by window, each larger than the one before as long as little is found in them.
private struct SearchRun {
    /// A window never spans more than this, so that what is found in it stays small.
    private static let longestWindow: UInt64 = 1 << 22
    /// Nor does one in which every line is a candidate.
    private static let longestScan: UInt64 = 1 << 16
    /// To look a candidate up costs as much as to read so many lines one after the other.
    private static let linesPerCandidate = 6

    let log: EventLog
    let test: LineTest
    let order: LogOrder
    let makeCheck: (@Sendable () -> LineCheck)?
    let plan: SearchPlan

    func search(
        _ range: Range<UInt64>, in view: borrowing LogView, _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws {
        var rest = range
        var length = log.options.search.firstCount
        let check = makeCheck?()
        while !rest.isEmpty {
            let stretch = plan.stretch(of: rest, order: order)
            let window: Range<UInt64>
            switch order {
            case .ascending:
                window = stretch.lowerBound..<min(stretch.upperBound, stretch.lowerBound + length)
                rest = window.upperBound..<rest.upperBound
            case .descending:
                let reach = min(length, UInt64(stretch.count))
                window = stretch.upperBound - reach..<stretch.upperBound
                rest = rest.lowerBound..<window.lowerBound
            }
            var candidates = try plan.candidates(in: window, view.snapshot.transaction)
            // Where a further test must read them, many are read faster one after the other.
            if makeCheck != nil, let found = candidates, window.count <= Self.longestScan,
                found.count * Self.linesPerCandidate > window.count
            {
                candidates = nil
            }
            guard try lend(candidates, of: window, check, in: view, body) else { return }
            let isSparse = candidates.map { UInt64($0.count) * 4 < length } ?? (length < Self.longestScan)
            if isSparse { length = min(length * 2, Self.longestWindow) }
            if candidates == nil { length = min(length, Self.longestScan) }
        }
    }

    /// Lends what is found in a window; false when `body` said to stop.
    private func lend(
        _ candidates: [UInt64]?, of window: Range<UInt64>, _ check: LineCheck?, in view: borrowing LogView,
        _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws -> Bool {
        let count = candidates?.count ?? window.count
        let many = log.options.search.manyCandidates
        // Whoever wants a page waits for no more candidates than it takes.
        if makeCheck != nil, let candidates, count > many {
            let starts = stride(from: 0, to: count, by: max(many, 1))
            for start in order == .ascending ? Array(starts) : starts.reversed() {
                let part = Array(candidates[start..<min(start + many, count)])
                guard try lend(part, of: window, check, in: view, body) else { return false }
            }
            return true
        }
        if makeCheck != nil, count >= log.options.search.manyCandidates {
            let found = try foundInParallel(candidates, of: window)
            return try lendLines(of: found, in: view) { _, _ in
                true
            } _: {
                try body($0, $1)
            }
        }
        if let candidates {
            return try lendLines(of: candidates, in: view) {
                try test.holds($1, at: $0) && (try check?($1) ?? true)
            } _: {
                try body($0, $1)
            }
        }
        if order == .ascending {
            return try lendAscending(window, check, in: view, body)
        }
        var found: [UInt64] = []
        try forEachMatch(window, check, in: view.snapshot) { position, _ in
            found.append(position)
            return true
        }
        return try lendLines(of: found, in: view) { _, _ in
            true
        } _: {
            try body($0, $1)
        }
    }

    private func lendAscending(
        _ window: Range<UInt64>, _ check: LineCheck?, in view: borrowing LogView,
        _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws -> Bool {
        var goesOn = true
        try forEachMatch(window, check, in: view.snapshot) { position, line in
            goesOn = try body(Position(position), line)
            return goesOn
        }
        return goesOn
    }

    /// Lends the matching lines of a window in which every line is a candidate, oldest first.
    private func forEachMatch(
        _ window: Range<UInt64>, _ check: LineCheck?, in snapshot: borrowing LogSnapshot,
        _ body: (UInt64, Span<UInt8>) throws -> Bool
    ) throws {
        try log.storage.forEachLine(
            from: window.lowerBound, upTo: window.upperBound, in: snapshot.transaction
        ) { line, place in
            guard try test.holds(line, at: place.position), try check?(line) ?? true else { return true }
            return try body(place.position, line)
        }
    }

    /// Lends the lines at some positions that pass, in the order of the search; false when `body` said to stop.
    private func lendLines(
        of positions: [UInt64], in view: borrowing LogView,
        where passes: (UInt64, Span<UInt8>) throws -> Bool,
        _ body: (Position, Span<UInt8>) throws -> Bool
    ) throws -> Bool {
        try view.snapshot.transaction.withCursor(in: log.storage.lines) { cursor in
            func lend(_ position: UInt64) throws -> Bool {
                try log.storage.withLine(at: position, cursor: &cursor) { line, _ in
                    try passes(position, line) ? try body(Position(position), line) : true
                }
            }
            if order == .ascending {
                for position in positions where try !lend(position) { return false }
            } else {
                for position in positions.reversed() where try !lend(position) { return false }
            }
            return true
        }
    }

    /// The matches among many candidates, found by two threads that each take a half.
    private func foundInParallel(_ candidates: [UInt64]?, of window: Range<UInt64>) throws -> [UInt64] {
        let parts = 2
        let results = Mutex<[Int: Result<[UInt64], any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let result = Result { try found(part, of: parts, candidates, window) }
            results.withLock { $0[part] = result }
        }
        let all = results.withLock { $0 }
        return try (0..<parts).flatMap { part in try all[part]?.get() ?? [] }
    }

    private func found(
        _ part: Int, of parts: Int, _ candidates: [UInt64]?, _ window: Range<UInt64>
    ) throws -> [UInt64] {
        var found: [UInt64] = []
        let check = makeCheck?()
        let snapshot = try LogSnapshot(log.storage)
        if let candidates {
            let own = candidates[candidates.count * part / parts..<candidates.count * (part + 1) / parts]
            try snapshot.transaction.withCursor(in: log.storage.lines) { cursor in
                for position in own {
                    try log.storage.withLine(at: position, cursor: &cursor) { line, _ in
                        if try test.holds(line, at: position), try check?(line) ?? true {
                            found.append(position)
                        }
                    }
                }
            }
        } else {
            let start = window.lowerBound + UInt64(window.count * part / parts)
            let end = window.lowerBound + UInt64(window.count * (part + 1) / parts)
            try forEachMatch(start..<end, check, in: snapshot) { position, _ in
                found.append(position)
                return true
            }
        }
        return found
    }
}
