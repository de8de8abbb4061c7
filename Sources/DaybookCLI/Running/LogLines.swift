import FoundationEssentials
import Logging
import Terminal

/// Log lines on standard error, above the progress bar: warnings and errors, or what `DAYBOOK_LOG` asks for
/// (trace, debug, info, notice, warning, error).
struct LogLines: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let talk: Talk

    /// Sends the log of all modules here. Once in a process.
    static func begin() {
        let wanted = ProcessInfo.processInfo.environment["DAYBOOK_LOG"].flatMap(Logger.Level.init(rawValue:))
        LoggingSystem.bootstrap { _ in LogLines(logLevel: wanted ?? .warning, talk: Console.talk) }
    }

    init(logLevel: Logger.Level, talk: Talk) {
        self.logLevel = logLevel
        self.talk = talk
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let style: TextStyle =
            switch event.level {
            case .critical, .error: .bad
            case .warning: .warning
            case .trace, .debug, .info, .notice: .faint
            }
        talk.say("\(event.level): \(DisplayWidth.shown("\(event.message)" + details))", style: style)
    }
}
