/// Cumulative margin over customers from the most profitable down (Kaplan and Narayanan): DOMAIN.md section 14.
struct WhaleCurve: Sendable {
    /// The margin after each customer.
    let cumulative: [Int128]
    /// The greatest margin on the way.
    let peak: Int128
    /// The smallest number of customers, at least one, that reaches it; 0 without customers.
    let peakCustomers: Int
    /// How many customers have a negative margin.
    let lossMakers: Int

    /// The curve of margins that are sorted from the greatest down.
    init(descending margins: some Sequence<Int64>) {
        var cumulative: [Int128] = []
        var (sum, peak, peakCustomers, lossMakers) = (Int128(0), Int128(0), 0, 0)
        for margin in margins {
            sum += Int128(margin)
            cumulative.append(sum)
            if cumulative.count == 1 || sum > peak { (peak, peakCustomers) = (sum, cumulative.count) }
            if margin < 0 { lossMakers += 1 }
        }
        self.cumulative = cumulative
        self.peak = peak
        self.peakCustomers = peakCustomers
        self.lossMakers = lossMakers
    }

    /// The margin of everybody.
    var total: Int128 { cumulative.last ?? 0 }
}
