/// A check of an event that its schema cannot express: values that depend on each other, or on tables such as
/// that of currencies. Pure; run after the schema has passed.
struct EventRule: Sendable {
    /// The event that is checked. Its data is as the schema wants it.
    struct Event {
        let reader: JSONReader
        /// The node of the data.
        let data: Int
        /// The JSON Pointer of the data.
        let pointer: String
        /// The nodes of `subject`, `source` and `id`; nil where there is none or only data is checked.
        let subject: Int?
        let source: Int?
        let id: Int?

        /// A member of the data.
        func member(_ name: StaticString) -> Int? { reader.member(data, name) }

        /// A member of the data.
        func member(_ name: JSONName) -> Int? { reader.member(data, name) }

        /// A problem at a place inside the data.
        func problem(_ path: String, _ code: String, expected: String, found: String) -> EventProblem {
            EventProblem(code: code, pointer: pointer + path, expected: expected, found: found)
        }
    }

    /// Where the parts of an event stand that rules look at.
    struct Parts: BitwiseCopyable {
        let data: Int
        let subject: Int?
        let source: Int
        let id: Int

        init(_ envelope: Envelope) {
            data = envelope.dataNode
            subject = envelope.subjectNode
            source = envelope.sourceNode
            id = envelope.idNode
        }

        /// The event that a reader holds, with its parts where they stand.
        func event(_ reader: JSONReader) -> Event {
            Event(
                reader: reader, data: data, pointer: "/data", subject: subject, source: source, id: id)
        }
    }

    let check: @Sendable (Event) throws(EventProblem) -> Void

    /// The checks of a built-in type; none for users' own.
    static func rules(of type: String, version: Int) -> [EventRule] {
        guard version == 1 else { return [] }
        return switch type {
        case "purchase.completed": [money("total", "discount", "shipping")]
        case "purchase.returned": [money("amount"), onePurchaseNamed]
        case "invoice.issued", "payment.received", "cost.allocated", "penalty.imposed", "penalty.lifted",
            "benefit.granted":
            [money("amount")]
        case "lead.captured": [money("cost")]
        case "survey.sent", "survey.answered": [scale]
        case "customer.registered", "customer.updated": [zone, birthDate]
        case "customer.merged": [anotherCustomer("into")]
        case "customer.split": [anotherCustomer("from")]
        case "referral.made": [anotherCustomer("referred")]
        case "relation.declared", "relation.ended": [anotherCustomer("to")]
        case "event.voided", "event.corrected": [anotherEvent]
        case "campaign.started": [period]
        case "points.adjusted": [notZero]
        case "policy.adopted": [money(), zone]
        case "rate.published": [publishedRates]
        case "calendar.published": [publishedDays]
        case "schema.registered": [registeredSchema]
        default: []
        }
    }
}
