public import Events

/// The parameters of the read models: their defaults, and what a policy may say.
public enum CorePolicy {
    /// All parameters, in the order of the first policy of a new ledger.
    public static let parameters: [CoreParameter] =
        general + values + models + lifecycle + churn + satisfaction + contacts + money
        + lateness + business + complaints + needs + priority + service + care + queues
        + behaviour

    private static let general: [CoreParameter] = [
        CoreParameter(
            "currency.carry_days", 0, "days", .whole(0...31),
            "how long a published rate holds where no later one is", source: "none is guessed: DOMAIN.md 1.3"),
        CoreParameter(
            "small_population", 50, "customers", .whole(0...1_000_000),
            "below this many customers reports warn that ranks and shares mean little", source: "choice: 3"),
        CoreParameter(
            "access.record", false, "", .truth,
            "who reads personal data is written into the ledger, or does not read them", source: "choice: 1.7"
        ),
    ]

    private static let values: [CoreParameter] = [
        CoreParameter(
            "rfm.window_days", nil, "days", .wholeOrNull(1...36_500),
            "trailing days that frequency and money are counted in; null for all history", source: "choice: 3"
        ),
        CoreParameter(
            "tiers.basis", "net_revenue", "", .choice(ValueBasis.allCases.map(\.rawValue)),
            "what customers are ranked by; margin only while every counted purchase has a cost, clv (what was "
                + "brought in and what is predicted) only while models are fitted; else net revenue",
            source: "choice: 4.3"),
        CoreParameter(
            "tiers.window_days", nil, "days", .wholeOrNull(1...36_500),
            "trailing days that value is counted in; null for all history", source: "choice: 4.3"),
        CoreParameter(
            "tiers.a_share", 0.8, "share", .number(0...1),
            "tier A: less than this share is held by better ones",
            source: "Pareto's convention: 4.1"),
        CoreParameter(
            "tiers.b_share", 0.95, "share", .number(0...1),
            "tier B: less than this share is held by better ones",
            source: "convention: 4.1"),
        CoreParameter(
            "tiers.thresholds", [], "reporting currency", .ascending(0...1e12),
            "where each level of trailing value begins, such as [1000, 5000, 20000]; none without",
            source: "4.2"),
        CoreParameter(
            "tiers.level_names", [], "", .texts,
            "what the levels are called, from the one below all thresholds on; level_0 and so on without",
            source: "choice: 4.2"),
        CoreParameter(
            "tiers.level_months", 12, "months", .whole(1...120), "trailing months that levels look at",
            source: "4.2"),
        CoreParameter(
            "tiers.hysteresis", 0.1, "share", .number(0...0.99),
            "how far below its threshold a value falls before it counts against the level",
            source: "choice: 4.3"),
        CoreParameter(
            "tiers.strikes", 2, "month ends", .whole(1...24),
            "at so many such month ends in a row the level falls", source: "choice: 4.3"),
        CoreParameter(
            "grades.top", 0.05, "share", .number(0...1), "grade A: the best part of customers with value",
            source: "choice: 4.4"),
        CoreParameter(
            "grades.bottom", 0.2, "share", .number(0...1), "grade C: the least part of customers with value",
            source: "choice: 4.4"),
    ]

    private static let models: [CoreParameter] = [
        CoreParameter(
            "clv.horizon_weeks", 52, "weeks", .whole(1...520),
            "how far ahead a customer's value is predicted",
            source: "choice: 5.5"),
        CoreParameter(
            "clv.annual_discount", 0.15, "a year", .number(0...10), "what money of next year is worth less",
            source: "choice: 5.5"),
        CoreParameter(
            "clv.margin", 1, "share of revenue", .number(0...1), "what of revenue counts as value",
            source: "100 % revenue: 5.5"),
        CoreParameter(
            "models.min_customers", 500, "customers", .whole(2...1_000_000_000),
            "models are fitted to at least so many customers with an order", source: "as Klaviyo's: 5.5"),
        CoreParameter(
            "models.min_history_days", 180, "days", .whole(1...36_500),
            "models are fitted to at least so long a history", source: "as Klaviyo's: 5.5"),
        CoreParameter(
            "models.recent_order_days", 30, "days", .whole(1...3_650),
            "models are fitted only where there was an order in the last days", source: "as Klaviyo's: 5.5"),
        CoreParameter(
            "models.min_orders", 3, "orders", .whole(2...1_000),
            "models are fitted only where somebody has so many orders", source: "as Klaviyo's: 5.5"),
        CoreParameter(
            "models.mbg_lead", 5, "log likelihood", .number(0...1_000_000),
            "MBG/NBD is used for forecasts where it fits better than BG/NBD by more than this",
            source: "choice: 5.3"),
        CoreParameter(
            "models.max_correlation", 0.3, "correlation", .number(0...1),
            "warns where frequency and spend, which Gamma-Gamma takes for independent, correlate more",
            source: "choice: 5.4"),
    ]

    private static let lifecycle: [CoreParameter] = [
        CoreParameter(
            "lifecycle.mu0_days", 50, "days", .whole(1...3_650),
            "the interval that personal intervals are shrunk to", source: "measured on two shops: 6"),
        CoreParameter(
            "lifecycle.k", 2, "intervals", .whole(1...100), "how many such intervals a customer starts with",
            source: "choice: 6"),
        CoreParameter(
            "lifecycle.theta_dormant", 2, "intervals", .number(0.001...1_000),
            "idle for so many intervals: dormant", source: "measured: the odds of return fall below even, 6"),
        CoreParameter(
            "lifecycle.theta_churn", 4, "intervals", .number(0.001...1_000),
            "idle for so many intervals: churned", source: "measured: 3 in 10 return, 6"),
        CoreParameter(
            "lifecycle.floor_dormant_days", 30, "days", .whole(0...3_650), "never dormant before",
            source: "choice: 6"),
        CoreParameter(
            "lifecycle.floor_churn_days", 60, "days", .whole(0...3_650), "never churned before",
            source: "choice: 6"),
        CoreParameter(
            "lifecycle.loyal_from", 4, "purchase days", .whole(2...1_000),
            "loyal from so many purchase days on",
            source: "choice: 6"),
    ]

