public import Events

/// What is fixed when a ledger is made.
public struct LedgerFacts: Sendable, Equatable {
    /// The ledger's name on checkpoints.
    public let origin: String
    /// The time zone in which its days begin and end, such as `Europe/London`.
    public let zone: String
    /// The currency in which it reports, an ISO 4217 code.
    public let currency: String
    /// When it was made.
    public let created: Instant
    /// The public key of its checkpoints, in the form that verifiers of signed notes take.
    public let publicKey: String

    init(origin: String, zone: String, currency: String, created: Instant, publicKey: String) {
        self.origin = origin
        self.zone = zone
        self.currency = currency
        self.created = created
        self.publicKey = publicKey
    }

    var json: [UInt8] {
        let value: JSONValue = [
            "origin": .string(origin), "zone": .string(zone), "currency": .string(currency),
            "created": .string(created.description), "public_key": .string(publicKey),
        ]
        return value.canonicalBytes
    }

    init?(json: [UInt8]) {
        guard let value = try? JSONValue(parsing: json.span), let origin = value["origin"]?.stringValue,
            let zone = value["zone"]?.stringValue, let currency = value["currency"]?.stringValue,
            let created = value["created"]?.stringValue.flatMap({ try? Instant(parsing: $0) }),
            let publicKey = value["public_key"]?.stringValue
        else { return nil }
        self.init(origin: origin, zone: zone, currency: currency, created: created, publicKey: publicKey)
    }
}

/// How a ledger is to be made.
public struct LedgerOptions: Sendable {
    /// The time zone in which days begin and end, such as `Europe/London`.
    public var zone: String
    /// The currency in which it reports, an ISO 4217 code.
    public var currency: String
    /// The ledger's name on checkpoints; nil for `daybook.local/` and 16 random hexadecimal digits.
    public var origin: String?
    /// The parameters of the first policy: an object. Absent ones have their defaults.
    public var policy: JSONValue

    /// Options.
    public init(zone: String, currency: String, origin: String? = nil, policy: JSONValue = [:]) {
        self.zone = zone
        self.currency = currency
        self.origin = origin
        self.policy = policy
    }
}
