/// Finds what somebody may have meant.
public enum NearNames {
    /// Up to three names that are few changes away from `name`, the nearest first.
    public static func nearest(to name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased().utf8.prefix(100))
        let limit = max(1, min(3, wanted.count / 3))
        var near: [(distance: Int, name: String)] = []
        for candidate in names {
            let bytes = Array(candidate.utf8)
            var distance = distance(wanted, bytes)
            // A name that goes on from, or leads up to, what was written is meant more often than not.
            if distance > limit, wanted.count >= 4, bytes.starts(with: wanted) || sameWords(wanted, bytes) {
                distance = limit
            }
            if distance <= limit { near.append((distance, candidate)) }
        }
        near.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return near.prefix(3).map(\.name)
    }

    /// Whether two names have the same words in another order or with other separators.
    private static func sameWords(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        func words(_ bytes: [UInt8]) -> [[UInt8]] {
            bytes.split { !(($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)) }.map(Array.init)
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
        return words(left) == words(right)
    }

    /// How many characters must be put in, taken out, replaced or swapped with their neighbour.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var cost = min(last[column + 1], current[column]) + 1
                cost = min(cost, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            (before, last) = (last, current)
        }
        return last[right.count]
    }
}
