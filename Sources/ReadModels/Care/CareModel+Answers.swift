public import Events
public import Projection

extension CareModel {
    /// How the members of a row come about.
    public static let rules: [FieldRule] = [
        FieldRule(
            "next_on",
            "The next day on which we would like to turn to you: your birthday, the day of your first purchase, a "
                + "festival, the end of a membership or a warranty.",
            source: "DOMAIN.md 19; GB/T 33661-2017 for the Chinese calendar",
            parameters: [
                "care.leap_day", "care.anniversary", "care.festivals", "care.membership_days",
                "care.warranty_days",
            ]),
        FieldRule("occasion", "What is on that day.", source: "DOMAIN.md 19", parameters: ["care.festivals"]),
        FieldRule(
            "turns",
            "How old you will be, where you told us the year. In the Chinese calendar its years are counted.",
            source: "DOMAIN.md 19"),
        FieldRule(
            "remind_on", "When somebody is reminded of it.", source: "DOMAIN.md 19",
            parameters: ["care.lead_days"]),
        FieldRule(
            "blocked_by",
            "Why we leave you alone: a complaint that takes too long, no consent, or a message a few days ago.",
            source: "DOMAIN.md 19",
            parameters: [
                "care.consent_purposes", "care.deceased_codes", "care.topics", "care.quiet_days",
                "complaints.respond_minutes", "complaints.resolve_minutes",
            ]),
    ]

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let planner = CarePlanner(base)
        let occasion = try planner.next(index)
        try planner.noteShown(occasion, index)
        let lead = base.run(of: Self.self).projector.rule.leadDays
        return [
            "next_on": Answer.day(occasion?.day.number),
            "occasion": occasion.map { .string($0.name) } ?? nil,
            "turns": occasion?.turns.map { Answer.count($0) } ?? nil,
            "remind_on": Answer.day(occasion.map { $0.day.adding(days: -lead).number }),
            "blocked_by": planner.block(index).map { .string($0) } ?? nil,
        ]
    }

    /// The population report: the occasions of the coming days, the next one first.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let planner = CarePlanner(base)
        var upcoming: [(day: LocalDay, name: String, customer: String, block: String?)] = []
        var blocks: [String: Int] = [:]
        for index in 0..<base.count {
            guard let occasion = try planner.next(index), planner.isDue(occasion, index) else { continue }
            let block = planner.block(index)
            if let block { blocks[block, default: 0] += 1 }
            try planner.noteShown(occasion, index)
            let customer = try base.name(of: base.customers[index]) ?? ""
            upcoming.append((occasion.day, occasion.name, customer, block))
        }
        upcoming.sort { left, right in
            left.day != right.day
                ? left.day < right.day : left.customer.utf8.lexicographicallyPrecedes(right.customer.utf8)
        }
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "lead_days": Answer.count(base.run(of: Self.self).projector.rule.leadDays),
            "due": Answer.count(upcoming.count), "blocked": Answer.counts(blocks),
            "upcoming": .array(
                upcoming.map { entry in
                    [
                        "on": .string(entry.day.description), "occasion": .string(entry.name),
                        "customer": .string(entry.customer),
                        "blocked_by": entry.block.map { .string($0) } ?? nil,
                    ]
                }),
        ]
    }
}

/// Finds the next occasions of customers, one after the other: all that it needs of other models, taken out once.
struct CarePlanner {
    /// A day with its reason.
    struct Occasion {
        let day: LocalDay
        let name: String
        var turns: Int?
    }

    private static let birthday = "birthday"

    private let base: Base
    private let rule: CareRule
    private let measures: [CareModel.Measure]
    private let values: [ValueModel.Measure]
    private let judge: ComplaintJudge

    init(_ base: Base) {
        self.base = base
        let run = base.run(of: CareModel.self)
        rule = run.projector.rule
        measures = run.measures
        values = base.measures(ValueModel.self)
        judge = ComplaintJudge(base)
    }