    private static let churn: [CoreParameter] = [
        CoreParameter(
            "churn.horizon_days", 90, "days", .whole(1...730),
            "the risk is that of no purchase in so many days",
            source: "as Klaviyo's: 7"),
        CoreParameter(
            "churn.reference_months", 12, "months", .whole(1...60),
            "month ends that the return rates are learned from", source: "choice: 7"),
        CoreParameter(
            "churn.prior_weight", 10, "customers", .number(0...1_000_000),
            "how many customers with the overall rate each cell starts with", source: "choice: 7"),
        CoreParameter(
            "churn.medium_from", 0.33, "probability", .number(0...1), "band medium from this risk on",
            source: "as Klaviyo's: 7"),
        CoreParameter(
            "churn.high_from", 0.66, "probability", .number(0...1), "band high from this risk on",
            source: "as Klaviyo's: 7"),
        CoreParameter(
            "churn.adjustment_limit", 1.5, "log odds", .number(0...10), "the largest adjustment either way",
            source: "choice: 7"),
        CoreParameter(
            "churn.recent_days", 90, "days", .whole(1...730),
            "how long a resolved complaint counts, and the two stretches of contacts that are compared",
            source: "choice: 7"),
        CoreParameter(
            "churn.consent_purposes", ["profiling", "scoring"], "", .texts,
            "who withdrew consent to one of these purposes has no risk computed", source: "7"),
        beta("open_complaint", 0.5, "a complaint is open"),
        beta("open_complaint_breached", 0.9, "a complaint is open past its target, instead"),
        beta("complaint_resolved_90d", 0.2, "a complaint was resolved lately"),
        beta(
            "satisfaction_per_10_points_below_prior", 0.15, "for every 10 points below the population's mean"),
        beta("detractor", 0.4, "the last NPS answer was 0 to 6"),
        beta("promoter", -0.3, "the last NPS answer was 9 or 10"),
    ]

    private static func beta(_ name: String, _ value: Double, _ meaning: String) -> CoreParameter {
        CoreParameter(
            "churn.betas.\(name)", .number(value), "log odds", .number(-10...10), meaning,
            source: "starting value, to be refitted: 7")
    }

    private static let satisfaction: [CoreParameter] = [
        CoreParameter(
            "satisfaction.half_life_days", 180, "days", .number(1...36_500),
            "the age at which an answer counts half",
            source: "choice: 8"),
        CoreParameter(
            "satisfaction.kappa", 3, "answers", .number(0...1_000),
            "how many answers of the population's mean a customer starts with", source: "choice: 8"),
        CoreParameter(
            "satisfaction.m0_without_answers", 50, "points", .number(0...100),
            "the population's mean while nobody has answered", source: "choice: 8"),
        CoreParameter(
            "satisfaction.confidence", 0.95, "probability", .number(0.5...0.9999), "of all intervals",
            source: "convention: 8"),
        CoreParameter(
            "satisfaction.survey_cap", 3, "surveys", .whole(1...1_000),
            "so often a customer may be asked before it is too often", source: "choice: 8"),
        CoreParameter(
            "satisfaction.survey_cap_days", 90, "days", .whole(1...3_650),
            "in so many days", source: "8"),
    ]

    private static let contacts: [CoreParameter] = [
        CoreParameter(
            "interaction.window_days", 90, "days", .whole(1...3_650),
            "trailing days that contacts are counted in",
            source: "11"),
        CoreParameter(
            "interaction.conversation_minutes", 30, "minutes", .whole(0...10_080),
            "messages of one channel no further apart are one conversation", source: "11"),
        CoreParameter(
            "interaction.purchases", false, "", .truth,
            "whether purchases that say their channel count as contacts that the customer made", source: "11"),
        CoreParameter(
            "interaction.half_life_days", 30, "days", .number(0.1...10_000),
            "the age at which a contact counts half, where all are counted", source: "11"),
        CoreParameter(
            "channels.offered", ["phone", "email", "social", "chat", "store"], "", .texts,
            "the channels that evenness is measured over, with others that are used", source: "11"),
    ]

    /// The policy of a new ledger: every parameter with its default.
    public static let standard: JSONValue = {
        var policy = JSONObject()
        for parameter in parameters {
            policy = inserted(parameter.standard, at: parameter.path.split(separator: ".")[...], into: policy)
        }
        return .object(policy)
    }()

    static func inserted(
        _ value: JSONValue, at path: ArraySlice<Substring>, into object: JSONObject
    ) -> JSONObject {
        guard let name = path.first.map(String.init) else { return object }
        var object = object
        object[name] =
            path.count == 1
            ? value
            : .object(inserted(value, at: path.dropFirst(), into: object[name]?.objectValue ?? JSONObject()))
        return object
    }

    static func parameter(_ path: String) -> CoreParameter {
        guard let parameter = byPath[path] else { preconditionFailure("no policy parameter \(path)") }
        return parameter
    }

    private static let byPath = Dictionary(uniqueKeysWithValues: parameters.map { ($0.path, $0) })
}
