import Events
import Glibc
import LMDB
import Merkle

extension EventLog {
    /// Makes a ledger: `log/` with its opening event, `keys/` and an empty `views/`.
    ///
    /// Everything is made in a folder beside the target and gets its name at the end, so that there is a whole
    /// ledger or none, whenever it is interrupted.
    ///
    /// - Throws: `occupied` where there is something already, `invalid` where zone, currency, origin or policy
    ///   are none, `inputOutput`.
    public static func create(
        at folder: String, options: LedgerOptions, log: LogOptions = LogOptions()
    ) throws(LogError) {
        guard Files.names(in: folder).isEmpty else {
            throw LogError(
                .occupied,
                Files.exists(folder + "/log/data.mdb")
                    ? "there is a ledger at \(folder) already" : "\(folder) is not empty; name a new folder")
        }
        let (zone, currency) = try checked(options)
        let parts = split(folder)
        let prefix = ".\(parts.name).new."
        for name in Files.names(in: parts.parent) where name.hasPrefix(prefix) {
            // Left by a process that was killed while it made the ledger.
            if let process = Int32(name.dropFirst(prefix.count)), kill(process, 0) != 0 {
                Files.remove(parts.parent + "/" + name)
            }
        }
        let draft = "\(parts.parent)/\(prefix)\(getpid())"
        try Files.makeFolder(draft)
        do throws(LogError) {
            for part in ["/log", "/keys", "/views"] { try Files.makeFolder(draft + part) }
            let origin = options.origin ?? "daybook.local/" + KeyFiles.hex(randomBytes(8))
            let publicKey = try KeyFiles.create(folder: draft + "/keys", origin: origin)
            let facts = LedgerFacts(
                origin: origin, zone: zone, currency: currency, created: log.clock(), publicKey: publicKey)
            try LedgerKeys(folder: draft + "/keys", access: .create).close()
            try writeLog(draft + "/log", facts, policy: options.policy, schemas: log.schemas)
            for part in ["/log", "/keys", "/views", ""] { try Files.syncFolder(draft + part) }
            try Files.rename(draft, to: folder)
            try Files.syncFolder(parts.parent)
        } catch {
            Files.remove(draft)
            throw error
        }
    }

    private static func checked(_ options: LedgerOptions) throws(LogError) -> (zone: String, currency: String)
    {
        do {
            let zone = try Zone(identifier: options.zone)
            let currency = try Currency(code: options.currency)
            guard options.policy.objectValue != nil else {
                throw LogError(.invalid, "a policy is a JSON object of parameters")
            }
            return (zone.identifier, currency.code)
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.invalid, "\(error)")
        }
    }

    private static func split(_ folder: String) -> (parent: String, name: String) {
        var path = folder[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return (".", String(path)) }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        return (parent, String(path[path.index(after: slash)...]))
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    private static func writeLog(
        _ folder: String, _ facts: LedgerFacts, policy: JSONValue, schemas: SchemaRegistry
    ) throws(LogError) {
        let line = try openingLine(facts, policy: policy, schemas: schemas)
        try storing {
            let environment = try LMDBEnvironment(folder: folder, access: .create)
            let storage = try LogStorage(environment, create: true)
            let fields = try LineFields(line.span, position: 0)
            var tree = TreeBuilder()
            tree.append(TreeHasher.leaf(line))
            var block = BlockBuilder(first: 0)
            let recorded = Instant.first.microseconds
            block.append(line.span, recordedOffset: fields.recordedTime.lowerBound, recorded: recorded)
            var value: [UInt8] = []
            block.finish(into: &value, packer: BlockPacker())
            let head = HeadRecord(
                count: 1, lastRecorded: recorded, firstRecordedNow: .max, root: tree.root.bytes)
            var version: [UInt8] = []
            version.append(bigEndian: LogFormat.version)
            var transaction = try environment.beginWriting()
            try transaction.put(value.span, for: Key(0 as UInt64), in: storage.lines)
            try transaction.put(head.bytes.span, for: LogFormat.headKey, in: storage.state)
            try transaction.put(facts.json.span, for: LogFormat.ledgerKey, in: storage.state)
            try transaction.put(version.span, for: LogFormat.versionKey, in: storage.state)
            try transaction.commit()
            try environment.close()
        }
    }

    /// The first event: the first policy, dated so that it holds for every question.
    private static func openingLine(
        _ facts: LedgerFacts, policy: JSONValue, schemas: SchemaRegistry
    ) throws(LogError) -> [UInt8] {
        let beginning = "0001-01-01T00:00:00Z"
        let event: JSONValue = [
            "specversion": "1.0", "id": "opening", "source": .string(EventPreparer.ownSource),
            "type": "policy.adopted", "time": .string(beginning), "recordedtime": .string(beginning),
            "authtype": "system",
            "data": [
                "policy": policy, "made_at": .string(facts.created.description), "zone": .string(facts.zone),
                "currency": .string(facts.currency), "origin": .string(facts.origin),
            ],
        ]
        let line = event.canonicalBytes
        let reader = JSONReader()
        do {
            try reader.parse(line)
            try schemas.validate(try Envelope.read(reader, node: 0))
        } catch let problem as EventProblem {
            throw LogError(refusing: [problem])
        } catch {
            throw LogError(.invalid, "\(error)")
        }
        return line
    }
}
