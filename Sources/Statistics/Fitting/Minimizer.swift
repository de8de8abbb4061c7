/// Finds where a smooth function of a few numbers is least.
///
/// Nelder and Mead's simplex comes near from any start, then Newton's method, damped where the function is not
/// convex, goes on until the gradient is nothing. The value is a mean over observations, so that the tolerance
/// does not depend on how many there are.
struct Minimizer {
    /// A function and its gradient at a point.
    typealias Function = (_ point: [Double]) -> (value: Double, gradient: [Double])

    /// A minimum.
    struct Minimum {
        var point: [Double]
        var value: Double
        /// Second derivatives.
        var curvature: SymmetricMatrix
        /// The largest part of the gradient.
        var slope: Double
    }

    /// The slope at which a point counts as the minimum.
    var tolerance = 1e-10
    /// The slope that is accepted where rounding allows no further step.
    var acceptable = 1e-7
    /// Points are kept within ± this: a function that falls for ever has no minimum.
    var bound = 12.0

    /// The least of the minima from several starts, or nil where none was found.
    func minimize(_ function: Function, from starts: [[Double]]) -> Minimum? {
        let near = starts.map { simplex(function, from: $0) }.sorted { $0.value < $1.value }
        // The two best of the starts: where they lead to the same place, it is the place.
        let minima = near.prefix(2).compactMap { newton(function, from: $0.point) }
        return minima.min { $0.value < $1.value }
    }

    /// Newton's method from a point near the minimum, or nil where it does not lead to one.
    func newton(_ function: Function, from start: [Double]) -> Minimum? {
        var point = start
        var here = function(point)
        var damping = 0.0
        for _ in 0..<100 {
            let slope = here.gradient.map(abs).max() ?? 0
            guard slope.isFinite else { return nil }
            let curvature = curvature(function, at: point)
            if slope <= tolerance {
                return Minimum(point: point, value: here.value, curvature: curvature, slope: slope)
            }
            var isMoved = false
            while damping < 1e9 {
                if let step = curvature.solved(here.gradient.map { -$0 }, ridge: damping) {
                    let longest = step.map(abs).max() ?? 0
                    let scale = longest > 2 ? 2 / longest : 1
                    let next = zip(point, step).map { $0 + scale * $1 }
                    let there = function(next)
                    let nextSlope = there.gradient.map(abs).max() ?? .infinity
                    let isLower = there.value < here.value || (there.value == here.value && nextSlope < slope)
                    if isLower, next.allSatisfy({ abs($0) <= bound }) {
                        point = next
                        here = there
                        damping = damping < 1e-9 ? 0 : damping / 10
                        isMoved = true
                        break
                    }
                }
                damping = max(1e-6, damping * 10)
            }
            if !isMoved {
                // Rounding hides the last digits of the value: success where the slope is nearly nothing.
                guard slope <= acceptable else { return nil }
                return Minimum(point: point, value: here.value, curvature: curvature, slope: slope)
            }
        }
        return nil
    }

    /// Second derivatives as central differences of the gradient.
    private func curvature(_ function: Function, at point: [Double]) -> SymmetricMatrix {
        let step = 1e-5
        var rows: [[Double]] = []
        for index in point.indices {
            var above = point
            var below = point
            above[index] += step
            below[index] -= step
            let slopes = (function(above).gradient, function(below).gradient)
            rows.append(zip(slopes.0, slopes.1).map { ($0 - $1) / (2 * step) })
        }
        for row in rows.indices {
            for column in 0..<row {
                let mean = (rows[row][column] + rows[column][row]) / 2
                rows[row][column] = mean
                rows[column][row] = mean
            }
        }
        return SymmetricMatrix(rows: rows)
    }
}
