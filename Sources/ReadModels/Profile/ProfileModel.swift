import Events
public import Projection

/// Who a customer is, how well that is known, and how lasting the relation: DOMAIN.md sections 24 and 25.
///
/// Personal values are in no fact: the fold notes where they stand, and a row opens them for who may see them.
public struct ProfileModel: ReadModel {
    /// The name of the view.
    public static let name = "profile"
    /// The view that it reads.
    public static let uses = ["performance"]
    /// The version of the rules.
    public static let version = 1
    /// What a person wants to see first.
    public static let headline = ["name", "region", "owner"]

    /// What is known of the customer, whatever the hour. Places in the log are positions plus 1; 0 for none.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the name stands.
        public var name: UInt64 = 0
        /// Where the e-mail address stands.
        public var email: UInt64 = 0
        /// Where the telephone number stands.
        public var phone: UInt64 = 0
        /// A bit for each field of a profile that was ever filled, by the raw value of `ProfileField`.
        public var filled: UInt32 = 0
        /// The local day of the first event.
        public var firstDay: Int32 = 0
        /// The local day of the last event.
        public var lastDay: Int32 = 0
        /// The local day of the last verification; `Int32.min` without one.
        public var verifiedOn: Int32 = .min
    }

    /// Nothing is needed of others.
    public struct Population: Codable, Sendable, Equatable {}

    /// What kind of note it is.
    enum NoteKind: Sendable {
        case region
        case owner
        case consent
        /// An event that says attributes.
        case attributes
    }

    /// What is not in the state, since it has a code or there are many.
    struct Note: Sendable {
        var kind: NoteKind
        var code: UInt32
        /// Whether consent stands.
        var isGranted = false
        var position: UInt64 = 0
    }

    let rule: ProfileRule
    private var state = State()
    private var hasBegun = false
    private var own: [Note] = []

    /// The notes of all customers so far.
    private(set) var notes = CustomerLists<Note>()

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        rule = try ProfileRule(context.policy)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        state = State()
        hasBegun = false
        own.removeAll(keepingCapacity: true)
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if !hasBegun {
            hasBegun = true
            state.firstDay = fact.day
        }
        state.lastDay = fact.day
        switch fact.kind {
        case .profile, .consent, .verified, .erased: take(fact)
        default: break
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        switch fact.kind {
        case .verified: state.verifiedOn = fact.day
        case .consent:
            put(Note(kind: .consent, code: fact.code, isGranted: fact.flags.contains(.granted)))
        case .erased:
            (state.name, state.email, state.phone, state.filled) = (0, 0, 0, 0)
            own.removeAll { $0.kind != .owner }
        case .profile: profile(fact)
        default: break
        }
    }

    private mutating func profile(_ fact: borrowing Fact) {
        guard let field = ProfileField(rawValue: fact.detail) else { return }
        state.filled |= field.bit
        switch field {
        case .name: state.name = fact.position + 1
        case .email: state.email = fact.position + 1
        case .phone: state.phone = fact.position + 1
        case .region: put(Note(kind: .region, code: fact.code))
        case .owner: put(Note(kind: .owner, code: fact.code))
        case .attributes: own.append(Note(kind: .attributes, code: 0, position: fact.position))
        default: break
        }
    }

    /// A later note takes the place of an earlier one; consents do purpose by purpose.
    private mutating func put(_ note: Note) {
        let place = own.firstIndex {
            $0.kind == note.kind && (note.kind != .consent || $0.code == note.code)
        }
        if let place { own[place] = note } else { own.append(note) }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: State) {
        for note in own { notes.append(note) }
        notes.endCustomer()
        return (state, state)
    }

    /// Adds what another worker's instance collected over its customers.
    public mutating func absorb(_ other: Self) {
        notes.absorb(other.notes)
    }

    /// What rows need to know of everybody.
    public static func population(of base: Base, run: ProjectorRun<Self>) throws -> Population {
        Population()
    }
}

extension ProfileField {
    /// The bit of the field in `ProfileModel.State.filled`.
    var bit: UInt32 { 1 << UInt32(rawValue) }

    /// The field by its name in events; nil for a name that no field has.
    init?(named name: String) {
        switch name {
        case "zone": self = .zone
        case "region": self = .region
        case "city": self = .city
        case "age_band": self = .ageBand
        case "income_band": self = .incomeBand
        case "acquired_through": self = .acquiredThrough
        case "owner": self = .owner
        case "calendar": self = .calendar
        case "leap_month": self = .leapMonth
        case "name": self = .name
        case "email": self = .email
        case "phone": self = .phone
        case "birth_date": self = .birthDate
        case "gender": self = .gender
        case "attributes": self = .attributes
        default: return nil
        }
    }
}

/// When a profile is complete and when it is stale: DOMAIN.md section 25, with the policy's parameters.
struct ProfileRule: Sendable {
    /// The bits of the required fields.
    let required: UInt32
    let staleDays: Int
    let changeDays: Int

    init(_ policy: PolicyDocument) throws {
        var required: UInt32 = 0
        for name in try policy.texts("profile.required_fields") {
            guard let field = ProfileField(named: name) else {
                throw PolicyError(
                    path: "profile.required_fields", expected: "names of fields of customer.registered",
                    found: name)
            }
            required |= field.bit
        }
        self.required = required
        staleDays = try policy.whole("profile.stale_days")
        changeDays = try policy.whole("profile.change_days")
    }

    /// The share of the required fields that are filled; nil where none is required.
    func completeness(_ filled: UInt32) -> Double? {
        required == 0
            ? nil : Double((filled & required).nonzeroBitCount) / Double(required.nonzeroBitCount)
    }

    /// Whether nobody has verified the profile for long; one that never was is judged from the first event on.
    func isStale(_ state: ProfileModel.State, on day: Int32) -> Bool {
        let since = state.verifiedOn > .min ? state.verifiedOn : state.firstDay
        return Int(day) - Int(since) >= staleDays
    }
}
