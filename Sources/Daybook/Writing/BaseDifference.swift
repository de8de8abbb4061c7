import Dispatch
import Events
import Projection
import Synchronization
import Views

/// What the rows of two bases of one moment differ in: of some customers everything, of all others what is said in
/// words and whole numbers.
struct BaseDifference {
    private let old: Base
    private let new: Base
    /// The same, but that their rows may look up what is personal or long.
    private let whole: (old: Base, new: Base)
    private let models: [RegisteredReadModel]
    /// The customers of whom everything is compared.
    private let named: Set<String>

    /// The difference of two bases. What others' rows look up is not theirs to change: it is not read.
    init(
        old: Base, new: Base, models: [RegisteredReadModel], named: Set<String>,
        lookups: (old: any BaseLookup, new: any BaseLookup)
    ) {
        self.old = old
        self.new = new
        self.models = models
        self.named = named
        var whole = (old: old, new: new)
        whole.old.lookup = lookups.old
        whole.new.lookup = lookups.new
        self.whole = whole
    }

    /// A customer of either base: by its index in each, nil where it is not there.
    private struct Pair: Sendable {
        let customer: String
        let old: Int?
        let new: Int?
    }

    /// One value that differs.
    private struct Change: Sendable {
        let customer: String
        let field: String
        let from: JSONValue
        let to: JSONValue
    }

    /// The changes of the named, by customer and field; and those of others, the field that moves most of them first.
    func found(workers: Int) throws -> (changes: [JSONValue], others: [ActEffect.Moved]) {
        let all = try changes(of: pairs(), workers: workers).sorted { left, right in
            left.customer == right.customer
                ? left.field < right.field
                : left.customer.utf8.lexicographicallyPrecedes(right.customer.utf8)
        }
        let own = all.filter { named.contains($0.customer) }.map { change -> JSONValue in
            [
                "customer": .string(change.customer), "field": .string(change.field), "from": change.from,
                "to": change.to,
            ]
        }
        let moved = Dictionary(grouping: all.filter { !named.contains($0.customer) }, by: \.field)
        let others = moved.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
            field, changes in
            ActEffect.Moved(
                field: field, customers: changes.count,
                named: changes.prefix(ActEffect.namedOthers).map { change in
                    ["customer": .string(change.customer), "from": change.from, "to": change.to]
                })
        }
        return (own, others)
    }

    /// Both bases have their customers in ascending order of their numbers.
    private func pairs() -> [Pair] {
        var pairs: [Pair] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            let first = left < old.count ? old.customers[left] : .max
            let second = right < new.count ? new.customers[right] : .max
            let (isOld, isNew) = (first <= second, second <= first)
            pairs.append(
                Pair(
                    customer: isOld ? old.names[left] : new.names[right], old: isOld ? left : nil,
                    new: isNew ? right : nil))
            if isOld { left += 1 }
            if isNew { right += 1 }
        }
        return pairs
    }

    private func changes(of pairs: [Pair], workers: Int) throws -> [Change] {
        let parts = max(1, min(workers, pairs.count / 512))
        let results = Mutex<[Int: Result<[Change], any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (pairs.count * part / parts)..<(pairs.count * (part + 1) / parts)
            let result = Result { try pairs[range].flatMap { try changes(of: $0) } }
            results.withLock { $0[part] = result }
        }
        let all = results.withLock { $0 }
        return try (0..<parts).flatMap { try all[$0]?.get() ?? [] }
    }

    private func changes(of pair: Pair) throws -> [Change] {
        var changes: [Change] = []
        let isNamed = named.contains(pair.customer)
        let bases = isNamed ? whole : (old: old, new: new)
        for model in models {
            let from = try pair.old.map { try model.row($0, bases.old) }
            let to = try pair.new.map { try model.row($0, bases.new) }
            if from == to { continue }
            var values: (old: [String: JSONValue], new: [String: JSONValue]) = ([:], [:])
            if let from { Self.addLeaves(of: from, at: model.name, to: &values.old) }
            if let to { Self.addLeaves(of: to, at: model.name, to: &values.new) }
            for field in Set(values.old.keys).union(values.new.keys) {
                let (from, to) = (values.old[field] ?? .null, values.new[field] ?? .null)
                guard from != to, isNamed || Self.isTold(from, to) else { continue }
                changes.append(Change(customer: pair.customer, field: field, from: from, to: to))
            }
        }
        return changes
    }

    private static func addLeaves(
        of value: JSONValue, at path: String, to values: inout [String: JSONValue]
    ) {
        if case .object(let object) = value, object["currency"] == nil {
            for member in object { addLeaves(of: member.value, at: "\(path).\(member.name)", to: &values) }
        } else {
            values[path] = value
        }
    }

    /// Whether a change of somebody whose own facts stay is worth telling: a word, a rank, a score. What is measured
    /// (shares, probabilities) moves a little for everybody.
    private static func isTold(_ from: JSONValue, _ to: JSONValue) -> Bool {
        let values = [from, to].filter { $0 != .null }
        return values.allSatisfy { value in
            switch value {
            case .string(let text): WordTable.isWord(text)
            case .bool: true
            case .number(let number): number.rounded() == number
            case .null, .array, .object: false
            }
        }
    }
}
