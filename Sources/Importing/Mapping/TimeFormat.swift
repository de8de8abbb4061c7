/// How an older system writes a time: a pattern of the letters that calendars use, or a count since 1970.
struct TimeFormat: Sendable, Equatable {
    /// Why a text is no format, or does not fit one.
    struct Failure: Error {
        let message: String
    }

    enum Token: Sendable, Equatable {
        case year, twoDigitYear, month, day, hour, hourOfTwelve, minute, second, fraction, half, offset
        case literal(UInt8)
    }

    enum Kind: Sendable, Equatable {
        /// Tokens; the count is the least number of digits.
        case pattern([(token: Token, width: Int)])
        /// A number of units since 1970-01-01T00:00:00Z; this many units are a second.
        case count(perSecond: Int64)

        static func == (left: Kind, right: Kind) -> Bool {
            switch (left, right) {
            case (.count(let a), .count(let b)): a == b
            case (.pattern(let a), .pattern(let b)):
                a.count == b.count && zip(a, b).allSatisfy { $0.token == $1.token && $0.width == $1.width }
            default: false
            }
        }
    }

    let text: String
    let kind: Kind

    /// Reads a pattern: `yyyy` or `yy`, `MM` or `M`, `dd` or `d`, `HH` or `H` (0-23), `hh` or `h` (1-12) with `a`
    /// (AM, PM), `mm`, `ss`, `S…` (decimals), `XXX` (Z or an offset), anything else for itself, letters in single
    /// quotes. Or `unix`, `unix_ms`, `unix_us`.
    init(_ text: String) throws(Failure) {
        self.text = text
        switch text {
        case "unix": kind = .count(perSecond: 1)
        case "unix_ms": kind = .count(perSecond: 1000)
        case "unix_us": kind = .count(perSecond: 1_000_000)
        default: kind = .pattern(try Self.tokens(of: Array(text.utf8)))
        }
    }

    private static func tokens(of text: [UInt8]) throws(Failure) -> [(token: Token, width: Int)] {
        var tokens: [(token: Token, width: Int)] = []
        var index = 0
        while index < text.count {
            let letter = text[index]
            if letter == UInt8(ascii: "'") {
                index += 1
                while index < text.count && text[index] != UInt8(ascii: "'") {
                    tokens.append((.literal(text[index]), 1))
                    index += 1
                }
                guard index < text.count else { throw Failure(message: "a quote is not closed") }
                index += 1
                continue
            }
            let isLetter = (letter >= 0x41 && letter <= 0x5A) || (letter >= 0x61 && letter <= 0x7A)
            var count = 1
            while isLetter && index + count < text.count && text[index + count] == letter { count += 1 }
            guard let token = isLetter ? token(letter, count) : .literal(letter) else {
                let run = String(decoding: text[index..<index + count], as: UTF8.self)
                throw Failure(
                    message:
                        "\"\(run)\" is unknown; known are yyyy yy MM M dd d HH H hh h mm ss S a XXX, and "
                        + "letters in single quotes")
            }
            tokens.append((token, count))
            index += count
        }
        let present = tokens.map(\.token)
        guard present.contains(.year) || present.contains(.twoDigitYear), present.contains(.month),
            present.contains(.day)
        else { throw Failure(message: "a year, a month and a day are needed") }
        return tokens
    }

    private static func token(_ letter: UInt8, _ count: Int) -> Token? {
        switch (UnicodeScalar(letter), count) {
        case ("y", 4): .year
        case ("y", 2): .twoDigitYear
        case ("M", 1...2): .month
        case ("d", 1...2): .day
        case ("H", 1...2): .hour
        case ("h", 1...2): .hourOfTwelve
        case ("m", 1...2): .minute
        case ("s", 1...2): .second
        case ("S", 1...6): .fraction
        case ("a", 1): .half
        case ("X", 3): .offset
        // The T between date and time needs no quotes.
        case ("T", 1): .literal(letter)
        default: nil
        }
    }
}

/// The parts of a time as it was written.
struct WrittenTime: Equatable {
    var year = 0
    var month = 0
    var day = 0
    var hour = 0
    var minute = 0
    var second = 0
    /// The decimals of the second, as written.
    var fraction: [UInt8] = []
    /// Seconds east of UTC; nil where none was written.
    var offset: Int?
    var hasTime = true
}

/// Walks over the digits of a written time.
struct TimeScanner {
    let text: [UInt8]
    var index = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    var isAtEnd: Bool { index == text.count }
    var next: UInt8? { index < text.count ? text[index] : nil }

