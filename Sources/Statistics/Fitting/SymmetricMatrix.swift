/// A small symmetric matrix, as second derivatives are.
struct SymmetricMatrix: Sendable {
    /// The rows.
    var rows: [[Double]]

    /// The solution of (self + ridge · 1) x = right, or nil where that is not positive definite.
    func solved(_ right: [Double], ridge: Double = 0) -> [Double]? {
        guard let factor = cholesky(ridge: ridge) else { return nil }
        let size = right.count
        var result = right
        for row in 0..<size {
            for column in 0..<row { result[row] -= factor[row][column] * result[column] }
            result[row] /= factor[row][row]
        }
        for row in (0..<size).reversed() {
            for column in (row + 1)..<max(row + 1, size) {
                result[row] -= factor[column][row] * result[column]
            }
            result[row] /= factor[row][row]
        }
        return result
    }

    /// The diagonal of the inverse, or nil where the matrix is not positive definite.
    var inverseDiagonal: [Double]? {
        var result: [Double] = []
        for index in rows.indices {
            var unit = [Double](repeating: 0, count: rows.count)
            unit[index] = 1
            guard let column = solved(unit) else { return nil }
            result.append(column[index])
        }
        return result
    }

    /// The lower triangle L with L·Lᵀ = self + ridge · 1.
    private func cholesky(ridge: Double) -> [[Double]]? {
        var factor = rows
        for row in rows.indices {
            for column in 0...row {
                var sum = rows[row][column] + (row == column ? ridge : 0)
                for inner in 0..<column { sum -= factor[row][inner] * factor[column][inner] }
                if row == column {
                    guard sum > 0, sum.isFinite else { return nil }
                    factor[row][row] = sum.squareRoot()
                } else {
                    factor[row][column] = sum / factor[column][column]
                }
            }
        }
        return factor
    }
}
