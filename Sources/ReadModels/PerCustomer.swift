/// Lists of any length, one a customer: what a projector collects beside its fixed-size measures.
///
/// Workers fold neighbouring customers, and join their lists in the order of customers.
struct PerCustomer<Element: Sendable>: Sendable {
    /// All elements, customer by customer.
    private(set) var elements: [Element] = []
    /// Where those of each customer end.
    private var ends: [Int] = []

    /// Adds an element to the list of the customer who is being folded.
    @inline(__always)
    mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Ends the list of the customer who is being folded.
    @inline(__always)
    mutating func endCustomer() {
        ends.append(elements.count)
    }

    /// The list of the customer at an index.
    subscript(index: Int) -> ArraySlice<Element> {
        elements[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// How many customers there are.
    var count: Int { ends.count }

    /// Adds the lists of later customers.
    mutating func append(contentsOf later: PerCustomer) {
        let offset = elements.count
        elements.append(contentsOf: later.elements)
        ends.append(contentsOf: later.ends.lazy.map { $0 + offset })
    }
}
