extension Minimizer {
    /// A point near a minimum, by the simplex of Nelder and Mead (1965): no derivative, no bad start.
    func simplex(_ function: Function, from start: [Double]) -> (point: [Double], value: Double) {
        let size = start.count
        func value(_ point: [Double]) -> Double {
            guard point.allSatisfy({ abs($0) <= bound }) else { return .infinity }
            let value = function(point).value
            return value.isNaN ? .infinity : value
        }
        var corners = [(point: start, value: value(start))]
        for index in 0..<size {
            var point = start
            point[index] += 0.7
            corners.append((point, value(point)))
        }
        for _ in 0..<(40 * size) {
            corners.sort { $0.value < $1.value }
            let worst = corners[size]
            if worst.value - corners[0].value < 1e-7 { break }
            var centre = [Double](repeating: 0, count: size)
            for corner in corners.dropLast() {
                for index in 0..<size { centre[index] += corner.point[index] / Double(size) }
            }
            func moved(_ factor: Double) -> (point: [Double], value: Double) {
                let point = zip(centre, worst.point).map { $0 + factor * ($0 - $1) }
                return (point, value(point))
            }
            let reflected = moved(1)
            if reflected.value < corners[0].value {
                let expanded = moved(2)
                corners[size] = expanded.value < reflected.value ? expanded : reflected
            } else if reflected.value < corners[size - 1].value {
                corners[size] = reflected
            } else {
                let contracted = moved(reflected.value < worst.value ? 0.5 : -0.5)
                if contracted.value < min(reflected.value, worst.value) {
                    corners[size] = contracted
                } else {
                    for corner in 1...size {
                        let point = zip(corners[0].point, corners[corner].point).map { ($0 + $1) / 2 }
                        corners[corner] = (point, value(point))
                    }
                }
            }
        }
        return corners.min { $0.value < $1.value } ?? corners[0]
    }
}
