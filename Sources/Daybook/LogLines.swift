import EventLog
import Events
import Views

/// The log as the views read it.
struct LogLines: LineSource {
    let log: EventLog

    var origin: String { log.facts.origin }

    func head() throws -> UInt64 {
        try log.read { $0.head.rawValue }
    }

    func forEachLine(
        in range: Range<UInt64>, _ body: (UInt64, Span<UInt8>) throws -> Void
    ) throws {
        try log.read { view in
            try view.forEachLine(from: Position(range.lowerBound), upTo: Position(range.upperBound)) {
                try body($0.rawValue, $1)
                return true
            }
        }
    }

    func position(of key: EventKey) throws -> UInt64? {
        try log.read { try $0.find(key)?.rawValue }
    }

    func positions(ofCustomer id: String) throws -> [UInt64] {
        try log.read { try $0.positions(.customer(id)).map(\.rawValue) }
    }
}
