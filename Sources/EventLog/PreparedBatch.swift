public import Events

/// What an event does besides standing in the log.
enum EventKind: UInt8, BitwiseCopyable {
    case plain
    case void
    case correction
    case merge
    case split
}

/// What the writer needs of one event, so that it never parses an ordinary line.
struct PreparedEvent: BitwiseCopyable {
    /// Where the line stands in the batch.
    var start: Int
    var byteCount: Int
    /// Where in the line the 27 bytes of its recorded time go.
    var recordedOffset: Int
    /// When it happened, in microseconds.
    var time: Int64
    /// The recorded time that it brought, or `Int64.min`.
    var recordedBefore: Int64
    var keys: IndexKeys
    var kind: EventKind
    /// Whether it may lie in the future.
    var isPlanned: Bool
}

/// Events that are valid, sealed and canonical, waiting for their positions: what the writer takes.
public struct PreparedBatch: Sendable {
    var bytes: [UInt8] = []
    var events: [PreparedEvent] = []

    /// An empty batch.
    public init() {}

    /// The number of events.
    public var count: Int { events.count }
    /// The bytes of all lines.
    public var byteCount: Int { bytes.count }
    /// Whether there is no event in it.
    public var isEmpty: Bool { events.isEmpty }

    /// Makes room for so many events, whose texts have so many bytes before they are prepared.
    public mutating func reserveCapacity(_ count: Int, byteCount: Int) {
        bytes.reserveCapacity(byteCount + count * LineAdditions.byteCount)
        events.reserveCapacity(count)
    }

    /// Takes out all events and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
    }

    /// Lends the line of the event at an index, in which only the recorded time is not set yet.
    public func withLine<Result>(at index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(range(index)))
    }

    /// When the event at an index happened.
    public func time(at index: Int) -> Instant { Instant(microseconds: events[index].time) }

    /// The recorded time that the event at an index brought from where it came, if it did.
    public func recordedBefore(at index: Int) -> Instant? {
        let recorded = events[index].recordedBefore
        return recorded == .min ? nil : Instant(microseconds: recorded)
    }

    /// Adds copies of the events of another batch.
    public mutating func append(_ other: PreparedBatch) {
        guard !isEmpty else {
            self = other
            return
        }
        let shift = bytes.count
        bytes.append(contentsOf: other.bytes)
        for var event in other.events {
            event.start += shift
            events.append(event)
        }
    }

    func range(_ index: Int) -> Range<Int> {
        let event = events[index]
        return event.start..<event.start + event.byteCount
    }

    /// Puts the recorded time into the line of an event: 27 bytes.
    mutating func setRecordedTime(_ text: [UInt8], of index: Int) {
        let start = events[index].start + events[index].recordedOffset
        for place in text.indices { bytes[start + place] = text[place] }
    }
}
