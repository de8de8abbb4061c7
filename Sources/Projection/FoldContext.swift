public import Events

/// What a fold may know besides the facts: nothing in it depends on when or where the fold runs.
public struct FoldContext: Sendable {
    /// The policy that the question selects.
    public let policy: PolicyDocument
    /// The point on the effective axis.
    public let clock: Clock
    /// The ledger's time zone.
    public let zone: Zone
    /// The reporting currency.
    public let currency: Currency
    /// The interned codes: `codes[fact.code]`; index 0 is the empty code, "none".
    public let codes: [String]
    /// The dated rates, for amounts that came without a rate of their own.
    public let rates: Rates
    /// The reference data that stand and had happened by the clock, by (time, position): policies, fitted models,
    /// calendars, campaigns and labels.
    public let references: [Act]
    /// Who goes on for whom.
    public let identity: Identity

    /// A context.
    public init(
        policy: PolicyDocument,
        clock: Clock,
        zone: Zone,
        currency: Currency,
        codes: [String],
        rates: Rates = .none,
        references: [Act] = [],
        identity: Identity = Identity()
    ) {
        self.policy = policy
        self.clock = clock
        self.zone = zone
        self.currency = currency
        self.codes = codes
        self.rates = rates
        self.references = references
        self.identity = identity
    }

    /// The data of the reference events of a type, the earliest first.
    public func references(of type: String) -> [JSONValue] {
        references.compactMap { act in
            guard case .reference(type, let data) = act.content else { return nil }
            return data
        }
    }

    /// The same context at another clock: policy, rates and reference data stay as they are.
    public func moved(to clock: Clock) -> FoldContext {
        FoldContext(
            policy: policy, clock: clock, zone: zone, currency: currency, codes: codes, rates: rates,
            references: references, identity: identity)
    }

    /// The text of an interned code; nil for the empty one.
    public func text(of code: UInt32) -> String? {
        code == 0 || Int(code) >= codes.count ? nil : codes[Int(code)]
    }

    /// The number of a code; nil where no event has said it yet.
    public func code(of text: String) -> UInt32? {
        codes.firstIndex(of: text).map { UInt32($0) }
    }

    /// The clock at the end of a local day.
    public func clock(atEndOf day: LocalDay) -> Clock {
        Clock(instant: zone.start(of: day.next).microseconds - 1, day: day.number)
    }
}

/// Thresholds and model choices, as data: the `data.policy` of a policy.adopted event.
public struct PolicyDocument: Sendable {
    /// The parameters, as adopted. Absent ones have the defaults of the read model that reads them.
    public let parameters: JSONValue
    /// SHA-256 of the parameters' canonical JSON, in hexadecimal.
    public let hash: String
    /// Where the policy stands in the log.
    public let position: UInt64

    /// A policy.
    public init(parameters: JSONValue, hash: String, position: UInt64) {
        self.parameters = parameters
        self.hash = hash
        self.position = position
    }

    /// An integer at a dotted path, or `fallback` where the policy does not say.
    public func integer(_ path: String, default fallback: Int) throws -> Int {
        guard let value = parameters.value(at: path), value != .null else { return fallback }
        guard case .number(let number) = value, let integer = Int(exactly: number) else {
            throw PolicyError(path: path, expected: "an integer", found: value.canonicalText)
        }
        return integer
    }

    /// A number at a dotted path, or `fallback` where the policy does not say.
    public func number(_ path: String, default fallback: Double) throws -> Double {
        guard let value = parameters.value(at: path), value != .null else { return fallback }
        guard case .number(let number) = value else {
            throw PolicyError(path: path, expected: "a number", found: value.canonicalText)
        }
        return number
    }
}

/// A policy parameter that cannot be used.
public struct PolicyError: Error, CustomStringConvertible, Equatable {
    /// The dotted path of the parameter.
    public let path: String
    /// What it should have been.
    public let expected: String
    /// What it is.
    public let found: String

    /// An error at a path.
    public init(path: String, expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }

    /// The error as one sentence.
    public var description: String {
        "policy \(path): expected \(expected), found \(found)"
    }
}