    mutating func number(digits range: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < range.upperBound, let byte = next, byte >= 0x30, byte <= 0x39 {
            value = value * 10 + Int(byte - 0x30)
            index += 1
            count += 1
        }
        return count >= range.lowerBound ? value : nil
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    mutating func fraction() -> [UInt8]? {
        let start = index
        while let byte = next, byte >= 0x30, byte <= 0x39 { index += 1 }
        return index > start ? Array(text[start..<index]) : nil
    }

    /// `Z`, `+hh:mm`, `+hhmm` or `+hh`; seconds east of UTC.
    mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = next == UInt8(ascii: "-")
        guard isWest || next == UInt8(ascii: "+") else { return nil }
        index += 1
        guard let hours = number(digits: 2...2), hours < 24 else { return nil }
        let hasColon = take(UInt8(ascii: ":"))
        let minutes = number(digits: 2...2)
        guard minutes != nil || !hasColon, (minutes ?? 0) < 60 else { return nil }
        let seconds = hours * 3600 + (minutes ?? 0) * 60
        return isWest ? -seconds : seconds
    }

    /// AM or PM, in any letter case; answers whether it is PM.
    mutating func half() -> Bool? {
        guard index + 1 < text.count, text[index + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
        let letter = text[index] | 0x20
        guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
        index += 2
        return letter == UInt8(ascii: "p")
    }
}

extension WrittenTime {
    /// A date, or a date and a time, in the forms of ISO 8601 that people use: `2024-05-01`,
    /// `2024-05-01 12:30`, `2024-05-01T12:30:15.25+02:00`. Nil where the text is something else.
    init?(iso text: [UInt8]) {
        var scanner = TimeScanner(text)
        guard let year = scanner.number(digits: 4...4), scanner.take(UInt8(ascii: "-")),
            let month = scanner.number(digits: 2...2), scanner.take(UInt8(ascii: "-")),
            let day = scanner.number(digits: 2...2)
        else { return nil }
        self.init(year: year, month: month, day: day)
        if scanner.isAtEnd {
            hasTime = false
            return
        }
        guard scanner.take(UInt8(ascii: "T")) || scanner.take(UInt8(ascii: "t")) || scanner.take(0x20),
            let hour = scanner.number(digits: 2...2), scanner.take(UInt8(ascii: ":")),
            let minute = scanner.number(digits: 2...2)
        else { return nil }
        self.hour = hour
        self.minute = minute
        if scanner.take(UInt8(ascii: ":")) {
            guard let second = scanner.number(digits: 2...2) else { return nil }
            self.second = second
            if scanner.take(UInt8(ascii: ".")) {
                guard let fraction = scanner.fraction() else { return nil }
                self.fraction = fraction
            }
        }
        _ = scanner.take(0x20)
        if scanner.isAtEnd { return }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self.offset = offset
    }

    /// A time in a format of the mapping. Nil where the text does not fit.
    init?(_ text: [UInt8], format: TimeFormat) {
        guard case .pattern(let tokens) = format.kind else { return nil }
        self.init()
        var scanner = TimeScanner(text)
        var isAfternoon: Bool?
        hasTime = false
        for (token, width) in tokens {
            switch token {
            case .literal(let byte): if !scanner.take(byte) { return nil }
            case .year: if !set(&year, scanner.number(digits: 4...4)) { return nil }
            case .twoDigitYear:
                guard let number = scanner.number(digits: 2...2) else { return nil }
                // As POSIX reads them: 69 to 99 are of the last century.
                year = number < 69 ? 2000 + number : 1900 + number
            case .month: if !set(&month, scanner.number(digits: width...2)) { return nil }
            case .day: if !set(&day, scanner.number(digits: width...2)) { return nil }
            case .hour, .hourOfTwelve:
                if !set(&hour, scanner.number(digits: width...2)) { return nil }
                if token == .hourOfTwelve && !(1...12).contains(hour) { return nil }
                hasTime = true
            case .minute: if !set(&minute, scanner.number(digits: width...2)) { return nil }
            case .second: if !set(&second, scanner.number(digits: width...2)) { return nil }
            case .fraction:
                guard let digits = scanner.fraction() else { return nil }
                fraction = digits
            case .half:
                guard let half = scanner.half() else { return nil }
                isAfternoon = half
            case .offset:
                guard let seconds = scanner.offset() else { return nil }
                offset = seconds
            }
        }
        guard scanner.isAtEnd else { return nil }
        if let isAfternoon { hour = hour % 12 + (isAfternoon ? 12 : 0) }
    }

    private func set(_ place: inout Int, _ value: Int?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }
}
