/// The gapless index of an event in the log, from 0. In an answer, position N is a count: the events
/// 0 ..< N were known.
@frozen
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index, or the count.
    public var rawValue: UInt64

    /// A position.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A position.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// The beginning of the log.
    public static let zero = Position(rawValue: 0)

    /// The position after this one.
    public var next: Position { Position(rawValue: rawValue + 1) }

    /// Earlier first.
    public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }
}

extension Position: CustomStringConvertible {
    /// As the command line writes positions: `@17`.
    public var description: String { "@\(rawValue)" }
}
