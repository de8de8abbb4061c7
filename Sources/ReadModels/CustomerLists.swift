/// Lists of any length, one a customer, end to end: what a measure of fixed size cannot hold.
///
/// A projector appends to the list of the customer at hand, and ends it in `finish`.
struct CustomerLists<Element: Sendable>: Sendable {
    /// The elements of all customers so far.
    private(set) var elements: [Element] = []
    private var ends: [Int] = []

    /// How many elements there are, of all customers.
    var count: Int { elements.count }

    /// Adds an element to the list of the customer at hand.
    mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Ends the list of the customer at hand; it may be empty.
    @inline(__always)
    mutating func endCustomer() {
        ends.append(elements.count)
    }

    /// The list of the customer at an index.
    subscript(index: Int) -> ArraySlice<Element> {
        elements[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// Adds the lists of later customers.
    mutating func absorb(_ other: Self) {
        let offset = elements.count
        elements.append(contentsOf: other.elements)
        ends.append(contentsOf: other.ends.lazy.map { $0 + offset })
    }
}
