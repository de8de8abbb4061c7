/// What a member of an answer is called and measured in, read off its name: answers are self-describing, and no
/// front end has to know which read models there are.
public struct FieldName: Sendable, Hashable {
    /// What kind of quantity it is.
    public enum Kind: Sendable {
        /// A fraction of a whole, shown as percent.
        case share
        /// An index that is copied rather than read: no thousands are set apart.
        case index
        /// A span in whole days, weeks or minutes.
        case days, weeks, minutes
        /// A span in minutes that its name says nothing of, by the calendar or in opening hours.
        case duration
        /// A size.
        case bytes
        /// Anything else.
        case quantity
    }

    /// The name as in the answer: the last part of a dotted path.
    public let name: String
    /// The part before it; empty where there is none.
    private let parent: String

    /// The name at the end of a dotted path.
    public init(_ path: String) {
        let parts = path.split(separator: ".")
        name = parts.last.map(String.init) ?? path
        parent = parts.count > 1 ? String(parts[parts.count - 2]) : ""
    }

    /// Its kind.
    public var kind: Kind {
        if Self.shares.contains(name) { return .share }
        if Self.indexes.contains(name) { return .index }
        if Self.durations.contains(name) { return .duration }
        // What a rate was, and by how much it changed, are rates.
        if Self.ofTheirParents.contains(name), FieldName(parent).kind == .share { return .share }
        // A rate for so many days or purchases, and a count of days on which something happened, are no spans of time
        // and no shares.
        if name.hasPrefix("per_") || ["purchase_days", "complaint_rate"].contains(name) { return .quantity }
        if name.hasPrefix("share_of_") { return .share }
        let words = name.split(separator: "_").map(String.init)
        // In so many days: the days are the condition, not what is counted.
        if words.count > 2, words[words.count - 2].allSatisfy(\.isNumber) { return .quantity }
        return Self.kindsOfLastWords[words.last ?? name] ?? .quantity
    }

    /// Its unit as a word behind the number, or nil.
    public var unit: String? {
        switch kind {
        case .days: "days"
        case .weeks: "weeks"
        case .minutes: "min"
        case .share, .index, .duration, .bytes, .quantity: nil
        }
    }

    /// The name as words: `recency_days` is "Recency days", `nps` is "NPS".
    public var label: String { Self.words(name) }

    /// The label without the unit, for where the unit stands behind the number.
    public var labelWithoutUnit: String {
        guard unit != nil, let end = name.lastIndex(of: "_") else { return label }
        return Self.words(String(name[..<end]))
    }

    /// A name that is a code as words, and any other as it is: `first_time` is "First time", `staff-1` stays.
    public static func title(of name: String) -> String {
        let isCode = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isCode ? FieldName(name).label : name
    }

    /// Whether the name is that of several things: `tiers` is, `business` is not.
    var isPlural: Bool {
        name.hasSuffix("s") && !["ss", "us", "is"].contains { name.hasSuffix($0) }
    }

    /// The name of one of several things: `tiers` are each a `tier`, `breaches` a `breach`, `categories` a `category`.
    public var singular: FieldName {
        if name.hasSuffix("ies") { return FieldName(String(name.dropLast(3) + "y")) }
        if ["ches", "shes", "sses", "xes"].contains(where: name.hasSuffix) {
            return FieldName(String(name.dropLast(2)))
        }
        return isPlural ? FieldName(String(name.dropLast())) : self
    }

    /// The name as words within a line: `high_value` is "high value", `nps` is "NPS".
    public var inlineLabel: String {
        name.split(separator: "_").map { Self.acronyms.contains(String($0)) ? $0.uppercased() : String($0) }
            .joined(separator: " ")
    }

    /// A dotted path as words: `churn.risk` is "Churn risk".
    public static func label(ofPath path: String) -> String {
        let parts = path.split(separator: ".").map(String.init)
        return words(parts.joined(separator: "_"))
    }

    private static func words(_ name: String) -> String {
        let parts = name.split(whereSeparator: { $0 == "_" || $0 == "." }).map(String.init)
        guard !parts.isEmpty else { return name }
        let words = parts.enumerated().map { place, word -> String in
            if acronyms.contains(word) { return word.uppercased() }
            return place == 0 ? word.prefix(1).uppercased() + word.dropFirst() : word
        }
        return words.joined(separator: " ")
    }

    private static let acronyms: Set<String> = [
        "nps", "csat", "ces", "rfm", "clv", "id", "hhi", "mae", "rmse", "auc", "sha256", "lmdb",
    ]
    private static let indexes: Set<String> = [
        "position", "proved_position", "event", "events", "year", "generation", "line", "revision",
    ]
    private static let shares: Set<String> = [
        "risk", "share", "p_alive", "completeness", "top2", "top3", "top3_low", "top3_high",
        "oldest_share", "p_value", "conversion", "confidence", "reverse_confidence", "deviation",
        "whole_customers", "interpolated", "actual", "support", "band", "total_error",
    ]
    private static let durations: Set<String> = ["median", "p90", "calendar", "business"]
    private static let ofTheirParents: Set<String> = [
        "effect", "low", "high", "treated_before", "treated_after", "control_before", "control_after",
        "before", "after",
    ]
    private static let kindsOfLastWords: [String: Kind] = [
        "share": .share, "rate": .share, "fraction": .share, "risk": .share, "probability": .share,
        "days": .days, "weeks": .weeks, "minutes": .minutes, "bytes": .bytes,
    ]
}
