public import Events

/// Where the sealed lines come from: the log, or an array in tests.
///
/// Positions below `head` never change what they hold; `head` only grows.
public protocol LineSource: Sendable {
    /// Names the ledger: views of another one are not used.
    var origin: String { get }
    /// How many lines there are.
    func head() throws -> UInt64
    /// Lends lines in order. May be called by several threads at once, and from within `body`.
    func forEachLine(
        in range: Range<UInt64>, _ body: (UInt64, Span<UInt8>) throws -> Void
    ) throws
    /// Where an event stands; nil where it is not in the log.
    func position(of key: EventKey) throws -> UInt64?
    /// Where the events with exactly this subject stand, ascending.
    func positions(ofCustomer id: String) throws -> [UInt64]
}
