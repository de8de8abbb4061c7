import Events

/// Random events of every kind that a view reads, as they come over the wire.
struct RandomEvents {
    /// One event; `data` is the text of a JSON object.
    struct Event {
        var type: String
        var customer: String
        /// Microseconds since 1970-01-01T00:00:00Z.
        var time: Int64
        var data: String
    }

    private var generator: SeededGenerator
    private let customers: Int
    private let days: Int

    /// Events of some customers within some days from 2022-01-01.
    init(seed: UInt64, customers: Int = 20, days: Int = 700) {
        generator = SeededGenerator(seed: seed)
        self.customers = customers
        self.days = days
    }

    /// 2022-01-01T00:00:00Z.
    static let start: Int64 = 1_640_995_200_000_000

    /// So many events at different times, in no order.
    mutating func events(_ count: Int) -> [Event] {
        // Odd minutes apart: no two happen at the same time.
        var minutes = Array(0..<(days * 720)).shuffled(using: &generator).prefix(count)
        return (0..<count).map { _ in
            let time = Self.start + Int64(minutes.removeFirst() * 2) * 60_000_000
            let (type, data) = random(one: Int.random(in: 0..<100, using: &generator))
            return Event(type: type, customer: customer(), time: time, data: data)
        }
    }

    private mutating func customer() -> String { "c\(Int.random(in: 1...customers, using: &generator))" }
    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }
    private mutating func one(_ texts: String...) -> String { texts.randomElement(using: &generator) ?? "" }

    private mutating func random(one kind: Int) -> (String, String) {
        switch kind {
        case 0..<30: return purchase()
        case 30..<36:
            let name = number(0...3) == 0 ? "" : #","order":"o\#(number(1...40))""#
            return ("purchase.returned", #"{"amount":"\#(number(0...30)).00","currency":"GBP"\#(name)}"#)
        case 36..<46: return contact()
        case 46..<54: return survey()
        case 54..<66: return complaint()
        case 66..<72: return need()
        case 72..<78: return money()
        case 78..<84: return points()
        default: return rest()
        }
    }

    private mutating func purchase() -> (String, String) {
        let total = number(0...30)
        let cost = number(0...3) == 0 ? "" : #","cost":"\#(total / 2).00""#
        let line =
            #"{"category":"\#(one("tea", "cup"))","net":"\#(total).00","product":"p\#(number(1...4))","quantity":1\#(cost)}"#
        let channel = #""channel":"\#(one("web", "store"))","region":"\#(one("north", "south"))""#
        return (
            "purchase.completed",
            #"{\#(channel),"currency":"GBP","lines":[\#(line)],"order":"o\#(number(1...40))","total":"\#(total).00"}"#
        )
    }

    private mutating func contact() -> (String, String) {
        let channel = one("phone", "email", "chat")
        return (
            "contact.logged",
            #"{"channel":"\#(channel)","direction":"\#(one("in", "out"))","minutes":\#(number(1...9)),"topic":"\#(one("price", "stock"))"}"#
        )
    }

    private mutating func survey() -> (String, String) {
        let (scale, score) = [("csat5", number(1...5)), ("nps", number(0...10))][number(0...1)]
        return (
            "survey.answered",
            #"{"dimension":"\#(one("product", "service"))","scale":"\#(scale)","score":\#(score),"survey":"s"}"#
        )
    }

    private mutating func complaint() -> (String, String) {
        let step = one("opened", "opened", "replied", "waiting", "resumed", "resolved", "reopened", "closed")
        let more =
            step == "opened"
            ? #","severity":"\#(one("low", "normal", "high"))""# : step == "replied" ? #","by":"human""# : ""
        return ("complaint.\(step)", #"{"complaint":"k\#(number(1...20))"\#(more)}"#)
    }

    private mutating func need() -> (String, String) {
        number(0...2) > 0
            ? ("need.raised", #"{"category":"other","need":"n\#(number(1...15))","severity":"normal"}"#)
            : ("need.met", #"{"need":"n\#(number(1...15))"}"#)
    }

    private mutating func money() -> (String, String) {
        switch number(0...3) {
        case 0:
            return (
                "invoice.issued",
                #"{"amount":"\#(number(1...50)).00","currency":"GBP","due_on":"2022-0\#(number(1...9))-15","invoice":"i\#(number(1...15))"}"#
            )
        case 1:
            return (
                "payment.received",
                #"{"amount":"\#(number(1...50)).00","currency":"GBP","invoice":"i\#(number(1...15))"}"#
            )
        case 2:
            return ("cost.allocated", #"{"amount":"\#(number(1...5)).00","currency":"GBP","kind":"care"}"#)
        default:
            return (
                "benefit.granted",
                #"{"amount":"\#(number(1...5)).00","benefit":"b\#(number(1...9))","currency":"GBP","kind":"gift"}"#
            )
        }
    }

    private mutating func points() -> (String, String) {
        (
            "points.earned",
            #"{"expires_on":"2023-0\#(number(1...9))-10","order":"o\#(number(1...40))","points":\#(number(1...90))}"#
        )
    }

    private mutating func rest() -> (String, String) {
        switch number(0...8) {
        case 0: return ("customer.registered", #"{"acquired_through":"store","region":"north"}"#)
        case 1: return ("relationship.ended", #"{"code":"competition"}"#)
        case 2: return ("churn.reason_given", #"{"code":"pricing"}"#)
        case 3: return ("consent.changed", #"{"granted":\#(one("true", "false")),"purpose":"marketing"}"#)
        case 4: return ("winback.offered", #"{"offer":"w\#(number(1...5))"}"#)
        case 5: return ("interest.declared", #"{"interest":"\#(one("hiking", "opera"))"}"#)
        case 6: return ("feedback.received", #"{"feedback":"f\#(number(1...9))","kind":"praise"}"#)
        case 7: return ("lead.captured", #"{"origin":"fair"}"#)
        default: return ("activity.attended", #"{"activity":"a\#(number(1...3))","kind":"fair"}"#)
        }
    }
}
