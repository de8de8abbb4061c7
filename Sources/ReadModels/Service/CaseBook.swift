import Projection

/// What a customer opens under an id and is owed an answer to: a complaint, a need, feedback.
protocol TellableCase: Sendable {
    /// Where the opening stands in the log.
    var opening: UInt64 { get }
    /// The id, as far as folds keep it.
    var name: ItemName { get set }
    /// When it came to what the customer can be told; nil where there is nothing to tell.
    var outcome: ClockMark? { get }
    /// Whether the customer was told.
    var isTold: Bool { get set }
}

/// The complaints, needs or feedback of customers: those of the customer at hand by id, then those of all.
struct CaseBook<Case: TellableCase>: Sendable {
    /// The moment asked about: what had happened by then is over when the next microsecond begins.
    let now: ClockMark
    private(set) var clock: BusinessClock
    private var own: [Case] = []
    private var index = KeyIndex()
    private var spoken = SpokenOf()
    /// The cases of all customers so far, in the order of their opening.
    private(set) var cases = CustomerLists<Case>()

    /// An empty book for questions about the context's point. Throws where business hours cannot be used.
    init(_ context: FoldContext) throws {
        clock = try BusinessClock(context)
        let moment = context.clock.instant + 1
        now = ClockMark(moment: moment, reading: clock.reading(at: moment))
    }

    /// How many cases the customer at hand has.
    var count: Int { own.count }

    /// Forgets the customer before.
    @inline(__always)
    mutating func begin() {
        if !spoken.isEmpty { spoken.removeAll() }
        guard !own.isEmpty else { return }
        own.removeAll(keepingCapacity: true)
        index.removeAll()
    }

    /// Takes what names a case, or says what somebody spoke of with the customer; other facts say nothing here.
    @inline(__always)
    mutating func take(_ fact: borrowing Fact) {
        if fact.kind == .contactDetail {
            spoken.take(fact)
        } else if fact.kind == .itemName {
            name(fact)
        }
    }

    /// The name follows the opening that it is a part of.
    private mutating func name(_ fact: borrowing Fact) {
        let last = own.count - 1
        if last >= 0, own[last].opening == fact.position { own[last].name = ItemName(fact) }
    }

    /// When a fact happened, by both clocks.
    mutating func mark(_ fact: borrowing Fact) -> ClockMark {
        mark(at: fact.time)
    }

    /// A moment by both clocks.
    mutating func mark(at moment: Int64) -> ClockMark {
        ClockMark(moment: moment, reading: clock.reading(at: moment))
    }

    /// Whether a key is new; it then is that of the next case opened.
    mutating func isNew(_ key: UInt64) -> Bool {
        index.value(of: key, orInsert: own.count) == nil
    }

    /// Opens a case of the customer at hand.
    mutating func open(_ new: Case) {
        own.append(new)
    }

    /// The place of the case with a key; nil where its opening is not in view: then a later step of it says nothing
    /// that could be counted.
    func place(of key: UInt64) -> Int? {
        index.value(of: key)
    }

    /// A case of the customer at hand.
    subscript(place: Int) -> Case {
        get { own[place] }
        _modify { yield &own[place] }
    }

    /// Ends the customer at hand, and shows each of the cases as it stands.
    ///
    /// Who was told is known only here. What was said before there was an outcome told nobody of it.
    mutating func endCustomer(_ body: (Case) -> Void) {
        for var each in own {
            if let outcome = each.outcome, spoken.contains(each.name, since: outcome.moment) {
                each.isTold = true
            }
            body(each)
            cases.append(each)
        }
        cases.endCustomer()
    }

    /// Adds the cases of later customers.
    mutating func absorb(_ later: Self) {
        cases.absorb(later.cases)
    }

    /// Whether there has been an outcome for more than a business day, and the customer does not know.
    func isUntold(_ each: Case) -> Bool {
        guard let outcome = each.outcome, !each.isTold else { return false }
        return clock.isOverdue(outcome.reading, at: now.reading)
    }
}

/// What we told customers of: the hashes of what outbound contacts were about.
private struct SpokenOf: Sendable {
    private var hashes: [UInt64] = []
    private var times: [Int64] = []

    var isEmpty: Bool { hashes.isEmpty }

    mutating func removeAll() {
        hashes.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
    }

    /// Takes a contact's detail.
    @inline(__always)
    mutating func take(_ detail: borrowing Fact) {
        guard detail.reference != 0, !detail.flags.contains(.inbound) else { return }
        hashes.append(detail.reference)
        times.append(detail.time)
    }

    /// Whether somebody spoke of it at a moment or later.
    func contains(_ name: ItemName, since moment: Int64) -> Bool {
        name.hash != 0 && zip(hashes, times).contains { $0 == name.hash && $1 >= moment }
    }
}
