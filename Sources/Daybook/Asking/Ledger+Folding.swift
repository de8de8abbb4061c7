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
            for view in views where !catalogue.contains(where: { $0.name == view }) {
                throw LedgerError(.notFound, "there is no view \(view)")
            }
            let point = try resolve(question)
            let chosen = catalogue.closure(of: views)
            guard let scratch else { return try lane.countFolded(at: point.fold, catalogue: chosen) }
            return try lane.countFolded(at: point.fold, catalogue: chosen, extractingInto: scratch)
        }
    }
}
