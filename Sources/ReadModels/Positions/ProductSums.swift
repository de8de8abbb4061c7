import Events

/// Revenue by product. Facts know products by their hash only; the name is read from a purchase where it is wanted.
struct ProductSums: Sendable {
    private struct Entry: Sendable {
        var sum: Int64
        /// Where the first purchase with it stands in the log.
        var position: UInt64
    }

    private var entries: [UInt64: Entry] = [:]
    /// The revenue of all lines, those of several products too.
    private(set) var total: Int128 = 0

    /// Adds what a purchase brought; a hash of 0 is of lines of several products.
    mutating func add(_ amount: Int64, of product: UInt64, at position: UInt64) {
        total += Int128(amount)
        guard product != 0 else { return }
        merge(Entry(sum: amount, position: position), of: product)
    }

    /// Adds what another worker's instance counted.
    mutating func absorb(_ other: ProductSums) {
        total += other.total
        // The order does not matter: sums and least positions come out alike.
        for (product, entry) in other.entries { merge(entry, of: product) }
    }

    private mutating func merge(_ entry: Entry, of product: UInt64) {
        var kept = entries[product] ?? Entry(sum: 0, position: entry.position)
        kept.sum = added(kept.sum, entry.sum)
        kept.position = min(kept.position, entry.position)
        entries[product] = kept
    }

    /// The product with the most revenue, of equal ones that which was bought first: its share of all lines, and a
    /// purchase that names it. Nil without lines.
    var largest: (product: UInt64, share: Double, position: UInt64)? {
        let most = entries.max { left, right in
            left.value.sum != right.value.sum
                ? left.value.sum < right.value.sum
                : (left.value.position, left.key) > (right.value.position, right.key)
        }
        guard let most, total > 0 else { return nil }
        return (most.key, Double(most.value.sum) / Double(total), most.value.position)
    }
}

extension JSONValue {
    /// The product of a purchase's lines that has a hash; nil where none has, or the event cannot be read.
    func product(hashed hash: UInt64) -> String? {
        value(at: "data.lines")?.arrayValue?.lazy.compactMap { $0["product"]?.stringValue }
            .first { StableHash.hash($0) == hash }
    }
}
