import Projection

/// One accrual of points, with its own expiry.
struct PointsLot: Sendable {
    /// The purchase that earned it, as the hash of its order; 0 for none.
    let order: UInt64
    /// The local day on which it was earned.
    let earnedOn: Int32
    /// The last local day on which it can be used; `Int32.max` where it never expires.
    let expiresOn: Int32
    /// The first 24 bytes of its id, big-endian.
    let name: (UInt64, UInt64, UInt64)
    /// What is left of it, used up by expiry or not.
    var remaining: Int64

    /// A lot of earned or added points; `part` is the fact that holds the lot's id.
    init(_ fact: Fact, part: Fact?, points: Int64) {
        order = fact.reference
        earnedOn = fact.day
        expiresOn = fact.extra == .min ? .max : Int32(clamping: fact.extra)
        name =
            part.map { (UInt64(bitPattern: $0.amount), UInt64(bitPattern: $0.extra), $0.reference) } ?? (
                0, 0, 0
            )
        remaining = points
    }

    /// The order in which lots are used: earliest expiry first, then the day earned, then the id (DOMAIN.md 12).
    static func isUsedBefore(_ left: PointsLot, _ right: PointsLot) -> Bool {
        if left.expiresOn != right.expiresOn { return left.expiresOn < right.expiresOn }
        if left.earnedOn != right.earnedOn { return left.earnedOn < right.earnedOn }
        return left.name < right.name
    }
}

/// Points that were spent at once.
struct PointsRedemption: Sendable {
    /// A part of it: what was taken from one lot and not given back.
    struct Share: Sendable {
        let lot: Int
        var points: Int64
    }

    /// The hash of its id.
    let key: UInt64
    /// The order that it was spent on, hashed; 0 for none.
    let order: UInt64
    /// Where it came from, in the order of use. Empty where it was refused.
    var shares: [Share]
    /// Whether it was refused.
    let isRejected: Bool
}
