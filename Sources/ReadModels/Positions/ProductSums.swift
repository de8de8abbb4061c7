import Events
import Projection

/// Revenue by product. Facts know products by their hash only; the name is read from a purchase where it is wanted.
///
/// A fact is of the lines of one category of a purchase. Where these are of several products it does not tell them
/// apart: they are divided by reading the purchases, as long as those are not too many.
struct ProductSums: Sendable {
    private struct Entry: Sendable {
        var sum: Int64
        /// Where the first purchase with it stands in the log.
        var position: UInt64
    }

    /// Lines of several products.
    private struct Mixture: Sendable {
        let position: UInt64
        let category: UInt32
        let amount: Int64
    }

    /// So many mixtures are read; a report is to be there within a second.
    private static let mostRead = 10_000

    private var entries: [UInt64: Entry] = [:]
    private var mixtures: [Mixture] = []
    /// The revenue of all lines.
    private var total: Int128 = 0
    /// The revenue of lines of several products that were not divided.
    private var undivided: Int128 = 0

    /// Adds what the lines of a category of a purchase brought.
    mutating func add(_ part: borrowing Fact, _ amount: Int64) {
        total += Int128(amount)
        guard part.key == 0 else {
            merge(Entry(sum: amount, position: part.position), of: part.key)
            return
        }
        undivided += Int128(amount)
        keep(Mixture(position: part.position, category: part.code, amount: amount))
    }

    private mutating func keep(_ mixture: Mixture) {
        // One more than are read says that they are too many.
        if mixtures.count <= Self.mostRead { mixtures.append(mixture) }
    }

    /// Adds what another worker's instance counted.
    mutating func absorb(_ other: ProductSums) {
        total += other.total
        undivided += other.undivided
        for mixture in other.mixtures { keep(mixture) }
        // The order does not matter: sums and least positions come out alike.
        for (product, entry) in other.entries { merge(entry, of: product) }
    }

    private mutating func merge(_ entry: Entry, of product: UInt64) {
        var kept = entries[product] ?? Entry(sum: 0, position: entry.position)
        kept.sum = added(kept.sum, entry.sum)
        kept.position = min(kept.position, entry.position)
        entries[product] = kept
    }

    /// The same with the lines of several products divided, as far as they can be read.
    func divided(reading base: Base) throws -> ProductSums {
        guard mixtures.count <= Self.mostRead else { return self }
        var sums = self
        for mixture in mixtures {
            let lines = try base.data("lines", at: mixture.position)?.arrayValue ?? []
            guard let code = try base.data("currency", at: mixture.position)?.stringValue else { continue }
            let category = mixture.category == 0 ? nil : base.context.text(of: mixture.category)
            try sums.divide(
                mixture, among: lines.filter { $0["category"]?.stringValue == category },
                in: try Currency(code: code))
        }
        return sums
    }

    /// Each line has the part of the amount, which is in the reporting currency, that its own net has of all nets.
    private mutating func divide(
        _ mixture: Mixture, among lines: [JSONValue], in currency: Currency
    ) throws {
        let nets = try lines.map { line in
            Int128(try line["net"]?.stringValue.map { try currency.minorUnits(parsing: $0) } ?? 0)
        }
        let whole = nets.reduce(0, +)
        guard whole > 0 else { return }
        undivided -= Int128(mixture.amount)
        for (line, net) in zip(lines, nets) {
            guard let product = line["product"]?.stringValue else { continue }
            let part = (2 * Int128(mixture.amount) * net + whole) / (2 * whole)
            merge(
                Entry(sum: Int64(clamping: part), position: mixture.position), of: StableHash.hash(product))
        }
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

    /// The share of all lines that is of several products and was not divided: by as much the largest share may be
    /// larger than it says. Nil without lines.
    var undividedShare: Double? { total > 0 ? Double(undivided) / Double(total) : nil }
}

extension JSONValue {
    /// The product of a purchase's lines that has a hash; nil where none has, or the event cannot be read.
    func product(hashed hash: UInt64) -> String? {
        value(at: "data.lines")?.arrayValue?.lazy.compactMap { $0["product"]?.stringValue }
            .first { StableHash.hash($0) == hash }
    }
}
