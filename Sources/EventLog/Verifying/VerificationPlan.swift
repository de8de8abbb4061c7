public import Events
public import Merkle

/// What to look at in a verification of the log.
public struct VerificationPlan: Sendable {
    /// Whether leaves, tree, head and checkpoints are compared.
    public var log = true
    /// Whether each event is read, validated, and looked for in the indexes.
    public var values = true
    /// Checkpoints that were kept outside, signed by keys that are believed in.
    public var outside: [Checkpoint] = []
    /// The keys by which those were believed.
    public var outsideKeys: [NoteVerifierKey] = []
    /// Where an interrupted run stood; nil to begin at the beginning.
    public var resumed: VerificationState?
    /// How many units are read side by side.
    public var workers = 2

    /// A whole verification.
    public init() {}
}

/// How far a verification came. What lies before it is not looked at again, but what was computed from it is
/// compared with the rest.
public struct VerificationState: Sendable, Equatable {
    /// The log's origin.
    let origin: String
    /// Whether the tree was looked at, and whether the values were.
    let parts: [Bool]
    /// The events 0 ..< this were looked at: a whole number of stretches.
    public let next: UInt64
    /// The recorded time of the last of them.
    let lastRecorded: Int64
    /// The tree over the tiles of leaves: the partial tile of each level.
    let tiles: [[TreeHash]]
    /// The events below this position are in sorted runs.
    let covered: UInt64
    let sums: IndexSums

    /// Whether a run with this plan can go on from here.
    public func fits(_ plan: VerificationPlan, origin: String) -> Bool {
        self.origin == origin && parts == [plan.log, plan.values]
    }

    init(
        origin: String, parts: [Bool], next: UInt64, lastRecorded: Int64, tiles: [[TreeHash]],
        covered: UInt64,
        sums: IndexSums
    ) {
        self.origin = origin
        self.parts = parts
        self.next = next
        self.lastRecorded = lastRecorded
        self.tiles = tiles
        self.covered = covered
        self.sums = sums
    }

    /// The state as JSON, to be kept in a file. Numbers of 64 bits are texts: JSON's are doubles.
    public var json: JSONValue {
        [
            "format": "daybook/verification@v1", "origin": .string(origin),
            "log": .bool(parts[0]), "values": .bool(parts[1]), "next": .string(String(next)),
            "last_recorded": .string(String(lastRecorded)), "covered": .string(String(covered)),
            "tiles": .array(tiles.map { .array($0.map { .string($0.base64Text) }) }),
            "seed": .string(String(sums.seed)), "sums": .array(sums.sums.map { .string(String($0)) }),
            "counts": .array(sums.counts.map { .string(String($0)) }),
        ]
    }

    /// Reads what `json` wrote; nil where it is something else.
    public init?(_ json: JSONValue) {
        func number<Number: LosslessStringConvertible>(_ value: JSONValue?) -> Number? {
            value?.stringValue.flatMap { Number($0) }
        }
        guard json["format"] == "daybook/verification@v1", let origin = json["origin"]?.stringValue,
            let log = json["log"]?.boolValue, let values = json["values"]?.boolValue,
            let next: UInt64 = number(json["next"]), next % LogVerifier.stretchCount == 0,
            let lastRecorded: Int64 = number(json["last_recorded"]),
            let covered: UInt64 = number(json["covered"]), let seed: UInt64 = number(json["seed"]),
            let levels = json["tiles"]?.arrayValue
        else { return nil }
        let tiles = levels.map { level in
            (level.arrayValue ?? []).compactMap { $0.stringValue.flatMap(TreeHash.init(base64:)) }
        }
        let sums: [UInt64] = (json["sums"]?.arrayValue ?? []).compactMap { number($0) }
        let counts: [UInt64] = (json["counts"]?.arrayValue ?? []).compactMap { number($0) }
        guard sums.count == IndexKind.allCases.count, counts.count == sums.count else { return nil }
        self.init(
            origin: origin, parts: [log, values], next: next, lastRecorded: lastRecorded, tiles: tiles,
            covered: covered, sums: IndexSums(seed: seed, sums: sums, counts: counts))
    }
}
