import Numerics

/// The mean of moments on a clock, which has no beginning: 23:00 and 01:00 average to midnight, not to noon
/// (Mardia and Jupp 2000).
public struct CircularMean: Sendable, Equatable {
    /// The sum of the sines.
    public private(set) var sine: Double
    /// The sum of the cosines.
    public private(set) var cosine: Double
    /// How many moments.
    public private(set) var count: Int

    /// The mean of nothing, or of what was summed elsewhere.
    public init(sine: Double = 0, cosine: Double = 0, count: Int = 0) {
        self.sine = sine
        self.cosine = cosine
        self.count = count
    }

    /// Takes a moment as a fraction of the way round, 0 to 1.
    public mutating func add(_ fraction: Double) {
        add(Direction(turn: fraction))
    }

    /// Takes a moment as a direction.
    @inline(__always)
    public mutating func add(_ direction: Direction) {
        sine += direction.sine
        cosine += direction.cosine
        count += 1
    }

    /// The mean as a fraction of the way round, 0 ..< 1; nil without a moment, and where the moments cancel out.
    public var fraction: Double? {
        guard count > 0, resultantLength ?? 0 > 1e-12 else { return nil }
        let turn = Double.atan2(y: sine, x: cosine) / (2 * .pi)
        return turn < 0 ? turn + 1 : turn
    }

    /// How close together they are: 1 where all are the same, 0 where they are spread evenly. Nil without any.
    public var resultantLength: Double? {
        count > 0 ? Double.hypot(sine, cosine) / Double(count) : nil
    }
}
