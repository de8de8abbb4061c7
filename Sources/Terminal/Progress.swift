import Synchronization

/// The progress of one piece of work: a bar that is redrawn where a person watches, a line every ten seconds
/// where nobody does, and nothing at all for what takes less than a second.
public final class Progress: Sendable {
    private let title: String
    private let unit: String
    private let talk: Talk
    private let clock: @Sendable () -> Double
    private let state: Mutex<State>

    private struct State {
        let started: Double
        var lastShown: Double
        /// Where the work stood a moment ago: what the rate is taken from.
        var marks: [(time: Double, done: UInt64)]
        var fraction: Double?
    }

    /// How long work goes on in silence, in seconds.
    static let patience = 1.0
    /// Between two drawings of the bar, in seconds.
    static let redrawInterval = 0.1
    /// Between two lines where the stream is not a terminal, in seconds.
    static let lineInterval = 10.0
    /// The stretch that the rate is taken over, in seconds.
    static let rateWindow = 10.0

    /// The progress of work counted in some unit ("events"), on a clock of seconds that never goes back.
    public init(
        _ title: String, unit: String, talk: Talk,
        clock: @escaping @Sendable () -> Double = MonotonicClock.seconds
    ) {
        self.title = title
        self.unit = unit
        self.talk = talk
        self.clock = clock
        let now = clock()
        state = Mutex(State(started: now, lastShown: now, marks: [(now, 0)], fraction: nil))
    }

    /// Tells how much is done.
    ///
    /// - Parameters:
    ///   - done: so many units.
    ///   - total: of so many, where that is known.
    ///   - fraction: the part done, where the total is not known but the part is (bytes of a file).
    public func update(done: UInt64, of total: UInt64? = nil, fraction: Double? = nil) {
        let now = clock()
        let line: String? = state.withLock { state in
            let interval = talk.stream.redraws ? Progress.redrawInterval : Progress.lineInterval
            let silent = now - state.started < Progress.patience
            guard !silent, now - state.lastShown >= interval else { return nil }
            state.lastShown = now
            state.marks.append((now, done))
            while let first = state.marks.first, state.marks.count > 2, now - first.time > Progress.rateWindow
            {
                state.marks.removeFirst()
            }
            return text(done: done, total: total, fraction: fraction, now: now, state: state)
        }
        guard let line else { return }
        if talk.stream.redraws {
            talk.show(bar: line)
        } else {
            talk.say(line)
        }
    }

    /// Ends the work and takes the bar away. The seconds it took are returned; its summary is the caller's.
    @discardableResult
    public func finish() -> Double {
        talk.clearBar()
        return clock() - state.withLock { $0.started }
    }

    private func text(done: UInt64, total: UInt64?, fraction: Double?, now: Double, state: State) -> String {
        let first = state.marks.first ?? (now, done)
        let seconds = now - first.time
        let rate = seconds > 0 && done >= first.done ? Double(done - first.done) / seconds : 0
        let part = fraction ?? total.map { $0 > 0 ? Double(done) / Double($0) : 1 }
        var counted = Figures.count(done)
        if let total { counted += " / " + Figures.count(total) }
        var pieces = [counted + " " + unit]
        if rate > 0 { pieces.append(Figures.count(Int(rate.rounded())) + "/s") }
        if let part, part > 0 {
            // Over the whole time: the part done may come in other steps than the units.
            let left = (now - state.started) * (1 - min(1, part)) / part
            pieces.append(Figures.duration(seconds: left.rounded()) + " left")
        }
        let figures = pieces.joined(separator: "  ")
        guard let part else { return "\(title)  \(figures)" }
        let percent = DisplayWidth.padded("\(Int(min(1, part) * 100))%", to: 4, alignment: .trailing)
        guard talk.stream.redraws else { return "\(title) \(percent)  \(figures)" }
        let room = (talk.stream.columns ?? 80) - title.count - figures.count - 12
        guard room >= 8 else { return "\(title) \(percent)  \(figures)" }
        let columns = min(30, room)
        let bar = DisplayWidth.padded(Bar.text(fraction: part, columns: columns), to: columns)
        return "\(title) \(percent) ▕\(bar)▏ \(figures)"
    }
}

/// A clock that only ever goes forward, for measuring how long something takes.
public enum MonotonicClock {
    /// Seconds since some moment before the program began.
    @Sendable public static func seconds() -> Double {
        let elapsed = origin.duration(to: ContinuousClock.now)
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    }

    private static let origin = ContinuousClock.now
}
