import Events

extension EventLog {
    /// Compares everything that is stored with everything else: lines, tree, head, checkpoints, keys, values,
    /// indexes. Others may append meanwhile; what the log held when it began is looked at.
    ///
    /// - Parameters:
    ///   - progress: called with the events done and their number; false stops, with what was found so far.
    ///   - save: called from time to time with a state to go on from.
    /// - Throws: what keeps it from looking. What is wrong with the log is not thrown but found.
    public func verify(
        _ plan: VerificationPlan, progress: (UInt64, UInt64) -> Bool = { _, _ in true },
        save: (VerificationState) throws -> Void = { _ in }
    ) throws(LogError) -> LogVerification {
        try storing {
            let schemas = try registeredSchemas()
            var verifier = try LogVerifier(storage, plan: plan, schemas: schemas, origin: facts.origin)
            return try verifier.run(progress: progress, save: save)
        }
    }
}
