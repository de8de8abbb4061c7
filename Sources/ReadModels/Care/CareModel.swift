import Events
public import Projection

/// The next occasion to turn to a customer, and what forbids it: DOMAIN.md section 19.
///
/// The day of birth is personal: facts know only which event says it, and rows look it up.
public struct CareModel: ReadModel {
    /// The name of the view.
    public static let name = "care"
    /// The views that it reads.
    public static let uses = ["value", "complaints"]
    /// The version of the rules.
    public static let version = 2
    /// What a person wants to see first.
    public static let headline = ["next_on", "occasion", "blocked_by"]

    /// What is known of the customer, whatever the hour.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the event stands in the log that says the day of birth last, plus 1; 0 where none does.
        public var birth: UInt64 = 0
        /// The local day of the last change of membership; `Int32.min` without one.
        public var membershipDay = Int32.min
        /// 1 where the day of birth is one of the Chinese calendar.
        public var isLunar: Int32 = 0
        /// 1 where it falls in a leap month.
        public var isLeapMonth: Int32 = 0
        var unused: Int32 = 0
    }

    /// The state at the clock, under the policy.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// The day in the customer's own zone.
        public var today: Int32
        /// The local day of the last care message; `Int32.min` without one.
        public var lastCare: Int32
        /// The local day on which the next warranty ends; `Int32.min` without one.
        public var warrantyEnd: Int32
        /// Whether messages are agreed to, and whether the customer is known to have died.
        public var mayBeSent: Bool
        /// Whether the customer is known to have died.
        public var isDeceased: Bool
        var unused: UInt16 = 0
    }

    /// Nothing of others.
    public struct Population: Codable, Sendable, Equatable {}

    let rule: CareRule
    private let context: FoldContext
    private let codes: CareCodes
    private let today: Int32
    private var zones: [UInt32: Int32] = [:]

    private var state = State()
    private var birthPlace = UInt64.max
    private var calendarPlace = UInt64.max
    private var leapPlace = UInt64.max
    private var zone: UInt32 = 0
    private var lastCare = Int32.min
    private var warrantyEnd = Int32.min
    private var isDeceased = false
    private var consents: [(purpose: UInt32, isGranted: Bool)] = []
    private var carePlans: [UInt64] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        self.context = context
        rule = try CareRule(context.policy)
        codes = CareCodes(context, rule)
        today = context.clock.day
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
        birthPlace = .max
        calendarPlace = .max
        leapPlace = .max
        zone = 0
        lastCare = .min
        warrantyEnd = .min
        isDeceased = false
        if !consents.isEmpty { consents.removeAll(keepingCapacity: true) }
        if !carePlans.isEmpty { carePlans.removeAll(keepingCapacity: true) }
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        // Not a case among others: most facts are purchases, and a jump table is guessed wrong more often.
        if fact.kind == .purchase {
            if let days = rule.warrantyDays { warranty(fact, days) }
            return
        }
        switch fact.kind {
        case .profile: profile(fact)
        case .contactDetail: contact(fact)
        case .followup: followup(fact)
        case .consent: consent(fact)
        case .membership: state.membershipDay = fact.day
        case .erased: forget()
        case .relationshipEnded: if codes.deceased.contains(fact.code) { isDeceased = true }
        default: break
        }
    }

    /// Who asked to be forgotten has no birthday any more, and agreed to nothing that still holds.
    private mutating func forget() {
        state.birth = 0
        state.isLunar = 0
        state.isLeapMonth = 0
        zone = 0
        consents.removeAll(keepingCapacity: true)
    }

    private mutating func warranty(_ fact: borrowing Fact, _ days: Int) {
        let end = Int32(clamping: Int(fact.day) + days)
        // Facts come by time: the first end that is not over is the next one.
        if end >= today, warrantyEnd == .min { warrantyEnd = end }
    }

    /// Which calendar a day of birth is of is said with it, or later; without a word it is the Gregorian one.
    private mutating func profile(_ fact: borrowing Fact) {
        switch ProfileField(rawValue: fact.detail) {
        case .zone: zone = fact.code
        case .calendar:
            state.isLunar = codes.lunar == fact.code ? 1 : 0
            calendarPlace = fact.position
        case .leapMonth:
            state.isLeapMonth = Int32(fact.extra)
            leapPlace = fact.position
        case .birthDate:
            state.birth = fact.position + 1
            if calendarPlace != fact.position { state.isLunar = 0 }
            if leapPlace != fact.position { state.isLeapMonth = 0 }
        default: break
        }
    }

    private mutating func contact(_ fact: borrowing Fact) {
        if !fact.flags.contains(.inbound), codes.topics.contains(fact.code) { lastCare = fact.day }
    }

    private mutating func followup(_ fact: borrowing Fact) {
        if fact.detail == 1 {
            if codes.care == fact.code { carePlans.append(fact.key) }
        } else if fact.detail == 2, fact.key != 0, carePlans.contains(fact.key) {
            lastCare = fact.day
        }
    }

    private mutating func consent(_ fact: borrowing Fact) {
        let purpose = fact.code
        guard codes.purposes.contains(purpose) else { return }
        let isGranted = fact.flags.contains(.granted)
        if let place = consents.firstIndex(where: { $0.purpose == purpose }) {
            consents[place].isGranted = isGranted
        } else {
            consents.append((purpose, isGranted))
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        let measure = Measure(
            state: state, today: localDay(), lastCare: lastCare, warrantyEnd: warrantyEnd,
            mayBeSent: consents.contains { $0.isGranted }, isDeceased: isDeceased)
        return (state, measure)
    }

    /// The day in the customer's zone; in the ledger's where the customer's is not known.
    private mutating func localDay() -> Int32 {
        guard zone != 0 else { return today }
        if let known = zones[zone] { return known }
        var day = today
        if let name = context.text(of: zone) {
            do throws(TimeError) {
                day = try Zone(identifier: name).day(of: Instant(microseconds: context.clock.instant)).number
            } catch {
                // A name that no zone has says nothing of the customer's day.
                day = today
            }
        }
        zones[zone] = day
        return day
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}
