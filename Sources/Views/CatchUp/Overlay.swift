import Events
import Projection

/// What the log holds beyond the stored views, in memory: a reader never needs to write.
final class Overlay: Sendable {
    /// The positions it covers; the stored views end where it begins.
    let range: Range<UInt64>
    let segment: SegmentImage?
    let acts: [ActRecord]
    let replacements: [UInt64: [Fact]]
    let references: [ReferenceRecord]
    /// The customers beyond those stored.
    let customers: NameTable
    /// The number of the first of them.
    let firstCustomer: UInt32
    /// The codes beyond those stored.
    let codes: [String]

    init(_ batches: [ExtractedBatch], range: Range<UInt64>, firstCustomer: UInt32) {
        self.range = range
        self.firstCustomer = firstCustomer
        var customers = NameTable()
        var facts: [Fact] = []
        for batch in batches {
            facts.append(contentsOf: batch.facts)
            for name in batch.newCustomers {
                _ = customers.number(of: name.span)
            }
        }
        self.customers = customers
        acts = batches.flatMap(\.acts)
        references = batches.flatMap(\.references)
        codes = batches.flatMap(\.newCodes)
        replacements = Dictionary(
            batches.flatMap(\.replacements).map { ($0.correction, $0.facts) }, uniquingKeysWith: { $1 })
        let sorted = SegmentBuilder.sorted(facts)
        let descriptor = SegmentBuilder.descriptor(id: 0, positions: range, facts: sorted)
        segment =
            sorted.isEmpty ? nil : SegmentImage(descriptor: descriptor, storage: FactStorage(sorted))
    }
}