    /// What forbids to turn to the customer at an index; nil where nothing does.
    func block(_ index: Int) -> String? {
        let measure = measures[index]
        if measure.isDeceased { return "deceased" }
        if !measure.mayBeSent { return "no_consent" }
        if judge.hasOpenBreach(index) { return "breached_complaint" }
        if measure.lastCare != .min, Int(measure.today) - Int(measure.lastCare) <= rule.quietDays {
            return "recent_care"
        }
        return nil
    }

    /// Whether an occasion is so near that somebody is to be reminded of it.
    func isDue(_ occasion: Occasion, _ index: Int) -> Bool {
        occasion.day - LocalDay(number: measures[index].today) <= rule.leadDays
    }

    /// The next occasion of the customer at an index; of one day's the first of this list.
    func next(_ index: Int) throws -> Occasion? {
        let today = LocalDay(number: measures[index].today)
        var occasions: [Occasion] = []
        if let birthday = try birthday(index, today) { occasions.append(birthday) }
        if let day = anniversary(index, today) { occasions.append(Occasion(day: day, name: "anniversary")) }
        for festival in rule.festivals {
            if let day = festival.next(onOrAfter: today, rule.leapDayOnFirstOfMarch) {
                occasions.append(Occasion(day: day, name: festival.name))
            }
        }
        let measure = measures[index]
        if let days = rule.membershipDays, measure.state.membershipDay != .min {
            let end = LocalDay(number: measure.state.membershipDay).adding(days: days)
            if end >= today { occasions.append(Occasion(day: end, name: "membership_end")) }
        }
        if measure.warrantyEnd != .min {
            let end = LocalDay(number: measure.warrantyEnd)
            if end >= today { occasions.append(Occasion(day: end, name: "warranty_end")) }
        }
        // Of equal days the first: a birthday goes before a festival.
        return occasions.reduce(nil) { first, next in
            guard let first else { return next }
            return next.day < first.day ? next : first
        }
    }

    /// Where the personal value stands that an occasion tells; nil where it tells none.
    func personalValue(of occasion: Occasion, _ index: Int) -> PersonalValue? {
        let birth = measures[index].state.birth
        guard occasion.name == Self.birthday, birth > 0 else { return nil }
        return PersonalValue(member: "birth_date", position: birth - 1)
    }

    /// Says that an answer shows an occasion.
    func noteShown(_ occasion: Occasion?, _ index: Int) throws {
        if let occasion, let value = personalValue(of: occasion, index) { try base.noteShown([value]) }
    }

    /// Everybody's is looked at, to find whose is near.
    private func birthday(_ index: Int, _ today: LocalDay) throws -> Occasion? {
        let state = measures[index].state
        guard state.birth > 0, !measures[index].isDeceased,
            let text = try base.unseen("birth_date", at: state.birth - 1)?.stringValue,
            let day = YearlyDay(
                state.isLunar == 1 ? .lunar : .gregorian, birthDate: text,
                isLeapMonth: state.isLeapMonth == 1),
            let next = day.next(onOrAfter: today, leapDayOnFirstOfMarch: rule.leapDayOnFirstOfMarch)
        else { return nil }
        // The last month of a lunar year lies in the next Gregorian one.
        let year = state.isLunar == 1 ? LunarYears.year(of: next) : next.year
        let age = Int(text.prefix(4)).flatMap { born in year.map { $0 - born } }
        return Occasion(day: next, name: Self.birthday, turns: age)
    }

    /// The day of the first purchase, a year later for the first time.
    private func anniversary(_ index: Int, _ today: LocalDay) -> LocalDay? {
        let state = values[index].state
        guard rule.hasAnniversary, state.purchaseDays > 0 else { return nil }
        let first = LocalDay(number: state.firstDay)
        return YearlyDay(.gregorian, month: first.month, day: first.day).next(
            onOrAfter: max(today, first.next), leapDayOnFirstOfMarch: rule.leapDayOnFirstOfMarch)
    }
}
