import Events
import LMDB
import Merkle

/// Compares a log whose tree was found to be sound with the checkpoints that were signed for it.
struct CheckpointComparison {
    let storage: LogStorage
    let plan: VerificationPlan
    let origin: String

    /// What is wrong, and how many checkpoints there were.
    func run() throws -> (findings: [LogFinding], count: Int) {
        let snapshot = try LogSnapshot(storage)
        let eras = try storage.signingEras(in: snapshot.transaction)
        let own = try storage.checkpoints(in: snapshot.transaction)
        var findings = try keyFindings(eras, own, snapshot)
        var sound: UInt64 = 0
        for signed in own {
            let checkpoint = signed.checkpoint
            guard checkpoint.origin == origin, eras.contains(where: { signed.isSigned(by: $0.key) }) else {
                findings.append(
                    LogFinding(
                        .signature, at: nil,
                        "the checkpoint over \(checkpoint.size) events that the log holds was not signed by its keys"
                    ))
                continue
            }
            if let finding = try finding(checkpoint, "that the ledger signed", sound: sound, snapshot) {
                findings.append(finding)
                break
            }
            sound = max(sound, checkpoint.size)
        }
        for checkpoint in plan.outside.sorted(by: { $0.size < $1.size }) {
            if let finding = try finding(checkpoint, "that was kept outside", sound: 0, snapshot) {
                findings.append(finding)
            }
        }
        return (findings, own.count + plan.outside.count)
    }

    private func keyFindings(
        _ eras: [SigningEra], _ own: [SignedCheckpoint], _ snapshot: LogSnapshot
    ) throws -> [LogFinding] {
        var findings: [LogFinding] = []
        for key in plan.outsideKeys where !eras.contains(where: { $0.key == key }) {
            findings.append(
                LogFinding(
                    .signature, at: nil,
                    "the key \(key.hexID) that was given is none of the ledger's: its keys were swapped, or it is "
                        + "another ledger"))
        }
        let facts = try storage.facts(in: snapshot.transaction)
        if eras.first?.key.text != facts.publicKey {
            findings.append(
                LogFinding(
                    .signature, at: nil, "the first of the ledger's keys is not the one that it was made with"
                ))
        }
        if let finding = try Self.openingFinding(facts, snapshot) { findings.append(finding) }
        for (earlier, later) in zip(eras, eras.dropFirst()) {
            let change = own.first { $0.checkpoint.size == later.from }
            guard let change, change.isSigned(by: earlier.key), change.isSigned(by: later.key) else {
                findings.append(
                    LogFinding(
                        .signature, at: later.from,
                        "no checkpoint over \(later.from) events is signed by the key \(later.key.hexID) and the one "
                            + "before it"))
                continue
            }
        }
        return findings
    }

    /// The opening event says, under the root, what was fixed when the ledger was made.
    private static func openingFinding(_ facts: LedgerFacts, _ snapshot: LogSnapshot) throws -> LogFinding? {
        let data = try snapshot.storage.withLine(at: 0, in: snapshot.transaction) { line, _ in
            try JSONValue(parsing: line)["data"]
        }
        let stated = ["origin", "zone", "currency"].map { data?[$0]?.stringValue }
        guard stated != [facts.origin, facts.zone, facts.currency] else { return nil }
        return LogFinding(
            .changed, at: 0,
            "the ledger's origin, zone or currency are not those that its opening event states")
    }

    private func finding(
        _ checkpoint: Checkpoint, _ which: String, sound: UInt64, _ snapshot: LogSnapshot
    ) throws -> LogFinding? {
        guard checkpoint.origin == origin else {
            return LogFinding(
                .signature, at: nil,
                "the checkpoint \(which) is of \(checkpoint.origin), this ledger is \(origin)")
        }
        guard checkpoint.size <= snapshot.head.count else {
            return LogFinding(
                .rolledBack, at: snapshot.head.count,
                "the log holds \(snapshot.head.count) events; the checkpoint \(which) states \(checkpoint.size): it was "
                    + "rolled back, or its tail was cut")
        }
        let source = StoredTiles(snapshot: snapshot, size: snapshot.head.count)
        guard try TileTree(size: checkpoint.size, source: source).root() != checkpoint.root else {
            return nil
        }
        return LogFinding(
            .forked, at: sound == 0 ? nil : sound,
            "the first \(checkpoint.size) events are not those of the checkpoint \(which): the past was changed and "
                + "all of the tree computed again, or this is another branch of the ledger; "
                + (sound == 0
                    ? "where it begins cannot be told from the log alone"
                    : "the first \(sound) are as they were signed"))
    }
}
