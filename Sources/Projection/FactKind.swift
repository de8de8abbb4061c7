/// The kinds of facts. The raw values are stored: they are never reused.
///
/// Which field holds what is said here and nowhere else; `FactRecipe` fills most of them. "hash" is the stable
/// hash of an id, 0 for none; "day" a local day or `Int64.min`; money is in minor units (see `.unconverted`; the
/// packed currency of benefits, penalties, invoices and payments that have no rate is in `reference`).
@frozen
public enum FactKind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Any event of a customer that no projector needs more of than that it happened.
    case other = 0
    /// purchase.completed. `key` order or 0, `reference` itself, `amount` total, `code` channel.
    case purchase = 1
    /// purchase.returned. `key` order or 0, `reference` the purchase event named or 0, `amount`.
    case refund = 2
    /// contact.logged. `key` thread or 0, `code` channel, `extra` minutes in thousandths, `flags` direction and bulk.
    case contact = 3
    /// complaint.*. `key` complaint (with its source), `detail` a `ComplaintStep`, `flags.byHuman` for replies,
    /// `.standard` for standard answers, `.told` when resolved; `code` category, `reference` code of the agent,
    /// `amount` severity 0 to 3 or -1, `extra` hash of the product.
    case complaint = 4
    /// survey.answered. `key` the form's question or 0, `amount` score, `extra` expected or `Int64.min`,
    /// `code` dimension, `detail` a `SurveyScale.Kind`, `reference` hash of the survey, or bounds of a scale of its own.
    case survey = 5
    /// relationship.ended. `code` the reason.
    case relationshipEnded = 6
    /// customer.registered.
    case registered = 7
    /// A part of a purchase: its lines of one category. `code` category, `key` hash of the product where there is
    /// one only, `amount` net, `extra` quantity in thousandths, `reference` cost as the bits of an Int64 of minor
    /// units, which holds with `.hasCost` only.
    case purchasePart = 8
    /// A part of a purchase: `amount` discount, `extra` shipping, `key` hash of the coupon, `code` region,
    /// `reference` code of the store. Only where the purchase says any of them.
    case purchaseTerms = 9
    /// A part of a return: like `purchasePart`.
    case refundPart = 10
    /// cost.allocated. `amount`, `code` kind.
    case cost = 11
    /// lead.captured. `code` origin, `key` code of the campaign, `amount` cost.
    case lead = 12
    /// A part of a contact: `code` topic, `key` code of the agent, `reference` hash of what it is about,
    /// `extra` 0 none, 1 pre_sale, 2 sale, 3 after_sale, `flags` those of the contact. Only where the contact says any of them.
    case contactDetail = 13
    /// followup.*: `detail` 1 planned, 2 done, 3 cancelled; `key` the followup (with its source) or 0, `code` kind
    /// when planned, outcome when done; `extra` day due, or next due; `reference` code of the owner.
    case followup = 14
    /// need.*: `detail` 1 raised, 2 met; `key` the need (with its source), `code` category, `amount` severity 0 to 3,
    /// `extra` the microsecond by which it is due or `Int64.min`; `.told` when met, `.latent` when raised.
    case need = 15
    /// feedback.*: `detail` 1 received, 2 answered; `key` the feedback (with its source), `code` kind or outcome,
    /// `reference` code of the topic; `.told` when answered.
    case feedback = 16
    /// A part of a survey answer: `code` channel, `key` code of the agent, `reference` hash of what it is about,
    /// `extra` hash of the survey where the scale is one of its own, `amount` where it stands in a filled-in form: half
    /// a hash of survey and response above half a hash of the question, 0 where the event does not say them.
    case surveyDetail = 17
    /// survey.sent. `key` hash of the survey, `code` channel.
    case surveySent = 18
    /// points.*: `detail` 1 earned, 2 redeemed, 3 redemption cancelled, 4 adjusted; `amount` points (0 where a
    /// cancellation says none), `key` hash of the lot, or of the redemption's id where a redemption has no lot,
    /// `reference` hash of the order, `extra` the day of expiry.
    case points = 19
    /// A part of earned or adjusted points: the first 24 bytes of the lot's id in `amount`, `extra` and
    /// `reference`, big-endian, so that lots can be put in the order of their ids; `key` its hash.
    case pointsLot = 20
    /// membership.changed. `code` membership, `key` code of the programme.
    case membership = 21
    /// coupon.*: `detail` 1 issued, 2 redeemed; `key` hash of the coupon, `code` campaign, `extra` day of expiry,
    /// `reference` hash of the order.
    case coupon = 22
    /// benefit.*: `detail` 1 granted, 2 used; `key` hash of the benefit, `code` kind, `amount`.
    case benefit = 23
    /// activity.*: `detail` 1 invited, 2 attended; `key` hash of the activity, `code` kind, `reference` code of
    /// the topic.
    case activity = 24
    /// referral.made. `key` the ordinal of the referred customer.
    case referral = 25
    /// relation.*: `detail` 1 declared, 2 ended; `key` the ordinal of the other, `code` kind.
    case relation = 26
    /// campaign.targeted. `code` campaign, `detail` 1 treated, 2 control.
    case campaignTarget = 27
    /// churn.reason_given. `code` the reason.
    case churnReason = 28
    /// winback.*: `detail` 1 offered, 2 accepted, 3 declined; `key` hash of the offer.
    case winback = 29
    /// interest.declared. `code` the interest.
    case interest = 30
    /// trait.declared. `code` the trait, `key` code of the dimension, `reference` code of the source.
    case trait = 31
    /// consent.changed. `code` purpose, `.granted`.
    case consent = 32
    /// territory.assigned. `code` territory.
    case territory = 33
    /// A part of a territory: `code` region.
    case territoryRegion = 34
    /// shipment.sent. `key` hash of the shipment, `code` region, `reference` hash of the order.
    case shipment = 35
    /// diversion.found. `key` hash of the shipment, `code` region.
    case diversion = 36
    /// penalty.*: `detail` 1 imposed, 2 lifted; `amount`, `code` the reason.
    case penalty = 37
    /// invoice.issued (`detail` 1) and payment.received (2): `key` hash of the invoice or 0, `amount`, `extra` the
    /// day due.
    case invoice = 38
    /// customer.updated.
    case updated = 39
    /// A part of a registration, an update or an assignment: `detail` a `ProfileField`, `code` its value, 0 for
    /// fields whose value is personal (their presence alone is known), `extra` 1 for true.
    case profile = 40
    /// customer.verified. One `profile` part for each of the fields is not made: `extra` says how many.
    case verified = 41
    /// customer.assigned. `code` the owner.
    case assigned = 42
    /// customer.erased.
    case erased = 43
    /// A part of an opened complaint, a raised need and received feedback: `key` the hash of its id alone, which
    /// contacts and answers name as what they are about, and the first 24 bytes of the id as in `pointsLot`.
    case itemName = 44

    /// Whether facts of the kind are parts of an event that a fact of another kind stands for.
    @inlinable
    public var isPart: Bool {
        switch self {
        case .purchasePart, .purchaseTerms, .refundPart, .contactDetail, .surveyDetail, .pointsLot,
            .territoryRegion, .profile, .itemName:
            true
        default: false
        }
    }

    /// What the field `key` holds.
    @inlinable
    public var keyMeaning: FieldMeaning {
        switch self {
        case .lead, .contactDetail, .surveyDetail, .membership, .trait: .code
        case .referral, .relation: .customer
        default: .number
        }
    }

    /// What the field `reference` holds.
    @inlinable
    public var referenceMeaning: FieldMeaning {
        switch self {
        case .complaint, .purchaseTerms, .followup, .feedback, .activity, .trait: .code
        default: .number
        }
    }
}

