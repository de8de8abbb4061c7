/// The scale of a survey answer, as a fact keeps it: `detail` says which, `reference` the bounds of others.
public struct SurveyScale: Sendable, Equatable {
    /// The known scales. The raw values are stored: they are never reused.
    public enum Kind: UInt16, BitwiseCopyable, Sendable, CaseIterable {
        /// "How satisfied were you", 1 to 5.
        case csat5 = 1
        /// "How likely are you to recommend us", 0 to 10.
        case nps = 2
        /// "It was easy to handle my issue", 1 to 7.
        case ces7 = 3
        /// Bounds of its own.
        case other = 4
    }

    /// Which scale.
    public let kind: Kind
    /// The lowest score, in thousandths.
    public let minimum: Int32
    /// The highest score, in thousandths; above the lowest.
    public let maximum: Int32

    /// One of the named scales. `other` runs from 0 to 100.
    public init(_ kind: Kind) {
        let bounds: (Int32, Int32) =
            switch kind {
            case .csat5: (1_000, 5_000)
            case .nps: (0, 10_000)
            case .ces7: (1_000, 7_000)
            case .other: (0, 100_000)
            }
        self.kind = kind
        (minimum, maximum) = bounds
    }

    /// A scale with bounds of its own, or nil where they are not whole thousandths in range, or not in order.
    public init?(minimum: Double, maximum: Double) {
        guard let low = Self.thousandths(minimum), let high = Self.thousandths(maximum), low < high else {
            return nil
        }
        self.init(low: low, high: high)
    }

    /// The scale of a fact that is a survey answer.
    public init(of fact: borrowing Fact) {
        let kind = Kind(rawValue: fact.detail) ?? .other
        guard kind == .other else {
            self.init(kind)
            return
        }
        self.init(
            low: Int32(truncatingIfNeeded: fact.reference >> 32),
            high: Int32(truncatingIfNeeded: fact.reference))
    }

    private init(low: Int32, high: Int32) {
        kind = .other
        minimum = low
        maximum = high
    }

    /// What `Fact.reference` holds of a scale with bounds of its own; 0 for the named ones, whose fact holds something
    /// else there.
    public var packed: UInt64 {
        kind == .other
            ? UInt64(UInt32(bitPattern: minimum)) << 32 | UInt64(UInt32(bitPattern: maximum)) : 0
    }

    private static func thousandths(_ bound: Double) -> Int32? {
        let scaled = bound * 1_000
        // 0.1 · 1000 is whole in binary, 0.7 · 1000 only nearly.
        guard abs(scaled) < 2e9 else { return nil }
        let nearest = Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
        return abs(Double(nearest) - scaled) < 1e-6 ? nearest : nil
    }
}
