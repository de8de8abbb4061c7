import FoundationEssentials
import Glibc

/// One of the two streams that a command writes to.
public enum StandardStream: Int32, Sendable {
    /// Data.
    case output = 1
    /// Talk: what was done, progress, warnings, errors.
    case error = 2
}

/// What one stream can show. Standard output and standard error are judged separately: one is often a file
/// while the other is a terminal.
public struct StreamCapabilities: Sendable, Equatable {
    /// Whether a person reads along.
    public let isTerminal: Bool
    /// The columns of a line; nil where lines may be as long as they like.
    public let columns: Int?
    /// Whether colours may be used: on a terminal, never with `NO_COLOR` (set and not empty) or `TERM=dumb`.
    public let usesColour: Bool
    /// Whether a line may be drawn over again: on a terminal that is not dumb.
    public let redraws: Bool

    /// A stream that is a file or a pipe.
    public static let plain = StreamCapabilities(isTerminal: false, columns: nil, environment: [:])

    /// What a stream can show, from what is known of it.
    public init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
        let dumb = environment["TERM"] == "dumb"
        let noColour = !(environment["NO_COLOR"] ?? "").isEmpty
        self.isTerminal = isTerminal
        self.columns = isTerminal ? max(20, columns ?? 80) : nil
        usesColour = isTerminal && !dumb && !noColour
        redraws = isTerminal && !dumb
    }

    /// What a stream of this process can show.
    public static func detect(_ stream: StandardStream) -> StreamCapabilities {
        let environment = ProcessInfo.processInfo.environment
        guard isatty(stream.rawValue) == 1 else {
            return StreamCapabilities(isTerminal: false, columns: nil, environment: environment)
        }
        var size = winsize()
        // Unsafe: the C call has no other form; the structure outlives it.
        let known = unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return StreamCapabilities(
            isTerminal: true, columns: known ? Int(size.ws_col) : nil, environment: environment)
    }
}
