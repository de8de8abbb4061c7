import Events
import Projection
import Testing

@Suite("What stands at a position")
struct AmendmentsTests {
    /// The definitions of DOMAIN.md section 2, word for word and without any cleverness.
    struct NaiveResolver {
        let acts: [Act]
        let count: UInt64

        func target(_ act: Act) -> UInt64? {
            switch act.content {
            case .void(let key), .correction(let key): UInt64(key.id)
            case .merge, .split, .reference: nil
            }
        }

        func isWithdrawn(_ position: UInt64) -> Bool {
            acts.contains { act in
                guard case .void = act.content else { return false }
                return target(act) == position && act.position < count && act.position > position
                    && !isWithdrawn(act.position)
            }
        }

        func correction(of position: UInt64) -> UInt64? {
            guard !isWithdrawn(position) else { return nil }
            return acts.filter { act in
                guard case .correction = act.content else { return false }
                return target(act) == position && act.position < count && act.position > position
                    && !isWithdrawn(act.position)
            }.map(\.position).max()
        }
    }

    private static func key(_ position: UInt64) -> EventKey { EventKey(source: "s", id: String(position)) }

    private static func randomActs(_ generator: inout SeededGenerator) -> [Act] {
        (0..<UInt64.random(in: 1...60, using: &generator)).compactMap { position in
            let target = UInt64.random(in: 0...position, using: &generator)
            let customers = (
                UInt32.random(in: 0..<6, using: &generator), UInt32.random(in: 0..<6, using: &generator)
            )
            let content: Act.Content
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<3: content = .void(key(target))
            case 3..<5: content = .correction(key(target))
            case 5..<7: content = .merge(ended: customers.0, into: customers.1)
            case 7: content = .split(freed: customers.0, from: customers.1)
            default: return nil
            }
            return Act(position: position, time: 0, content: content)
        }
    }

    @Test(arguments: 0..<40)
    func randomActsStandAsTheDefinitionsSay(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let acts = Self.randomActs(&generator)
        let amendments = Amendments(acts: acts) { UInt64($0.id) }
        for count in UInt64(0)...61 {
            let standing = amendments.standing(known: count)
            let naive = NaiveResolver(acts: acts, count: count)
            let wrong = (UInt64(0)..<61).filter { position in
                standing.withdrawn.contains(position) != naive.isWithdrawn(position)
                    || standing.corrections[position] != naive.correction(of: position)
            }
            #expect(wrong.isEmpty, "seed \(seed), \(count) known")
            let edges = acts.filter { $0.position < count && !naive.isWithdrawn($0.position) }
            #expect(standing.identity == Identity(standing: edges), "seed \(seed), \(count) known")
        }
    }

    @Test func anUnknownTargetChangesNothing() {
        let acts = [Act(position: 3, time: 0, content: .void(Self.key(99)))]
        #expect(Amendments(acts: acts) { _ in nil }.standing(known: 10).changesNothing)
    }

    @Test func referenceDataCannotBeWithdrawn() {
        let acts = [
            Act(position: 0, time: 0, content: .reference(type: "policy.adopted", data: .null)),
            Act(position: 1, time: 0, content: .void(Self.key(0))),
        ]
        let standing = Amendments(acts: acts) { UInt64($0.id) }.standing(known: 2)
        #expect(standing.withdrawn.isEmpty)
        #expect(standing.references.map(\.position) == [0])
    }
}

@Suite("Who goes on for whom")
struct IdentityTests {
    private func identity(_ contents: Act.Content...) -> Identity {
        Identity(
            standing: contents.enumerated().map {
                Act(position: UInt64($0.offset), time: 0, content: $0.element)
            })
    }

    @Test func chainsResolveToTheirEnd() {
        let identity = identity(
            .merge(ended: 3, into: 2), .merge(ended: 2, into: 7), .merge(ended: 9, into: 3))
        #expect(identity.root(of: 9) == 7)
        #expect(identity.root(of: 3) == 7)
        #expect(identity.root(of: 5) == 5)
        #expect(identity.members(of: 7) == [2, 3, 7, 9])
        #expect(identity.members(of: 5) == [5])
        #expect(identity.mergedRoots == [7])
    }

    @Test func aSplitSetsFreeWhatCameWithTheId() {
        let identity = identity(
            .merge(ended: 1, into: 2), .merge(ended: 2, into: 3), .split(freed: 2, from: 3))
        #expect(identity.root(of: 1) == 2)
        #expect(identity.members(of: 3) == [3])
    }

    @Test func aSplitFromAnotherIdDoesNothing() {
        #expect(identity(.merge(ended: 1, into: 2), .split(freed: 1, from: 3)).root(of: 1) == 2)
    }

    @Test func cyclesAreNeverClosed() {
        let identity = identity(
            .merge(ended: 1, into: 2), .merge(ended: 2, into: 1), .merge(ended: 2, into: 2))
        #expect(identity.edges == [1: 2])
    }

    @Test(arguments: 0..<200)
    func rootsOfRandomMergesAreEnds(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let acts = (0..<UInt64(40)).map { position in
            let pair = (
                UInt32.random(in: 0..<12, using: &generator), UInt32.random(in: 0..<12, using: &generator)
            )
            return Act(
                position: position, time: 0,
                content: Bool.random(using: &generator)
                    ? .merge(ended: pair.0, into: pair.1) : .split(freed: pair.0, from: pair.1))
        }
        let identity = Identity(standing: acts)
        var counted = 0
        for customer in UInt32(0)..<12 {
            let root = identity.root(of: customer)
            #expect(identity.root(of: root) == root, "seed \(seed)")
            #expect(identity.edges[root] == nil, "seed \(seed)")
            #expect(identity.members(of: root).contains(customer), "seed \(seed)")
            if root == customer { counted += identity.members(of: root).count }
        }
        #expect(counted == 12, "seed \(seed)")
    }
}
