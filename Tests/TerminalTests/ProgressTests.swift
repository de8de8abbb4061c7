import Synchronization
import Terminal
import Testing

struct ProgressTests {
    /// A terminal or a file that remembers what was written, and a clock that is moved by hand.
    private final class Screen: Sendable {
        let now = Mutex(0.0)
        let talk: Talk

        init(terminal: Bool, columns: Int = 80, environment: [String: String] = [:]) {
            let written = WrittenText()
            talk = Talk(
                stream: StreamCapabilities(isTerminal: terminal, columns: columns, environment: environment),
                write: { written.add($0) })
            self.written = written
        }

        let written: WrittenText

        func progress() -> Progress {
            Progress("Importing", unit: "events", talk: talk, clock: { self.now.withLock { $0 } })
        }

        func pass(_ seconds: Double) { now.withLock { $0 += seconds } }
    }

    private final class WrittenText: Sendable {
        private let text = Mutex("")
        func add(_ piece: String) { text.withLock { $0 += piece } }
        func take() -> String {
            text.withLock { text in
                defer { text = "" }
                return text
            }
        }
    }

    private let erase = "\r\u{1B}[2K"

    @Test func workOfLessThanASecondIsSilent() {
        let screen = Screen(terminal: true)
        let progress = screen.progress()
        for _ in 0..<9 {
            screen.pass(0.1)
            progress.update(done: 10, of: 100)
        }
        progress.finish()
        #expect(screen.written.take() == "")
    }

    @Test func aPersonSeesABarWithRateAndTimeLeft() {
        let screen = Screen(terminal: true)
        let progress = screen.progress()
        screen.pass(2)
        progress.update(done: 2500, of: 10000)
        #expect(
            screen.written.take()
                == erase + "Importing  25% ▕████▎            ▏ 2,500 / 10,000 events  1,250/s  6.0 s left")
    }

    @Test func theBarIsCutToTheTerminal() {
        for columns in 20...120 {
            let screen = Screen(terminal: true, columns: columns)
            let progress = screen.progress()
            screen.pass(100)
            progress.update(done: 1_234_567, of: 1_477_998)
            let bar = screen.written.take().dropFirst(erase.count)
            #expect(DisplayWidth.columns(of: bar) < columns)
        }
    }

    @Test func aLogLineStandsAboveTheBar() {
        let screen = Screen(terminal: true, environment: ["NO_COLOR": "1"])
        screen.talk.show(bar: "half done")
        screen.talk.say("a warning", style: .warning)
        screen.talk.clearBar()
        #expect(screen.written.take() == erase + "half done" + erase + "a warning\nhalf done" + erase)
    }

    @Test func aFileGetsALineEveryTenSeconds() {
        let screen = Screen(terminal: false)
        let progress = screen.progress()
        for second in 1...25 {
            screen.pass(1)
            progress.update(done: UInt64(second) * 100, fraction: Double(second) / 50)
        }
        progress.finish()
        #expect(
            screen.written.take()
                == "Importing  20%  1,000 events  100/s  40 s left\n"
                + "Importing  40%  2,000 events  100/s  30 s left\n")
    }

    @Test func aDumbTerminalGetsLinesAndNoColours() {
        let stream = StreamCapabilities(isTerminal: true, columns: 80, environment: ["TERM": "dumb"])
        #expect(!stream.redraws && !stream.usesColour && stream.columns == 80)
    }

    @Test func coloursNeedATerminalAndNoObjection() {
        #expect(StreamCapabilities(isTerminal: true, columns: 80, environment: [:]).usesColour)
        #expect(StreamCapabilities(isTerminal: true, columns: 80, environment: ["NO_COLOR": ""]).usesColour)
        #expect(!StreamCapabilities(isTerminal: true, columns: 80, environment: ["NO_COLOR": "1"]).usesColour)
        #expect(!StreamCapabilities(isTerminal: false, columns: 80, environment: [:]).usesColour)
        #expect(StreamCapabilities(isTerminal: false, columns: 80, environment: [:]).columns == nil)
    }
}
