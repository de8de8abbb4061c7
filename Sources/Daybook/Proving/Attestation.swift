import Events
import Merkle

/// What a `view.attested` event says: the rows that the ledger stood by.
struct Attestation {
    static let type = "view.attested"

    let generation: Int
    /// The Merkle root over all rows.
    let root: TreeHash
    /// How many rows there are: one a customer and view.
    let rows: UInt64
    /// The events 0 ..< position were folded.
    let position: UInt64
    /// The moment at which the rows were evaluated.
    let effectiveAt: String
    /// The hash of the policy.
    let policy: String
    let versions: [String: Int]

    /// Reads the event; throws where it is another.
    init(_ event: JSONValue) throws(LedgerError) {
        guard event["type"]?.stringValue == Self.type, event["source"]?.stringValue == "daybook:",
            let data = event["data"], let generation = data["generation"]?.integerValue,
            let root = data["root"]?.stringValue.flatMap(TreeHash.init(base64:)),
            let rows = data["rows"]?.integerValue, rows >= 0,
            let position = data["position"]?.integerValue, position >= 0,
            let effectiveAt = data["effective_at"]?.stringValue, let policy = data["policy"]?.stringValue,
            let versions = data["versions"]?.objectValue
        else {
            throw LedgerError(.verification, "the event that was proved attests no rows of views")
        }
        self.generation = generation
        self.root = root
        self.rows = UInt64(rows)
        self.position = UInt64(position)
        self.effectiveAt = effectiveAt
        self.policy = policy
        self.versions = Dictionary(
            uniqueKeysWithValues: versions.compactMap { member in
                member.value.integerValue.map { (member.name, $0) }
            })
    }

    /// Whether a row is one of those that were attested.
    func holds(_ row: (leaf: [UInt8], proof: InclusionProof)) -> Bool {
        do throws(ProofError) {
            try row.proof.verify(leaf: TreeHasher.leaf(row.leaf), root: root)
            return row.proof.size == rows
        } catch {
            return false
        }
    }

    /// A row as it is hashed: canonical JSON of `{customer, row, view}`.
    static func leaf(customer: String, view: String, row: JSONValue) -> [UInt8] {
        JSONValue.object(
            JSONObject([("customer", .string(customer)), ("row", row), ("view", .string(view))])
        ).canonicalBytes
    }
}
