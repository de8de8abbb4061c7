import Crypto
import Projection

/// The digest of all states of a view: see `Generation.digests`.
enum StateDigest {
    static func digest(
        of model: RegisteredReadModel, _ outcome: PointFold.Outcome, run: any FoldRun
    ) -> String {
        var hash = SHA256()
        hash.update(data: Array("daybook states of \(model.name), version \(model.version)\n".utf8))
        var numbers: [UInt8] = []
        numbers.reserveCapacity(outcome.customers.count * 4)
        for customer in outcome.customers {
            for shift in [0, 8, 16, 24] as [UInt32] {
                numbers.append(UInt8(truncatingIfNeeded: customer >> shift))
            }
        }
        hash.update(data: numbers)
        hash.update(data: model.stateBytes(run))
        return hash.finalize().hexadecimal
    }
}
