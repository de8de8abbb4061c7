/// How long things take of which some are not over yet: the product-limit estimate (Kaplan and Meier 1958).
struct ConversionTime: Sendable {
    private var observed: [Int32: (ended: Int, open: Int)] = [:]
    private var count = 0

    /// Adds what took so many days, or has been open for so many.
    mutating func add(_ days: Int32, isOpen: Bool) {
        let known = observed[days] ?? (0, 0)
        observed[days] = isOpen ? (known.ended, known.open + 1) : (known.ended + 1, known.open)
        count += 1
    }

    /// The first number of days by which at least half have ended; nil where it is not known yet.
    var median: Int32? {
        var atRisk = count
        var open = 1.0
        for (days, counts) in observed.sorted(by: { $0.key < $1.key }) {
            open *= 1 - Double(counts.ended) / Double(atRisk)
            // A half that is one but for rounding is one.
            if open <= 0.5 + 1e-12 { return days }
            atRisk -= counts.ended + counts.open
        }
        return nil
    }
}
