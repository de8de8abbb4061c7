import Projection

/// Histories of a made-up shop: orders of several lines, refunds of every kind, ends, complaints, answers, contacts.
enum RandomHistories {
    static func facts(
        customers: UInt32, days: Int32, _ generator: inout SeededGenerator
    ) -> [Fact] {
        var facts: [Fact] = []
        var position: UInt64 = 0
        for customer in 1...customers {
            let last = Int32.random(in: 1...days, using: &generator)
            for _ in 0..<Int.random(in: 0...25, using: &generator) {
                position += 1
                let day = Int32.random(in: 0...last, using: &generator)
                facts.append(fact(customer, day, position, facts, &generator))
            }
        }
        return facts
    }

    private static func fact(
        _ customer: UInt32, _ day: Int32, _ position: UInt64, _ earlier: [Fact],
        _ generator: inout SeededGenerator
    ) -> Fact {
        var fact: Fact
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<10:
            fact = .purchase(
                customer, day: day, amount: Int64.random(in: 0...4, using: &generator) * 250,
                position: position,
                order: UInt64.random(in: 0...12, using: &generator))
        case 10..<13:
            fact = .at(customer, day: day, position: position, .refund)
            fact.amount = Int64.random(in: 0...4, using: &generator) * 250
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: break
            case 1: fact.key = UInt64.random(in: 1...12, using: &generator)
            default:
                let own = earlier.filter { $0.customer == customer && $0.kind == .purchase }
                fact.reference = own.randomElement(using: &generator)?.reference ?? 99
            }
            if fact.key != 0 || fact.reference != 0 { fact.flags = .namesPurchase }
        case 13:
            fact = .at(customer, day: day, position: position, .relationshipEnded)
        case 14..<16:
            fact = .at(customer, day: day, position: position, .complaint)
            fact.key = UInt64.random(in: 1...3, using: &generator)
            fact.detail = UInt16.random(in: 1...9, using: &generator)
        case 16..<18:
            fact = .at(customer, day: day, position: position, .survey)
            fact.key = UInt64.random(in: 0...3, using: &generator)
            fact.code = UInt32.random(in: 0...2, using: &generator)
            fact.detail = UInt16.random(in: 1...3, using: &generator)
            fact.amount = Int64.random(in: 1...5, using: &generator) * 1_000_000
            fact.extra = Bool.random(using: &generator) ? 3_000_000 : .min
        default:
            fact = .at(customer, day: day, position: position, .contact)
            fact.key = UInt64.random(in: 0...2, using: &generator)
            fact.code = UInt32.random(in: 0...2, using: &generator)
            if Bool.random(using: &generator) { fact.flags.insert(.inbound) }
            if Int.random(in: 0..<8, using: &generator) == 0 { fact.flags.insert(.bulk) }
        }
        // Not all at noon: the order within a day matters.
        fact.time += Int64.random(in: -40_000...40_000, using: &generator) * 1_000_000
        return fact
    }
}
