import Events
import Projection

/// When customers are turned to, and when not: the policy's side of DOMAIN.md section 19.
struct CareRule: Sendable {
    /// A festival: on one day, or every year.
    struct Festival: Sendable {
        let name: String
        private let once: LocalDay?
        private let yearly: YearlyDay?

        init?(_ row: JSONValue) {
            guard let name = row["name"]?.stringValue else { return nil }
            self.name = name
            once = row["on"]?.stringValue.flatMap(BusinessHours.day).map { LocalDay(number: $0) }
            if let month = row["month"]?.integerValue, let day = row["day"]?.integerValue {
                yearly = YearlyDay(
                    row["calendar"] == "lunar" ? .lunar : .gregorian, month: month, day: day)
            } else {
                yearly = nil
            }
            if once == nil, yearly == nil { return nil }
        }

        func next(onOrAfter day: LocalDay, _ leapDayOnFirstOfMarch: Bool) -> LocalDay? {
            if let once { return once >= day ? once : nil }
            return yearly?.next(onOrAfter: day, leapDayOnFirstOfMarch: leapDayOnFirstOfMarch)
        }
    }

    let leadDays: Int
    let quietDays: Int
    let leapDayOnFirstOfMarch: Bool
    let hasAnniversary: Bool
    let membershipDays: Int?
    let warrantyDays: Int?
    let festivals: [Festival]
    let purposes: [String]
    let deceasedCodes: [String]
    let topics: [String]

    init(_ policy: PolicyDocument) throws {
        leadDays = try policy.whole("care.lead_days")
        quietDays = try policy.whole("care.quiet_days")
        leapDayOnFirstOfMarch = try policy.textOrNil("care.leap_day") == "mar1"
        hasAnniversary = try policy.truth("care.anniversary")
        membershipDays = try policy.wholeOrNil("care.membership_days")
        warrantyDays = try policy.wholeOrNil("care.warranty_days")
        festivals = try policy.table("care.festivals").compactMap { Festival($0) }
        purposes = try policy.texts("care.consent_purposes")
        deceasedCodes = try policy.texts("care.deceased_codes")
        topics = try policy.texts("care.topics")
    }

    /// Whether consent to a purpose is consent to care messages: `marketing_email` is one to `marketing`.
    func isCare(purpose: String) -> Bool {
        purposes.contains { purpose == $0 || purpose.hasPrefix($0 + "_") }
    }

    /// What is wrong with a table of festivals; nil where nothing is.
    @Sendable
    static func expectation(violatedBy table: JSONValue) -> String? {
        let check = TableCheck(
            members: [
                ("name", .text), ("calendar", .oneOf(["gregorian", "lunar"])), ("month", .whole),
                ("day", .whole), ("on", .text),
            ], required: ["name"])
        if let expected = check.expectation(violatedBy: table) { return expected }
        for (number, row) in (table.arrayValue ?? []).enumerated() {
            let month = row["month"]?.integerValue ?? 0
            let isYearly = (1...12).contains(month) && (1...31).contains(row["day"]?.integerValue ?? 0)
            let isOnce = row["on"]?.stringValue.flatMap(BusinessHours.day) != nil
            if isYearly == isOnce {
                return "either month and day, or a day as on, in row \(number + 1)"
            }
        }
        return nil
    }
}

/// The numbers of the codes that the rule names, in one context.
struct CareCodes: Sendable {
    let lunar: UInt32?
    let care: UInt32?
    let purposes: Set<UInt32>
    let deceased: Set<UInt32>
    let topics: Set<UInt32>

    init(_ context: FoldContext, _ rule: CareRule) {
        lunar = context.code(of: "lunar")
        care = context.code(of: "care")
        purposes = Set(
            context.codes.indices.lazy.filter { rule.isCare(purpose: context.codes[$0]) }.map { UInt32($0) })
        deceased = Set(rule.deceasedCodes.compactMap { context.code(of: $0) })
        topics = Set(rule.topics.compactMap { context.code(of: $0) })
    }
}
