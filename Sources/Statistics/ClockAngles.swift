import Numerics

/// A direction in the plane, as the sine and the cosine of its angle.
public struct Direction: BitwiseCopyable, Sendable {
    /// The sine of the angle.
    public let sine: Double
    /// The cosine of the angle.
    public let cosine: Double

    /// A direction by its coordinates, which are to be on the unit circle.
    @inline(__always)
    init(sine: Double, cosine: Double) {
        self.sine = sine
        self.cosine = cosine
    }

    /// The direction of a fraction of the way round, 0 to 1.
    public init(turn: Double) {
        self.init(sine: Double.sin(2 * .pi * turn), cosine: Double.cos(2 * .pi * turn))
    }

    /// The direction of the sum of two angles.
    @inline(__always)
    func turned(by other: Direction) -> Direction {
        Direction(
            sine: sine * other.cosine + cosine * other.sine,
            cosine: cosine * other.cosine - sine * other.sine)
    }
}

/// The directions of the times of day on a clock of 24 hours, without a sine for each: the minute's is turned by the
/// second's, by the addition theorems. The result is off by some units in the last place.
public struct ClockAngles: Sendable {
    private let minutes: [Direction]
    private let seconds: [Direction]

    /// Tables of 1,440 minutes and 60 seconds.
    public init() {
        minutes = (0..<1_440).map { Direction(turn: Double($0) / 1_440) }
        seconds = (0..<60).map { Direction(turn: Double($0) / 86_400) }
    }

    /// The direction of a time of day.
    ///
    /// - Parameters:
    ///   - second: of the day, 0 to 86,399.
    ///   - microsecond: of that second, 0 to 999,999.
    @inline(__always)
    public func direction(second: Int, microsecond: Int) -> Direction {
        let direction = minutes[second / 60].turned(by: seconds[second % 60])
        if microsecond == 0 { return direction }
        return direction.turned(by: Self.within(Double(microsecond)))
    }

    /// The direction of less than a second: the angle is below 7.3e-5, where the next terms of the series are below
    /// 1e-18.
    private static func within(_ microseconds: Double) -> Direction {
        let angle = 2 * .pi * microseconds / 86_400e6
        let square = angle * angle
        return Direction(sine: angle * (1 - square / 6), cosine: 1 - square / 2 * (1 - square / 12))
    }
}