/// What a field of a fact refers to: names are numbered, and their numbers change from reader to reader.
@frozen
public enum FieldMeaning: Sendable {
    /// A hash, a count or an amount: good as it is.
    case number
    /// An interned code.
    case code
    /// The ordinal of a customer.
    case customer
}

/// Marks on a fact. `@inlinable`, since the fold loop asks for them and is compiled in another module.
@frozen
public struct FactFlags: OptionSet, BitwiseCopyable, Sendable {
    /// The bits, as stored.
    public let rawValue: UInt8

    /// Marks from their bits.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `amount` is in minor units of the currency packed in `detail` (or `reference`), for want of a rate.
    @inlinable public static var unconverted: FactFlags { FactFlags(rawValue: 1) }
    /// A contact that the customer made.
    @inlinable public static var inbound: FactFlags { FactFlags(rawValue: 2) }
    /// A message to many: no interaction.
    @inlinable public static var bulk: FactFlags { FactFlags(rawValue: 4) }
    /// A reply given by a person, which alone stops the clock of the first response.
    @inlinable public static var byHuman: FactFlags { FactFlags(rawValue: 8) }
    /// The refund names an order or an event.
    @inlinable public static var namesPurchase: FactFlags { FactFlags(rawValue: 16) }
    /// A contact that a program made.
    @inlinable public static var automatic: FactFlags { FactFlags(rawValue: 32) }
    /// A standard answer.
    @inlinable public static var standard: FactFlags { FactFlags(rawValue: 32) }
    /// The customer was told the outcome.
    @inlinable public static var told: FactFlags { FactFlags(rawValue: 64) }
    /// Consent was given.
    @inlinable public static var granted: FactFlags { FactFlags(rawValue: 64) }
    /// A need that staff noticed, not one that the customer named.
    @inlinable public static var latent: FactFlags { FactFlags(rawValue: 128) }
    /// The cost of all lines of a part is known.
    @inlinable public static var hasCost: FactFlags { FactFlags(rawValue: 128) }
}

/// What is known of a person besides behaviour, as `Fact.detail`. The raw values are stored: never reused.
public enum ProfileField: UInt16, Sendable, CaseIterable {
    case zone = 1
    case region = 2
    case city = 3
    case ageBand = 4
    case incomeBand = 5
    case acquiredThrough = 6
    case owner = 7
    case calendar = 8
    case leapMonth = 9
    case name = 20
    case email = 21
    case phone = 22
    case birthDate = 23
    case gender = 24
    case attributes = 25
}
