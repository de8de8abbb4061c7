import Projection
import Views

extension Ledger {
    /// How many customers this handle has folded for its answers, each as often as it was.
    public var foldedCustomers: Int { lane.folded.customers }

    /// Folds everybody for some views and all that they read, and makes no row of it: how many customers there
    /// are. It is the part of every question about the base that grows with the log.
    ///
    /// - Parameter scratch: a folder to be made and removed, where every fact is to be extracted from the sealed lines
    ///   again; nil to fold what is stored.
    /// - Throws: `notFound` for a view that there is not.
    public func foldEverybody(
        _ views: [String], at question: Question, extractingInto scratch: String? = nil
    ) async throws(LedgerError) -> Int {
        try asking {
            let point = try resolve(question)
            let chosen = try closure(of: views)
            guard let scratch else { return try lane.countFolded(at: point.fold, catalogue: chosen) }
            return try lane.countFolded(at: point.fold, catalogue: chosen, extractingInto: scratch)
        }
    }

    /// Folds one customer for some views and all that they read, again and again, and makes no row of it: the state
    /// of one customer, whatever the size of the log.
    ///
    /// - Returns: whether any event of the customer counts.
    /// - Throws: `notFound` for a view that there is not.
    public func foldCustomer(
        _ id: String, _ views: [String], at question: Question, times: Int
    ) async throws(LedgerError) -> Bool {
        try asking {
            let point = try resolve(question)
            let chosen = try closure(of: views)
            var counts = false
            for _ in 0..<times { counts = try lane.isFolded(id, at: point.fold, catalogue: chosen) }
            return counts
        }
    }

    private func closure(of views: [String]) throws -> [RegisteredReadModel] {
        for view in views where !catalogue.contains(where: { $0.name == view }) {
            throw LedgerError(.notFound, "there is no view \(view)")
        }
        return catalogue.closure(of: views)
    }
}
