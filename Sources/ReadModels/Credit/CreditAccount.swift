import Projection

/// One customer's invoices, and which payment paid what: DOMAIN.md section 24.
///
/// A payment fills the invoice that it names first, what is left the oldest open ones. What finds none waits for the
/// next invoice; a payment for an invoice that has not come waits for it.
struct CreditAccount: Sendable {
    private struct Invoice: Sendable {
        let key: UInt64
        let issuedOn: Int32
        let dueOn: Int32
        var open: Int64
    }

    private struct Advance: Sendable {
        /// The invoice it is for, or 0.
        let key: UInt64
        let day: Int32
        var amount: Int64
    }

    private(set) var invoiced: Int64 = 0
    private(set) var paid: Int64 = 0
    /// Invoices and payments without a rate.
    private(set) var unconverted: Int32 = 0
    /// What was paid on invoices.
    private(set) var settled: Int64 = 0
    /// Each amount paid on an invoice times the days that it took.
    private(set) var settledDays: Int128 = 0
    /// The most days that anything was paid late on a day of the window.
    private(set) var latest: Int32 = 0

    var hasInvoices: Bool { !invoices.isEmpty }

    private var invoices: [Invoice] = []
    private var index = KeyIndex()
    private var firstOpen = 0
    private var advances: [Advance] = []
    private let rates: Rates
    private let windowFrom: Int32

    init(rates: Rates, windowFrom: Int32) {
        self.rates = rates
        self.windowFrom = windowFrom
    }

    mutating func begin() {
        invoices.removeAll(keepingCapacity: true)
        index.removeAll()
        firstOpen = 0
        advances.removeAll(keepingCapacity: true)
        (invoiced, paid, settled, settledDays) = (0, 0, 0, 0)
        (unconverted, latest) = (0, 0)
    }

    mutating func take(_ fact: borrowing Fact) {
        var amount = fact.amount
        if fact.flags.contains(.unconverted) {
            let currency = UInt16(truncatingIfNeeded: fact.reference)
            guard let rated = rates.converted(amount, from: currency, on: fact.day) else {
                unconverted += 1
                return
            }
            amount = rated
        }
        if fact.detail == 1 { issue(fact, amount) } else { receive(fact, amount) }
    }

    /// The unpaid part of invoices that were due before a local day, and how many days the oldest is late.
    func overdue(on day: Int32) -> (amount: Int64, days: Int32) {
        var overdue: Int64 = 0
        var days: Int32 = 0
        for invoice in invoices where invoice.open > 0 && invoice.dueOn < day {
            overdue = added(overdue, invoice.open)
            days = max(days, day - invoice.dueOn)
        }
        return (overdue, days)
    }

    private mutating func issue(_ fact: borrowing Fact, _ amount: Int64) {
        invoiced = added(invoiced, amount)
        let place = invoices.count
        invoices.append(
            Invoice(
                key: fact.key, issuedOn: fact.day, dueOn: Int32(clamping: fact.extra), open: amount))
        _ = index.value(of: fact.key, orInsert: place)
        let key = fact.key
        for waiting in advances.indices where advances[waiting].key == 0 || advances[waiting].key == key {
            advances[waiting].amount = fill(place, advances[waiting].amount, on: fact.day)
        }
        advances.removeAll { $0.amount == 0 }
    }

    private mutating func receive(_ fact: borrowing Fact, _ amount: Int64) {
        paid = added(paid, amount)
        var rest = amount
        if fact.key != 0 {
            guard let place = index.value(of: fact.key) else {
                advances.append(Advance(key: fact.key, day: fact.day, amount: rest))
                return
            }
            rest = fill(place, rest, on: fact.day)
        }
        while firstOpen < invoices.count, invoices[firstOpen].open == 0 { firstOpen += 1 }
        var place = firstOpen
        while rest > 0, place < invoices.count {
            rest = fill(place, rest, on: fact.day)
            place += 1
        }
        if rest > 0 { advances.append(Advance(key: 0, day: fact.day, amount: rest)) }
    }

    /// Pays an invoice on a day; what is too much is returned.
    private mutating func fill(_ place: Int, _ amount: Int64, on day: Int32) -> Int64 {
        let part = min(amount, invoices[place].open)
        guard part > 0 else { return amount }
        invoices[place].open -= part
        settled = added(settled, part)
        settledDays += Int128(part) * Int128(max(0, day - invoices[place].issuedOn))
        if day >= windowFrom { latest = max(latest, day - invoices[place].dueOn) }
        return amount - part
    }
}
