import Events
import Merkle

/// What a ledger states, by its signature, about the events of one customer: that these are all.
///
/// That an event is in the log is shown by the tree. That no other one of this customer is cannot be: for that
/// the ledger stands with its name. The text of the note: a line that names its form, the origin, the size
/// and the root of the checkpoint, the number of events, the Merkle root over their sealed lines in the order of
/// the log, and the customer's ids as JSON strings, the one that goes on first.
struct CustomerStatement: Equatable {
    static let header = "daybook/customer-events@v1"

    let checkpoint: Checkpoint
    let count: UInt64
    let root: TreeHash
    let customers: [String]

    init(_ checkpoint: Checkpoint, lines: [[UInt8]], customers: [String]) {
        var tree = TreeBuilder()
        for line in lines { tree.append(TreeHasher.leaf(line)) }
        self.checkpoint = Checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
        count = tree.size
        root = tree.root
        self.customers = customers
    }

    var text: String {
        let ids = customers.map { JSONValue.string($0).canonicalText }
        return (["\(Self.header)\n\(checkpoint.text)\(count)", root.base64Text] + ids).map { $0 + "\n" }
            .joined()
    }

    /// The ids that a statement's text names.
    static func customers(in text: String) throws(LedgerError) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).dropFirst(6)
        var customers: [String] = []
        for line in lines {
            do {
                guard let id = try JSONValue(parsing: String(line)).stringValue else { throw notAnID(line) }
                customers.append(id)
            } catch {
                throw notAnID(line)
            }
        }
        guard !customers.isEmpty else {
            throw LedgerError(.verification, "the statement about the customer names no customer")
        }
        return customers
    }

    private static func notAnID(_ line: Substring) -> LedgerError {
        LedgerError(
            .verification, "the statement names \(line.prefix(60)) as a customer, which is no JSON string")
    }
}
