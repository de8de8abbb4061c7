/// Lists of any length, one a customer, end to end: what a measure of fixed size cannot hold.
///
/// A projector appends to the list of the customer at hand, and ends it in `finish`. Workers fold neighbouring
/// customers, and join their lists in the order of customers.
struct CustomerLists<Element: Sendable>: Sendable {
    /// The elements of all customers, customer by customer.
    private(set) var elements: [Element] = []
    /// Where those of each customer end.
    private var ends: [UInt32] = []

    /// How many customers there are.
    var count: Int { ends.count }

    /// Adds an element to the list of the customer at hand.
    @inline(__always)
    mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Ends the list of the customer at hand; it may be empty.
    @inline(__always)
    mutating func endCustomer() {
        ends.append(UInt32(elements.count))
    }

    /// The list of the customer at an index.
    subscript(index: Int) -> ArraySlice<Element> {
        elements[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// Adds the lists of later customers. Room is made for them and no more.
    mutating func absorb(_ later: Self) {
        let offset = UInt32(elements.count)
        elements.reserveCapacity(elements.count + later.elements.count)
        ends.reserveCapacity(ends.count + later.ends.count)
        elements.append(contentsOf: later.elements)
        ends.append(contentsOf: later.ends.lazy.map { $0 + offset })
    }
}
