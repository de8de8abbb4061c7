import Events

/// How the fact of an event type is filled from `data`: one line a type for everything that needs no thought.
///
/// The types that make up most of a log (purchases, returns, contacts, complaints, surveys) are read by hand.
struct FactRecipe: Sendable {
    /// Where a value goes.
    enum Slot: Sendable {
        case key
        case reference
        case extra
    }

    /// What is read, and where it goes.
    enum Step: Sendable {
        /// `key`: the hash of the event's source and a text of its own.
        case ownKey(StaticString)
        /// The hash of a text; 0 without one.
        case hash(Slot, StaticString)
        /// `key`: the hash of a text, or of the event's id without one.
        case hashOrID(StaticString)
        /// `code`: an interned text.
        case code(StaticString)
        /// An interned text in another field.
        case codeIn(Slot, StaticString)
        /// `key`: the ordinal of a customer.
        case customer(StaticString)
        /// `amount`: a whole number.
        case amount(StaticString)
        /// `amount`: money, which may be absent where `optional`.
        case money(StaticString, optional: Bool)
        /// `extra`: a local day; `Int64.min` without one.
        case day(StaticString)
        /// `extra`: a time, or the end of a local day, in microseconds; `Int64.min` without one.
        case moment(StaticString)
        /// `amount`: the place of a severity in low, normal, high, critical; -1 without one.
        case severity
        /// A mark, where a member is true.
        case flag(FactFlags, StaticString)
        /// `detail`: 1 or 2 by the text of a member.
        case either(StaticString, StaticString, StaticString)
        /// `extra`: how many elements a list has.
        case count(StaticString)
    }

    let type: StaticString
    let kind: FactKind
    let detail: UInt16
    let steps: [Step]

    init(_ type: StaticString, _ kind: FactKind, _ detail: UInt16 = 0, _ steps: Step...) {
        self.type = type
        self.kind = kind
        self.detail = detail
        self.steps = steps
    }

    /// The recipe of a type by the hash of its name.
    static let byType: [UInt64: FactRecipe] = Dictionary(
        uniqueKeysWithValues: all.map { (StableHash.hash($0.type.description), $0) })

    private static let all: [FactRecipe] = [
        FactRecipe("relationship.ended", .relationshipEnded, 0, .code("code")),
        FactRecipe("churn.reason_given", .churnReason, 0, .code("code")),
        FactRecipe("customer.verified", .verified, 0, .count("fields")),
        FactRecipe("customer.assigned", .assigned, 0, .code("owner")),
        FactRecipe("customer.erased", .erased),
        FactRecipe("cost.allocated", .cost, 0, .code("kind"), .money("amount", optional: false)),
        FactRecipe(
            "lead.captured", .lead, 0, .code("origin"), .codeIn(.key, "campaign"),
            .money("cost", optional: true)),
        FactRecipe(
            "followup.planned", .followup, 1, .ownKey("followup"), .code("kind"), .day("due_on"),
            .codeIn(.reference, "owner")),
        FactRecipe(
            "followup.done", .followup, 2, .ownKey("followup"), .code("outcome"), .day("next_due_on")),
        FactRecipe("followup.cancelled", .followup, 3, .ownKey("followup")),
        FactRecipe(
            "need.raised", .need, 1, .ownKey("need"), .code("category"), .severity, .moment("due_by"),
            .flag(.latent, "latent")),
        FactRecipe("need.met", .need, 2, .ownKey("need"), .flag(.told, "told_customer")),
        FactRecipe(
            "feedback.received", .feedback, 1, .ownKey("feedback"), .code("kind"),
            .codeIn(.reference, "topic")),
        FactRecipe(
            "feedback.answered", .feedback, 2, .ownKey("feedback"), .code("outcome"),
            .flag(.told, "told_customer")),
        FactRecipe("survey.sent", .surveySent, 0, .hash(.key, "survey"), .code("channel")),
        FactRecipe(
            "points.earned", .points, 1, .hashOrID("lot"), .amount("points"), .hash(.reference, "order"),
            .day("expires_on")),
        FactRecipe(
            "points.redeemed", .points, 2, .hashOrID("lot"), .amount("points"), .hash(.reference, "order")),
        FactRecipe(
            "points.redemption_cancelled", .points, 3, .hashOrID("lot"), .amount("points"),
            .hash(.reference, "order")),
        FactRecipe(
            "points.adjusted", .points, 4, .hashOrID("lot"), .amount("points"), .hash(.reference, "order"),
            .day("expires_on")),
        FactRecipe(
            "membership.changed", .membership, 0, .code("membership"), .codeIn(.key, "programme")),
        FactRecipe(
            "coupon.issued", .coupon, 1, .hash(.key, "coupon"), .code("campaign"), .day("expires_on"),
            .hash(.reference, "order")),
        FactRecipe(
            "coupon.redeemed", .coupon, 2, .hash(.key, "coupon"), .code("campaign"), .day("expires_on"),
            .hash(.reference, "order")),
        FactRecipe(
            "benefit.granted", .benefit, 1, .hash(.key, "benefit"), .code("kind"),
            .money("amount", optional: true)),
        FactRecipe("benefit.used", .benefit, 2, .hash(.key, "benefit")),
        FactRecipe(
            "activity.invited", .activity, 1, .hash(.key, "activity"), .code("kind"),
            .codeIn(.reference, "topic")),
        FactRecipe(
            "activity.attended", .activity, 2, .hash(.key, "activity"), .code("kind"),
            .codeIn(.reference, "topic")),
        FactRecipe("referral.made", .referral, 0, .customer("referred")),
        FactRecipe("relation.declared", .relation, 1, .customer("to"), .code("kind")),
        FactRecipe("relation.ended", .relation, 2, .customer("to"), .code("kind")),
        FactRecipe(
            "campaign.targeted", .campaignTarget, 0, .code("campaign"), .either("arm", "treated", "control")),
        FactRecipe("winback.offered", .winback, 1, .hash(.key, "offer")),
        FactRecipe("winback.accepted", .winback, 2, .hash(.key, "offer")),
        FactRecipe("winback.declined", .winback, 3, .hash(.key, "offer")),
        FactRecipe("interest.declared", .interest, 0, .code("interest")),
        FactRecipe(
            "trait.declared", .trait, 0, .code("code"), .codeIn(.key, "dimension"),
            .codeIn(.reference, "source")),
        FactRecipe("consent.changed", .consent, 0, .code("purpose"), .flag(.granted, "granted")),
        FactRecipe("territory.assigned", .territory, 0, .code("territory")),
        FactRecipe(
            "shipment.sent", .shipment, 0, .hash(.key, "shipment"), .code("region"),
            .hash(.reference, "order")),
        FactRecipe("diversion.found", .diversion, 0, .hash(.key, "shipment"), .code("region")),
        FactRecipe(
            "penalty.imposed", .penalty, 1, .code("reason"), .money("amount", optional: false)),
        FactRecipe("penalty.lifted", .penalty, 2, .code("reason"), .money("amount", optional: false)),
        FactRecipe(
            "invoice.issued", .invoice, 1, .hash(.key, "invoice"), .money("amount", optional: false),
            .day("due_on")),
        FactRecipe(
            "payment.received", .invoice, 2, .hash(.key, "invoice"), .money("amount", optional: false)),
    ]
}
