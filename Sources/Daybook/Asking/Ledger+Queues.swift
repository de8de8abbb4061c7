public import Events
import Projection
import ReadModels
import Views

extension Ledger {
    /// A queue for people, as front ends need to know it.
    public struct Queue: Sendable, Equatable {
        /// Its name in commands.
        public let name: String
        /// Who is in it and what is to be done.
        public let meaning: String
    }

    /// All queues that the views offer, in the order of the catalogue.
    public static let queues = coreReadModels.compactMap { model in
        model.queue.map { Queue(name: $0.name, meaning: $0.meaning) }
    }

    /// Who is to be turned to at a point, the most urgent first:
    /// `{queue, …, n, entries: [{rank, customer, …, reasons: [{code, text, n, events}]}]}`.
    ///
    /// `n` counts all that are in the queue; `entries` are as many of them as the limit allows.
    ///
    /// - Throws: `notFound` where no view offers a queue of this name.
    public func queue(_ name: String, limit: Int?, at question: Question) async throws(LedgerError)
        -> JSONValue
    {
        try asking {
            guard let model = catalogue.first(where: { $0.queue?.name == name }), let queue = model.queue
            else {
                throw LedgerError(
                    .notFound,
                    "there is no queue \(name); there are \(Self.queues.map(\.name).joined(separator: ", "))")
            }
            let point = try resolve(question)
            try requireView(model, at: point)
            let base = try everybody(at: point.fold, [model], names: true)
            let entries = try queue.entries(base).sorted { left, right in
                left.precedes(right)
                    ?? base.names[left.index].utf8.lexicographicallyPrecedes(base.names[right.index].utf8)
            }
            let shown = entries.prefix(limit ?? .max)
            try base.noteShown(shown.flatMap(\.personal))
            var answer = JSONObject([("queue", .string(name))] + point.answer.members)
            answer["n"] = .number(Double(entries.count))
            answer["entries"] = .array(
                shown.enumerated().map { place, entry in
                    var object = JSONObject([
                        ("rank", .number(Double(place + 1))), ("customer", .string(base.names[entry.index])),
                    ])
                    for fact in entry.facts { object[fact.name] = fact.value }
                    object["reasons"] = .array(entry.reasons)
                    return .object(object)
                })
            return .object(answer)
        }
    }
}
