public import Events

/// The dated exchange rates that a question may know of, into the reporting currency.
public struct Rates: Sendable {
    private struct Key: Hashable {
        var currency: UInt16
        var day: Int32
    }

    private var rates: [Key: ExchangeRate] = [:]
    private let reporting: Currency?
    private let carryDays: Int32

    /// No rates: amounts of other currencies stay unconverted.
    public static let none = Rates()

    private init() {
        reporting = nil
        carryDays = 0
    }

    /// The rates of the rate.published acts that stand and had happened by `clock`; of two for one day the later
    /// by (time, position) counts.
    ///
    /// A rate holds for its own day and, where the policy says so, for `carryDays` after it (weekends): what has
    /// no rate is not guessed.
    public init(_ references: [Act], clock: Clock, reporting: Currency, carryDays: Int) {
        self.reporting = reporting
        self.carryDays = Int32(clamping: carryDays)
        let published = references.filter { act in
            guard case .reference("rate.published", _) = act.content else { return false }
            return act.time <= clock.instant
        }
        for act in published.sorted(by: { ($0.time, $0.position) < ($1.time, $1.position) }) {
            guard case .reference(_, let data) = act.content else { continue }
            add(data)
        }
    }

    /// Whether there are no rates.
    public var isEmpty: Bool { rates.isEmpty }

    /// `minor` units of the currency packed in `currency`, in minor units of the reporting currency at the rate
    /// of a local day; nil where there is none, or the result has more than 64 bits.
    public func converted(_ minor: Int64, from currency: UInt16, on day: Int32) -> Int64? {
        guard !rates.isEmpty, let reporting, let own = Currency(packed: currency) else { return nil }
        for age in 0...carryDays {
            if let rate = rates[Key(currency: currency, day: day - age)] {
                return try? own.convert(minor, at: rate, to: reporting)
            }
        }
        return nil
    }

    private mutating func add(_ data: JSONValue) {
        // What the schema of rate.published has not let in cannot be here; anything else is passed over.
        guard let reporting, data["to"]?.stringValue == reporting.code,
            let from = data["from"]?.stringValue.flatMap({ try? Currency(code: $0) })
        else { return }
        for entry in data["rates"]?.arrayValue ?? [] {
            guard let day = entry["on"]?.stringValue.flatMap({ try? LocalDay(parsing: $0) }),
                let rate = entry["rate"]?.stringValue.flatMap({ try? ExchangeRate(parsing: $0) })
            else { continue }
            rates[Key(currency: from.packed, day: day.number)] = rate
        }
    }
}

extension PolicyDocument {
    /// The policy that a question selects: of the policy.adopted acts that stand and had happened by `clock`, the
    /// last by (time, position). Nil where there is none, which a ledger's opening event rules out.
    ///
    /// `hash` gives the SHA-256 of the canonical JSON, in hexadecimal.
    public static func selected(
        from references: [Act], clock: Clock, hash: (JSONValue) -> String
    ) -> PolicyDocument? {
        var latest: Act?
        for act in references {
            guard case .reference("policy.adopted", _) = act.content, act.time <= clock.instant else {
                continue
            }
            if let known = latest, (known.time, known.position) > (act.time, act.position) { continue }
            latest = act
        }
        guard let latest, case .reference(_, let data) = latest.content else { return nil }
        let parameters = data["policy"] ?? .object(JSONObject())
        return PolicyDocument(parameters: parameters, hash: hash(parameters), position: latest.position)
    }
}
