import Events

/// Writes events as canonical JSON: whoever calls it gives members in the order of RFC 8785.
struct EventWriter {
    /// What an event has beside its data.
    struct Frame {
        var customer: Subject
        /// Counts the events of the customer: makes the id.
        var number: UInt32
        /// Microseconds since 1970.
        var time: Int64
        /// Microseconds since 1970; nil leaves it out.
        var recorded: Int64?
        var actor: Int?
        /// The number of the event that this one follows from.
        var cause: UInt32?
    }

    /// Whose event it is.
    enum Subject {
        case customer(Int)
        /// A second account of a customer.
        case alias(Int)
        /// Of the shop itself.
        case none
    }

    var bytes: [UInt8] = []

    private var clock = ClockText()

    /// Writes one event; its data are written by the closure.
    @inline(__always)
    mutating func event(_ type: String, _ frame: Frame, _ data: (inout EventWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        if let actor = frame.actor {
            bytes.append(contentsOf: "\"authid\":\"staff-".utf8)
            padded(actor, width: 2)
            bytes.append(contentsOf: "\",".utf8)
        }
        if let cause = frame.cause {
            bytes.append(contentsOf: "\"causationid\":\"".utf8)
            eventID(frame.customer, cause)
            bytes.append(contentsOf: "\",".utf8)
        }
        bytes.append(contentsOf: "\"data\":{".utf8)
        let start = bytes.count
        data(&self)
        if bytes.count > start { bytes.removeLast() }
        bytes.append(contentsOf: "},\"id\":\"".utf8)
        eventID(frame.customer, frame.number)
        if let recorded = frame.recorded {
            bytes.append(contentsOf: "\",\"recordedtime\":\"".utf8)
            clock.append(recorded, to: &bytes)
        }
        bytes.append(contentsOf: "\",\"source\":\"urn:synthetic-shop\",\"specversion\":\"1.0\"".utf8)
        switch frame.customer {
        case .none: break
        case .customer, .alias:
            bytes.append(contentsOf: ",\"subject\":\"".utf8)
            subject(frame.customer)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(contentsOf: ",\"time\":\"".utf8)
        clock.append(frame.time, to: &bytes)
        bytes.append(contentsOf: "\",\"type\":\"".utf8)
        bytes.append(contentsOf: type.utf8)
        bytes.append(contentsOf: "\"}".utf8)
    }

    mutating func key(_ name: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: "\":".utf8)
    }

    /// A text that needs no escapes.
    mutating func text(_ name: String, _ value: String) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: value.utf8)
        bytes.append(contentsOf: "\",".utf8)
    }

    /// An id of something of a customer: `o-000123-7`.
    mutating func id(_ name: String, _ prefix: String, _ customer: EventWriter.Subject, _ number: UInt32) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: prefix.utf8)
        customerNumber(customer)
        bytes.append(UInt8(ascii: "-"))
        padded(Int(number), width: 1)
        bytes.append(contentsOf: "\",".utf8)
    }

    mutating func integer(_ name: String, _ value: Int) {
        key(name)
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        padded(abs(value), width: 1)
        bytes.append(UInt8(ascii: ","))
    }

    mutating func bool(_ name: String, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true," : "false,").utf8)
    }

    /// An amount of a currency with two places, in minor units.
    mutating func money(_ name: String, _ minor: Int) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        padded(minor / 100, width: 1)
        bytes.append(UInt8(ascii: "."))
        padded(minor % 100, width: 2)
        bytes.append(contentsOf: "\",".utf8)
    }

    mutating func day(_ name: String, _ day: LocalDay) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        date(day)
        bytes.append(contentsOf: "\",".utf8)
    }

    mutating func time(_ name: String, _ microseconds: Int64) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        clock.append(microseconds, to: &bytes)
        bytes.append(contentsOf: "\",".utf8)
    }

    mutating func customer(_ name: String, _ customer: EventWriter.Subject) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        subject(customer)
        bytes.append(contentsOf: "\",".utf8)
    }

    /// The id of another event of the same customer.
    mutating func event(_ name: String, _ customer: EventWriter.Subject, _ number: UInt32) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        eventID(customer, number)
        bytes.append(contentsOf: "\",".utf8)
    }

    mutating func object(_ name: String, _ body: (inout EventWriter) -> Void) {
        key(name)
        braces(body)
    }

    mutating func braces(_ body: (inout EventWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        let start = bytes.count
        body(&self)
        if bytes.count > start { bytes.removeLast() }
        bytes.append(contentsOf: "},".utf8)
    }

    mutating func list(_ name: String, _ body: (inout EventWriter) -> Void) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        let start = bytes.count
        body(&self)
        if bytes.count > start { bytes.removeLast() }
        bytes.append(contentsOf: "],".utf8)
    }

    mutating func element(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(contentsOf: "\",".utf8)
    }

    mutating func date(_ day: LocalDay) {
        let date = day.date
        padded(date.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        padded(date.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        padded(date.day, width: 2)
    }

    mutating func padded(_ value: Int, width: Int) {
        bytes.appendPadded(value, width: width)
    }

    /// A time without quotes.
    mutating func clockText(_ microseconds: Int64) {
        clock.append(microseconds, to: &bytes)
    }

    private mutating func subject(_ customer: Subject) {
        bytes.append(contentsOf: "syn-".utf8)
        customerNumber(customer)
    }

    private mutating func customerNumber(_ customer: Subject) {
        switch customer {
        case .customer(let number): padded(number, width: 6)
        case .alias(let number):
            padded(number, width: 6)
            bytes.append(contentsOf: "-web".utf8)
        case .none: bytes.append(contentsOf: "shop".utf8)
        }
    }

    private mutating func eventID(_ customer: Subject, _ number: UInt32) {
        bytes.append(contentsOf: "e-".utf8)
        customerNumber(customer)
        bytes.append(UInt8(ascii: "-"))
        padded(Int(number), width: 1)
    }
}

/// Writes times of one shop fast: the date is only worked out when the day changes.
struct ClockText {
    private var day: Int64 = .min
    private var date: [UInt8] = []

    /// Appends `2024-05-01T12:30:15Z`; decimals are not written.
    mutating func append(_ microseconds: Int64, to bytes: inout [UInt8]) {
        let seconds = microseconds / 1_000_000
        let day = seconds / 86_400
        if day != self.day {
            self.day = day
            date = Array(LocalDay(number: Int32(day)).description.utf8)
        }
        let second = Int(seconds % 86_400)
        bytes.append(contentsOf: date)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendPadded(second / 3600, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendPadded(second / 60 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendPadded(second % 60, width: 2)
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension [UInt8] {
    /// Appends a number that is not negative, with at least so many digits.
    @inline(__always)
    mutating func appendPadded(_ value: Int, width: Int) {
        if value < 10 && width <= 1 {
            append(UInt8(ascii: "0") + UInt8(value))
        } else if value < 100 && width == 2 {
            append(UInt8(ascii: "0") + UInt8(value / 10))
            append(UInt8(ascii: "0") + UInt8(value % 10))
        } else {
            appendDigits(value, width: width)
        }
    }

    private mutating func appendDigits(_ value: Int, width: Int) {
        var divisor = 1
        var digits = 1
        while digits < width || value / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
