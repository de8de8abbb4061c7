public import Events

/// What is true of the customers of a synthetic shop, which no event says.
public struct GroundTruth: Sendable {
    /// A span of days in which somebody was a customer who would buy again.
    public struct Span: Sendable, Equatable {
        /// The first day.
        public var from: LocalDay
        /// The day on which they stopped for good; nil if they had not when the history ends.
        public var to: LocalDay?
    }

    /// The truth about one customer.
    public struct Customer: Sendable {
        /// The `subject` of their events.
        public var id: String
        /// When they were active; two spans if they were won back, none if they never bought.
        public var active: [Span]
        /// Purchases a day while active.
        public var rate: Double
        /// Purchases they made.
        public var purchases: Int
        /// Complaints they opened.
        public var complaints: Int
        /// Another account of the same person: the account that goes on.
        public var sameAs: String?

        /// When they truly stopped buying; nil if they have not, or never bought.
        public var stoppedOn: LocalDay? { active.last?.to }

        /// Whether they would still buy after that day.
        public func isActive(after day: LocalDay) -> Bool {
            active.contains { $0.from <= day && ($0.to.map { day < $0 } ?? true) }
        }
    }

    /// All customers, by number; second accounts behind their first.
    public let customers: [Customer]

    /// The truth as JSON Lines, one customer a line:
    /// `{"active":[["2024-01-03",null]],"complaints":0,"customer":"syn-000001","purchases":7,"rate":0.021,`
    /// `"same_as":null,"synthetic":true,"true_stopped_on":null}`.
    public func forEachLine(_ body: (Swift.Span<UInt8>) throws -> Void) rethrows {
        for customer in customers {
            let spans = customer.active.map { "[\"\($0.from)\",\(quoted($0.to?.description))]" }
            let line =
                "{\"active\":[\(spans.joined(separator: ","))],\"complaints\":\(customer.complaints),"
                + "\"customer\":\"\(customer.id)\",\"purchases\":\(customer.purchases),"
                + "\"rate\":\(customer.rate.text12),\"same_as\":\(quoted(customer.sameAs)),"
                + "\"synthetic\":true,\"true_stopped_on\":\(quoted(customer.stoppedOn?.description))}"
            let bytes = Array(line.utf8)
            try body(bytes.span)
        }
    }

    private func quoted(_ text: String?) -> String {
        text.map { "\"\($0)\"" } ?? "null"
    }
}
