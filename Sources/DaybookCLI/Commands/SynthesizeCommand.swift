public import ArgumentParser
import Events
public import SyntheticShop
import Terminal

/// `daybook synthesize`: a made-up shop.
struct SynthesizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Write the history of a made-up shop as JSON Lines, to try things with.",
        discussion: """
            Nobody in it exists, and every event says so by its source. The same seed, size and profile give the same \
            bytes. --truth writes what really happened to each customer: who stopped buying, and when.
            """)

    @Option(help: ArgumentHelp("How many customers.", valueName: "number"), transform: Count.parse)
    var customers = 1000

    @Option(help: ArgumentHelp("How many days.", valueName: "number"))
    var days = 730

    @Option(help: ArgumentHelp("What everything is drawn from.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: "All types of events, late ones and corrections included (shop), or the mix of the benchmarks.")
    var profile = SyntheticShop.Profile.shop

    @Option(
        help: ArgumentHelp(
            "How many events, for the benchmarks. (default: 20 a customer)", valueName: "number"),
        transform: Count.parse)
    var events: Int?

    @Option(
        help: ArgumentHelp("The first day. (default: 2024-01-01)", valueName: "date"),
        transform: SynthesizeCommand.day)
    var firstDay: LocalDay?

    @Option(
        help: ArgumentHelp("Where the events go. (default: standard output)", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("Where the truth goes, as JSON Lines.", valueName: "file"), completion: .file())
    var truth: String?

    @OptionGroup var location: LedgerOptions

    func validate() throws {
        if days < 1 || days > 36500 { throw ValidationError("--days must be from 1 to 36500.") }
        if profile == .benchmark, truth != nil {
            throw ValidationError("The benchmark profile has no truth: leave out --truth.")
        }
    }

    func run() async throws {
        let shop = SyntheticShop(
            seed: seed, customers: customers, days: days, profile: profile, firstDay: firstDay,
            benchmarkEvents: events)
        let writer = try output.map { try StreamWriter(creating: $0) } ?? Console.output
        let progress = Progress("Making up", unit: "events", talk: Console.talk)
        let newline: [UInt8] = [0x0A]
        var count: UInt64 = 0
        let truths = try shop.forEachEvent { event in
            try writer.write(event)
            try writer.write(newline.span)
            count += 1
            if count.isMultiple(of: 1024) { progress.update(done: count) }
        }
        try writer.flush()
        if let truth {
            let writer = try StreamWriter(creating: truth)
            try truths.forEachLine { line in
                try writer.write(line)
                try writer.write(newline.span)
            }
            try writer.flush()
        }
        let seconds = progress.finish()
        Console.talk.say(
            "Made up \(Figures.counted(count, "event")) of \(Figures.counted(customers, "customer")) with seed \(seed), in \(Figures.duration(seconds: seconds))."
        )
        if let output {
            let recorded = profile == .shop ? " --recorded field" : ""
            Console.talk.say("Next: daybook import \(output)\(recorded)\(location.repeated)")
        }
    }

    @Sendable private static func day(_ text: String) throws -> LocalDay {
        do { return try LocalDay(parsing: text) } catch { throw ValidationError("\(error)") }
    }
}

extension SyntheticShop.Profile: ExpressibleByArgument {}
