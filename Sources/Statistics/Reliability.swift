/// How well the questions of one dimension measure the same thing.
public enum Reliability {
    /// Cronbach's alpha: k/(k−1) · (1 − Σ variances of the items / variance of the sums); 0.7 and more is usual.
    ///
    /// - Parameter answers: one row a respondent, one column an item, none missing.
    /// - Returns: nil below two items or two respondents, or where all have the same sum.
    public static func cronbachAlpha(_ answers: [[Double]]) -> Double? {
        guard answers.count > 1, let items = answers.first?.count, items > 1 else { return nil }
        precondition(answers.allSatisfy { $0.count == items }, "every respondent answers every item")
        func variance(_ values: [Double]) -> Double {
            let deviation = Moments(values).standardDeviation
            return deviation * deviation
        }
        let total = variance(answers.map { $0.reduce(0, +) })
        guard total > 0 else { return nil }
        let parts = (0..<items).reduce(0) { sum, item in sum + variance(answers.map { $0[item] }) }
        return Double(items) / Double(items - 1) * (1 - parts / total)
    }
}
