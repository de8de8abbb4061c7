public import ArgumentParser
import Daybook
import Events
import FoundationEssentials
public import Terminal

/// Which ledger a command is about.
struct LedgerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The ledger's folder. (default: DAYBOOK_LEDGER, or ./daybook)", valueName: "path"),
        completion: .directory)
    var ledger: String?

    /// The folder: the option, else the environment, else `./daybook`.
    var folder: String {
        if let ledger { return ledger }
        let named = ProcessInfo.processInfo.environment["DAYBOOK_LEDGER"] ?? ""
        return named.isEmpty ? "./daybook" : named
    }

    /// The folder as the option that names it again, empty where it is the default.
    var repeated: String {
        guard let ledger else { return "" }
        let plain = ledger.allSatisfy { $0.isLetter || $0.isNumber || "/._-".contains($0) }
        return " --ledger " + (plain ? ledger : "'" + ledger.replacing("'", with: #"'\''"#) + "'")
    }
}

/// The point on both time axes that a question is about.
struct PointOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "As it stood at this time: what had happened by then. RFC 3339 or a date. (default: now)",
            valueName: "time"),
        transform: PointOptions.effective)
    var effectiveAt: TimeArgument = .now

    @Option(
        name: .long,
        help: ArgumentHelp(
            "As it was known at this time: what had been recorded by then. RFC 3339, a date, or @position. (default: now)",
            valueName: "time|@position"),
        transform: PointOptions.known)
    var knownAt: TimeArgument = .now

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The token of an earlier answer, instead of both: gives the same bytes again, or says what is missing.",
            valueName: "token"),
        transform: PointOptions.token)
    var token: ReportToken?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Wait until the ledger holds so many events before answering.", valueName: "position"))
    var await: UInt64?

    /// The point as a question.
    var question: Question {
        token.map { Question($0) } ?? Question(effectiveAt: effectiveAt, knownAt: knownAt)
    }

    func validate() throws {
        guard token == nil || (effectiveAt == .now && knownAt == .now) else {
            throw ValidationError("--token names a point by itself: leave out --effective-at and --known-at.")
        }
    }

    @Sendable static func effective(_ text: String) throws -> TimeArgument {
        let argument = try known(text)
        if case .position = argument {
            throw ValidationError("effective time is a time or a date; a position goes to --known-at.")
        }
        return argument
    }

    @Sendable static func token(_ text: String) throws -> ReportToken {
        do { return try ReportToken(parsing: text) } catch { throw ValidationError(error.message) }
    }

    @Sendable static func known(_ text: String) throws -> TimeArgument {
        do { return try TimeArgument(parsing: text) } catch { throw ValidationError(error.message) }
    }
}

/// The form of the answer.
struct FormatOptions: ParsableArguments {
    @Option(name: .long, help: "The form of the answer. (default: table)")
    var format: OutputFormat?

    @Flag(name: .long, help: "The same as --format json.")
    var json = false

    /// The form that was asked for.
    var chosen: OutputFormat { format ?? (json ? .json : .table) }

    /// Where the answer goes.
    var console: Console { Console(format: chosen) }

    func validate() throws {
        if json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) exclude each other.")
        }
    }
}

extension OutputFormat: ExpressibleByArgument {}

/// Who does something by hand, and why.
struct AuthorOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Why: it is written into the event.", valueName: "text"))
    var reason: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who: it is written into the event. (default: DAYBOOK_ACTOR, or your user name)",
            valueName: "name"))
    var actor: String?

    /// Who and why, as the ledger writes it down.
    var authorship: Authorship { Authorship(actor: ActorName.name(actor), reason: reason) }

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) {
            throw ValidationError("--reason is empty. Say why, for whoever reads the trail later.")
        }
    }
}

/// Who looks at personal data, where `--actor` is a filter.
struct ReaderOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who is looking: written down where the policy asks for it. (default: DAYBOOK_ACTOR, or your user name)",
            valueName: "name"))
    var reader: String?
}

/// What every question takes whose answer may show personal data.
struct AnswerOptions: ParsableArguments {
    @OptionGroup var point: PointOptions
    @OptionGroup var reader: ReaderOptions
    @OptionGroup var location: LedgerOptions
    @OptionGroup var format: FormatOptions

    /// The point that is asked about.
    var question: Question { point.question }

    /// Where the answer goes.
    var console: Console { format.console }

    /// Answers a question, and writes down first what that shows of persons, where the policy asks for it.
    ///
    /// - Parameters:
    ///   - what: what is read, without anything personal.
    ///   - answer: makes the answer. It must not keep the ledger.
    func answering<Answer>(
        _ what: String, _ answer: (Ledger) async throws -> Answer
    ) async throws -> (answer: Answer, zone: Zone) {
        try await OpenLedger.answering(
            location, as: reader.reader, at: what, await: point.await, answer)
    }

    /// Opens the ledger for an answer that shows what is personal of one customer.
    func looking(at what: String, ofCustomer customer: String) async throws -> Ledger {
        try await OpenLedger.toLook(location, as: reader.reader, at: what, await: point.await) {
            try await $0.personalRead(ofCustomer: customer)
        }.ledger
    }
}

/// How many: at least one.
enum Count {
    @Sendable static func parse(_ text: String) throws -> Int {
        guard let count = Int(text), count > 0 else {
            throw ValidationError("expected a whole number of at least 1.")
        }
        return count
    }
}

/// Who does something, as events name them.
enum ActorName {
    /// The name that was given, else `DAYBOOK_ACTOR`, else the user's.
    static func name(_ given: String?) -> String {
        let environment = ProcessInfo.processInfo.environment
        let names = [given, environment["DAYBOOK_ACTOR"], environment["USER"], environment["LOGNAME"]]
        return names.compactMap { $0 }.first { !$0.isEmpty } ?? "operator"
    }
}

/// A step from one day to the next as people write it: `30d`, `4w`, `3m`. Months are those of the calendar.
struct DayStep: ExpressibleByArgument {
    /// What it comes to.
    let step: BacktestQuery.Step

    init?(argument: String) {
        guard let unit = argument.last, let number = Int(argument.dropLast()), number > 0, number <= 36500
        else { return nil }
        switch unit {
        case "d": step = .days(number)
        case "w": step = .days(number * 7)
        case "m" where number <= 1200: step = .months(number)
        default: return nil
        }
    }
}

/// A span of days as people write it: `180d`, `26w`, `12m`.
struct DaySpan: ExpressibleByArgument {
    /// The days: a month is a twelfth of 365 days, rounded.
    let days: Int

    init?(argument: String) {
        guard let unit = argument.last, let number = Int(argument.dropLast()), number > 0, number <= 36500
        else { return nil }
        switch unit {
        case "d": days = number
        case "w": days = number * 7
        case "m": days = (number * 365 + 6) / 12
        default: return nil
        }
    }
}
