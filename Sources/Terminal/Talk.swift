import Synchronization

/// Standard error as one place: notes, warnings, log lines and the progress bar live side by side.
///
/// A line written while a bar is shown takes the bar away, stands above it, and brings it back.
public final class Talk: Sendable {
    /// What the stream can show.
    public let stream: StreamCapabilities
    private let write: @Sendable (String) -> Void
    private let bar = Mutex("")

    /// Talks on a stream through a function that writes text.
    public init(stream: StreamCapabilities, write: @escaping @Sendable (String) -> Void) {
        self.stream = stream
        self.write = write
    }

    /// Writes one line, or several.
    public func say(_ line: String, style: TextStyle = .plain) {
        let text = style.apply(to: line, colour: stream.usesColour)
        bar.withLock { bar in
            write((bar.isEmpty ? "" : Talk.erase) + text + "\n" + bar)
        }
    }

    /// Shows a bar in the last line, in place of the one before. Only on a terminal that redraws.
    public func show(bar text: String) {
        guard stream.redraws else { return }
        // One column stays free, so that no terminal breaks the line.
        let cut = DisplayWidth.truncated(text, to: (stream.columns ?? 80) - 1)
        bar.withLock { bar in
            write(Talk.erase + cut)
            bar = cut
        }
    }

    /// Takes the bar away.
    public func clearBar() {
        bar.withLock { bar in
            guard !bar.isEmpty else { return }
            write(Talk.erase)
            bar = ""
        }
    }

    private static let erase = "\r\u{1B}[2K"
}
