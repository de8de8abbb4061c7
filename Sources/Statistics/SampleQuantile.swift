/// Quantiles of values that were observed.
public enum SampleQuantile {
    /// The value below which a part of the values lies, interpolated between neighbours (Hyndman and Fan 1996, type
    /// 7); nil without any.
    public static func interpolated(_ part: Double, ofSorted values: [Double]) -> Double? {
        precondition(part >= 0 && part <= 1, "a quantile is asked at \(part), not from 0 to 1")
        guard let last = values.indices.last else { return nil }
        let place = part * Double(last)
        let below = Int(place)
        let above = min(below + 1, last)
        return values[below] + (place - Double(below)) * (values[above] - values[below])
    }
}
