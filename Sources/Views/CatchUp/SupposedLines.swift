import Events

/// A log with one more line at its end, which nobody has written.
struct SupposedLines: LineSource {
    private let source: any LineSource
    private let end: UInt64
    private let line: [UInt8]
    private let key: EventKey

    init(_ source: any LineSource, head: UInt64, line: [UInt8], key: EventKey) {
        self.source = source
        end = head
        self.line = line
        self.key = key
    }

    var origin: String { source.origin }

    func head() -> UInt64 { end + 1 }

    func forEachLine(
        in range: Range<UInt64>, _ body: (UInt64, Span<UInt8>) throws -> Void
    ) throws {
        let stored = range.clamped(to: 0..<end)
        if !stored.isEmpty { try source.forEachLine(in: stored, body) }
        if range.contains(end) { try body(end, line.span) }
    }

    func position(of key: EventKey) throws -> UInt64? {
        if key == self.key { return end }
        guard let position = try source.position(of: key), position < end else { return nil }
        return position
    }

    func positions(ofCustomer id: String) throws -> [UInt64] {
        try source.positions(ofCustomer: id).filter { $0 < end }
    }
}
