/// Turns the tree of an expression into the table that is stepped.
struct PatternAutomaton {
    private enum Step {
        case set(Int, next: Int)
        case fork(Int, Int)
        case start(next: Int)
        case end(next: Int)
        case match
    }

    private var steps: [Step] = []
    private var sets: [ScalarSet] = []
    private var numbers: [ScalarSet: Int] = [:]
    private let entry: Int

    /// The most steps an expression may unfold to, and the most states its table may have.
    static let limit = 4000

    init(_ tree: PatternTree) throws(PatternError) {
        entry = 0
        steps = [.match, .match]
        let first = try Self.unfold(tree, next: 1, into: &self)
        steps[0] = .fork(first, first)
    }

    private mutating func add(_ step: Step) throws(PatternError) -> Int {
        guard steps.count < Self.limit else {
            throw PatternError(reason: "unfolds to more than \(Self.limit) steps")
        }
        steps.append(step)
        return steps.count - 1
    }

    /// Adds the steps of a tree, back to front, and says where it begins.
    private static func unfold(_ tree: PatternTree, next: Int, into automaton: inout PatternAutomaton)
        throws(PatternError) -> Int
    {
        switch tree {
        case .empty: return next
        case .start: return try automaton.add(.start(next: next))
        case .end: return try automaton.add(.end(next: next))
        case .set(let set):
            let number = automaton.number(of: set)
            return try automaton.add(.set(number, next: next))
        case .sequence(let parts):
            var next = next
            for part in parts.reversed() { next = try unfold(part, next: next, into: &automaton) }
            return next
        case .choice(let branches):
            var first = try unfold(branches[branches.count - 1], next: next, into: &automaton)
            for branch in branches.dropLast().reversed() {
                let other = try unfold(branch, next: next, into: &automaton)
                first = try automaton.add(.fork(other, first))
            }
            return first
        case .repetition(let part, let low, let high):
            var next = next
            if let high {
                let exit = next
                for _ in low..<high {
                    let inner = try unfold(part, next: next, into: &automaton)
                    next = try automaton.add(.fork(inner, exit))
                }
            } else {
                let fork = try automaton.add(.fork(next, next))
                let inner = try unfold(part, next: fork, into: &automaton)
                automaton.steps[fork] = .fork(inner, next)
                next = fork
            }
            for _ in 0..<low { next = try unfold(part, next: next, into: &automaton) }
            return next
        }
    }

    private mutating func number(of set: ScalarSet) -> Int {
        if let number = numbers[set] { return number }
        sets.append(set)
        numbers[set] = sets.count - 1
        return sets.count - 1
    }

    /// The steps that wait for a character after `from` has been passed, and whether the match is reached.
    private func settle(_ from: [Int], atStart: Bool, atEnd: Bool) -> (waiting: [Int], matched: Bool) {
        var seen = Set<Int>()
        var waiting: [Int] = []
        var matched = false
        var pending = from
        while let step = pending.popLast() {
            guard seen.insert(step).inserted else { continue }
            switch steps[step] {
            case .set: waiting.append(step)
            case .fork(let left, let right):
                pending.append(left)
                pending.append(right)
            case .start(let next):
                if atStart { pending.append(next) }
            case .end(let next):
                if atEnd { pending.append(next) } else { waiting.append(step) }
            case .match: matched = true
            }
        }
        return (waiting.sorted(), matched)
    }

    /// The table: state 0 is the first; the row of a state says the next state by class of character.
    func table() throws(PatternError) -> (PatternAlphabet, [UInt16], [SchemaPattern.Verdict]) {
        let alphabet = try PatternAlphabet(sets)
        let representatives = representatives(of: alphabet)
        var transitions: [UInt16] = []
        var verdicts: [SchemaPattern.Verdict] = []
        var states: [[Int]: Int] = [:]
        var queue: [[Int]] = []

        func verdict(of waiting: [Int], from: [Int], atStart: Bool, matched: Bool) -> SchemaPattern.Verdict {
            if matched { return .matches }
            if settle(from, atStart: atStart, atEnd: true).matched { return .matchesAtEnd }
            return waiting.contains { if case .set = steps[$0] { true } else { false } } ? .open : .fails
        }

        let first = settle([entry], atStart: true, atEnd: false)
        queue.append(first.waiting)
        verdicts.append(verdict(of: first.waiting, from: [entry], atStart: true, matched: first.matched))
        // The first state is entered once only: later ones no longer stand at the start of the text.
        let restart = settle([entry], atStart: false, atEnd: false).waiting
        var done = 0
        while done < queue.count {
            let current = queue[done]
            for representative in representatives {
                var reached: [Int] = []
                for step in current {
                    if case .set(let number, let next) = steps[step], sets[number].contains(representative) {
                        reached.append(next)
                    }
                }
                let from = reached + restart
                let settled = settle(from, atStart: false, atEnd: false)
                let key = settled.matched ? [] : settled.waiting
                let marked = settled.matched ? [-1] : key
                if let state = states[marked] {
                    transitions.append(UInt16(state))
                    continue
                }
                guard queue.count < Self.limit else {
                    throw PatternError(reason: "needs a table of more than \(Self.limit) states")
                }
                states[marked] = queue.count
                transitions.append(UInt16(queue.count))
                verdicts.append(
                    verdict(of: settled.waiting, from: from, atStart: false, matched: settled.matched))
                queue.append(key)
            }
            done += 1
        }
        return (alphabet, transitions, verdicts)
    }

    private func representatives(of alphabet: PatternAlphabet) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: alphabet.classCount)
        for (start, number) in zip(alphabet.starts, alphabet.classes).reversed() {
            result[Int(number)] = start
        }
        return result
    }
}
