import Crypto
import Projection

/// The digest of all states of a view: see `Generation.digests`.
enum StateDigest {
    /// The digest of a view's states in a base that holds its run.
    static func digest(of model: RegisteredReadModel, _ base: Base) throws -> String {
        guard let run = base.run(named: model.name) else {
            throw LaneDamage(what: "a base without the view \(model.name)")
        }
        return digest(of: model, base.customers, run: run)
    }

    static func digest(
        of model: RegisteredReadModel, _ customers: [UInt32], run: any FoldRun
    ) -> String {
        var hash = SHA256()
        hash.update(data: Array("daybook states of \(model.name), version \(model.version)\n".utf8))
        var numbers: [UInt8] = []
        numbers.reserveCapacity(customers.count * 4)
        for customer in customers {
            for shift in [0, 8, 16, 24] as [UInt32] {
                numbers.append(UInt8(truncatingIfNeeded: customer >> shift))
            }
        }
        hash.update(data: numbers)
        hash.update(data: model.stateBytes(run))
        return hash.finalize().hexadecimal
    }
}
