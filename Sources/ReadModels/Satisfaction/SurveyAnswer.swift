import Projection

/// One answer, as the satisfaction of customers and of the population needs it. There are many: the order of the
/// members leaves no holes.
struct SurveyAnswer: BitwiseCopyable, Sendable {
    var time: Int64
    var position: UInt64
    /// Millionths of the scale's own points; on other scales billionths of a point of a hundred.
    var score: Int64
    /// Score − expected in millionths of the scale's own points, or `Int64.min` without an expectation.
    var gap: Int64
    /// The filled-in form that it stands in, as a hash; 0 where the event does not say.
    var form: UInt64 = 0
    /// Its question in that form, as a hash; 0 where the event does not say.
    var question: UInt32 = 0
    var day: Int32
    var code: UInt32
    /// Which of the other scales, as far as a bit mask can tell them apart; 0 for the named ones.
    var scaleMark: UInt16
    var kind: SurveyScale.Kind

    init(_ fact: borrowing Fact) {
        let scale = SurveyScale(of: fact)
        time = fact.time
        position = fact.position
        day = fact.day
        code = fact.code
        kind = scale.kind
        gap = fact.extra == .min ? .min : fact.amount - fact.extra
        if scale.kind == .other {
            score = Self.points(fact.amount, scale)
            scaleMark = UInt16(truncatingIfNeeded: (scale.packed &* 0x9E37_79B9_7F4A_7C15) >> 48)
        } else {
            score = fact.amount
            scaleMark = 0
        }
    }

    /// Billionths of a point of a hundred, rounded to the nearest: (score − min) / (max − min) · 100.
    private static func points(_ amount: Int64, _ scale: SurveyScale) -> Int64 {
        let above = Int128(amount) - Int128(scale.minimum) * 1_000
        let width = (Int128(scale.maximum) - Int128(scale.minimum)) * 1_000
        let doubled = (2 * above * 100_000_000_000 + width) / (2 * width)
        return Int64(clamping: doubled)
    }

    /// A bit for the scale: other ones are told apart as far as there are bits.
    var scaleBit: UInt64 {
        kind == .other ? 8 << (UInt64(scaleMark) % 28 + 1) : 1 << UInt64(kind.rawValue - 1)
    }

    /// Points of a hundred.
    var points: Double {
        switch kind {
        case .csat5: Double(score - 1_000_000) / 4_000_000 * 100
        case .nps: Double(score) / 10_000_000 * 100
        case .ces7: Double(score - 1_000_000) / 6_000_000 * 100
        case .other: Double(score) / 1_000_000_000
        }
    }

    /// Counts the answer, all but what is "last".
    func add(to state: inout SatisfactionModel.State) {
        state.answers += 1
        switch kind {
        case .csat5:
            state.csatCount += 1
            state.csatSum += score
            if score >= 4_000_000 { state.csatTop += 1 }
        case .nps:
            state.npsCount += 1
            state.npsSum += score
        case .ces7:
            state.cesCount += 1
            state.cesSum += score
        case .other:
            state.otherSum = added(state.otherSum, score)
        }
        if gap != .min {
            state.gapCount += 1
            state.gapSum = added(state.gapSum, gap)
            state.gapScales |= UInt32(scaleBit)
        }
    }
}
