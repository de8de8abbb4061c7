import EventLog
public import Events

/// What led to an event and what followed from it, as a tree: every event with those that name it as their
/// cause.
struct CausationTree {
    private let page: EventPage
    private let log: EventLog
    /// A tree ends after so many events, and says so.
    private let eventLimit: Int
    /// Nor does it go deeper: a chain that long is a conversation, not a cause.
    private static let depthLimit = 200

    init(_ log: EventLog, eventLimit: Int) {
        self.log = log
        page = EventPage(log)
        self.eventLimit = eventLimit
    }

    /// The tree that an event belongs to, from the first cause that the log holds.
    func tree(of position: Position) throws -> JSONValue {
        try log.read { view in
            let root = try firstCause(of: position, in: view)
            var drawing = Drawing(asked: position, left: eventLimit)
            return .object(try node(root, depth: 0, &drawing, in: view))
        }
    }

    /// What followed from something that is known by its id alone; nil where nothing did.
    func tree(of id: String) throws -> JSONValue? {
        try log.read { view in
            var drawing = Drawing(asked: nil, left: eventLimit)
            let caused = try caused(by: id, depth: 0, &drawing, in: view)
            guard !caused.isEmpty else { return nil }
            return ["id": .string(id), "position": .null, "caused": .array(caused)]
        }
    }

    /// What was drawn so far.
    private struct Drawing {
        let asked: Position?
        var left: Int
        var drawn: Set<UInt64> = []

        init(asked: Position?, left: Int) {
            self.asked = asked
            self.left = left
        }
    }

    private func firstCause(of position: Position, in view: borrowing LogView) throws -> Position {
        var (first, passed): (Position, Set<Position>) = (position, [position])
        while let cause = try page.cause(ofEventAt: first, in: view), passed.insert(cause).inserted,
            passed.count < Self.depthLimit
        {
            first = cause
        }
        return first
    }

    private func node(
        _ position: Position, depth: Int, _ drawing: inout Drawing, in view: borrowing LogView
    ) throws -> JSONObject {
        var node = try page.summary(at: position, in: view).objectValue ?? JSONObject()
        if position == drawing.asked { node["asked"] = true }
        guard drawing.drawn.insert(position.rawValue).inserted else {
            // Two events can name each other, for ids are chosen by who sends them.
            node["drawn_above"] = true
            return node
        }
        let id = node["id"]?.stringValue ?? ""
        let caused = try caused(by: id, depth: depth, &drawing, in: view)
        node["caused"] = .array(caused)
        return node
    }

    private func caused(
        by id: String, depth: Int, _ drawing: inout Drawing, in view: borrowing LogView
    ) throws -> [JSONValue] {
        var nodes: [JSONValue] = []
        let effects = try page.effects(of: id, in: view)
        for (number, effect) in effects.enumerated() {
            guard drawing.left > 0, depth < Self.depthLimit else {
                nodes.append(["more": .number(Double(effects.count - number))])
                break
            }
            drawing.left -= 1
            nodes.append(.object(try node(effect, depth: depth + 1, &drawing, in: view)))
        }
        return nodes
    }
}

extension Ledger {
    /// The causes and effects around an event as a tree: `position, recorded_at, time, type, customer, source, id,
    /// actor, caused []`; the event that was asked for has `asked`, one that stands further up already has
    /// `drawn_above`, and `{"more": n}` stands for n that were left out.
    ///
    /// - Throws: `notFound` where there is no such event, and nothing names it as its cause.
    public func causationTree(
        of reference: EventReference, eventLimit: Int = 1_000
    ) async throws(LedgerError) -> JSONValue {
        try asking {
            let tree = CausationTree(log, eventLimit: eventLimit)
            do {
                return try tree.tree(of: try EventPage(log).position(of: reference))
            } catch let error as LedgerError where error.category == .notFound {
                guard case .id(let id, nil) = reference, let found = try tree.tree(of: id) else {
                    throw error
                }
                return found
            }
        }
    }
}
