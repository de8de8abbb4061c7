public import Events

/// What the events of a search have: everything that is set must hold. All of it can be told from a line as it
/// is stored, without opening personal values.
public struct LogSearch: Sendable, Equatable {
    /// What a type may be.
    public enum TypePattern: Sendable, Equatable {
        /// Exactly this type.
        case exactly(String)
        /// All types that begin so: `complaint.`.
        case beginning(String)
    }

    /// The subject is one of these.
    public var customers: [String]?
    /// The type.
    public var type: TypePattern?
    /// Done by this actor (`authid`).
    public var actor: String?
    /// From this source.
    public var source: String?
    /// With this `channel` in the data.
    public var channel: String?
    /// Of this conversation (`correlationid`).
    public var correlation: String?
    /// Caused by this event (`causationid`).
    public var causation: String?
    /// Happened then or later.
    public var from: Instant?
    /// Happened then or earlier.
    public var to: Instant?

    /// With values that meet this condition, whose paths are called as in an event: `data.total`, `authid`. It only
    /// saves looking at events that cannot meet it: a further test has to say of the others whether they do.
    public var values: ValueExpression?

    /// The only types of which events can pass a further test, where that is known; nil for any. Saves looking at
    /// others.
    public var fittingTypes: [String]?

    /// A search for everything.
    public init() {}

    /// Whether every event is among those that are searched for, as far as lines tell.
    public var isForEverything: Bool {
        var search = self
        search.fittingTypes = nil
        search.values = nil
        return search == LogSearch()
    }
}

/// A further test of a line, made once for each thread that searches.
public typealias LineCheck = (Span<UInt8>) throws -> Bool

/// Tests lines as they are stored: one walk over the bytes, no parsing.
struct LineTest {
    private let customers: [EscapedText]?
    private let type: EscapedText?
    private let typePrefix: EscapedText?
    private let actor: EscapedText?
    private let source: EscapedText?
    private let correlation: EscapedText?
    private let causation: EscapedText?
    private let channel: EscapedText?
    private let from: Int64?
    private let to: Int64?
    private let isEmpty: Bool

    init(_ search: LogSearch) {
        isEmpty = search.isForEverything
        customers = search.customers?.map(EscapedText.init)
        switch search.type {
        case .exactly(let name)?: (type, typePrefix) = (EscapedText(name), nil)
        case .beginning(let name)?: (type, typePrefix) = (nil, EscapedText(name))
        case nil: (type, typePrefix) = (nil, nil)
        }
        actor = search.actor.map(EscapedText.init)
        source = search.source.map(EscapedText.init)
        correlation = search.correlation.map(EscapedText.init)
        causation = search.causation.map(EscapedText.init)
        channel = search.channel.map(EscapedText.init)
        from = search.from?.microseconds
        to = search.to?.microseconds
    }

    /// Whether a line has all that is searched for.
    func holds(_ line: Span<UInt8>, at position: UInt64) throws -> Bool {
        if isEmpty { return true }
        let fields = try LineFields(line, position: position)
        if let type, !type.isText(of: line, at: fields.type) { return false }
        if let typePrefix, !typePrefix.begins(line, at: fields.type) { return false }
        if let actor, !actor.isText(of: line, at: fields.actor) { return false }
        if let source, !source.isText(of: line, at: fields.source) { return false }
        if let correlation, !correlation.isText(of: line, at: fields.correlation) { return false }
        if let causation, !causation.isText(of: line, at: fields.causation) { return false }
        if let customers, !customers.contains(where: { $0.isText(of: line, at: fields.subject) }) {
            return false
        }
        if let channel, !channel.isText(of: line, at: fields.channel(in: line)) { return false }
        guard from != nil || to != nil else { return true }
        let time = try fields.time(in: line, position: position)
        return from.map { $0 <= time } ?? true && to.map { time <= $0 } ?? true
    }
}

extension EscapedText {
    /// Whether the text in a range of a line begins with this one.
    func begins(_ line: Span<UInt8>, at range: Range<Int>) -> Bool {
        range.count >= byteCount && isText(of: line, at: range.lowerBound..<range.lowerBound + byteCount)
    }
}
