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
    /// How many events are read in one transaction: whole tiles of leaves. Blocks at its borders are unpacked for
    /// both units.
    var unitCount: UInt64 = 8_192
    /// After how many events a run can be taken up again: whole units.
    var stretchCount: UInt64 = 4 << 16

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
    /// The events 0 ..< this were looked at: whole tiles of leaves.
    public let next: UInt64
    /// The recorded time of the last of them.
    let lastRecorded: Int64
    /// The tree over the tiles of leaves: the partial tile of each level.
    let tiles: [[TreeHash]]
    /// Up to where the indexes covered the events when it began.
    let coverage: IndexCoverage
    let sums: IndexSums

    /// Whether a run with this plan can go on from here.
    public func fits(_ plan: VerificationPlan, origin: String) -> Bool {
        self.origin == origin && parts == [plan.log, plan.values]
    }

    init(
        origin: String, parts: [Bool], next: UInt64, lastRecorded: Int64, tiles: [[TreeHash]],
        coverage: IndexCoverage, sums: IndexSums
    ) {
        self.origin = origin
        self.parts = parts
        self.next = next
        self.lastRecorded = lastRecorded
        self.tiles = tiles
        self.coverage = coverage
        self.sums = sums
    }

    private static let format: JSONValue = "daybook/verification@v2"

    /// The state as JSON, to be kept in a file. Numbers of 64 bits are texts: JSON's are doubles.
    public var json: JSONValue {
        func texts<Number: LosslessStringConvertible>(_ number: (IndexKind) -> Number) -> JSONValue {
            .array(IndexKind.allCases.map { .string(String(number($0))) })
        }
        return [
            "format": Self.format, "origin": .string(origin),
            "log": .bool(parts[0]), "values": .bool(parts[1]), "next": .string(String(next)),
            "last_recorded": .string(String(lastRecorded)), "covered": texts { coverage[$0] },
            "columns": .string(String(coverage.columns)),
            "tiles": .array(tiles.map { .array($0.map { .string($0.base64Text) }) }),
            "seed": .string(String(sums.seed)), "sums": texts { sums[$0].sum },
            "counts": texts { sums[$0].count },
        ]
    }

    /// Reads what `json` wrote; nil where it is something else.
    public init?(_ json: JSONValue) {
        func number<Number: LosslessStringConvertible>(_ value: JSONValue?) -> Number? {
            value?.stringValue.flatMap { Number($0) }
        }
        func numbers(_ name: String) -> [UInt64]? {
            let numbers: [UInt64] = (json[name]?.arrayValue ?? []).compactMap { number($0) }
            return numbers.count == IndexKind.allCases.count ? numbers : nil
        }
        guard json["format"] == Self.format, let origin = json["origin"]?.stringValue,
            let log = json["log"]?.boolValue, let values = json["values"]?.boolValue,
            let next: UInt64 = number(json["next"]), next % UInt64(TileAddress.fullWidth) == 0,
            let lastRecorded: Int64 = number(json["last_recorded"]),
            let columns: UInt64 = number(json["columns"]), let seed: UInt64 = number(json["seed"]),
            let levels = json["tiles"]?.arrayValue, let covered = numbers("covered"),
            let found = numbers("sums"), let counts = numbers("counts")
        else { return nil }
        let tiles = levels.map { level in
            (level.arrayValue ?? []).compactMap { $0.stringValue.flatMap(TreeHash.init(base64:)) }
        }
        var coverage = IndexCoverage()
        coverage.columns = columns
        var sums = IndexSums(seed: seed)
        for (number, kind) in IndexKind.allCases.enumerated() {
            coverage[kind] = covered[number]
            sums[kind] = IndexSums.Sum(sum: found[number], count: counts[number])
        }
        self.init(
            origin: origin, parts: [log, values], next: next, lastRecorded: lastRecorded, tiles: tiles,
            coverage: coverage, sums: sums)
    }
}
