import Crypto
import Projection

/// The digests of the states of all views: see `Generation.digests`. States come in stretches of customers, and are
/// not needed afterwards.
struct StateDigests {
    private let models: [RegisteredReadModel]
    private var hashes: [SHA256] = []

    /// The digests of views of these customers, of whose states none has come yet.
    init(_ models: [RegisteredReadModel], of customers: [UInt32]) {
        self.models = models
        var numbers: [UInt8] = []
        numbers.reserveCapacity(customers.count * 4)
        for customer in customers {
            for shift in [0, 8, 16, 24] as [UInt32] {
                numbers.append(UInt8(truncatingIfNeeded: customer >> shift))
            }
        }
        for model in models {
            var hash = SHA256()
            hash.update(data: Array("daybook states of \(model.name), version \(model.version)\n".utf8))
            hash.update(data: numbers)
            hashes.append(hash)
        }
    }

    /// Adds the states of the next customers: one run for each view.
    mutating func add(_ runs: [any FoldRun]) {
        for (index, run) in runs.enumerated() {
            hashes[index].update(data: models[index].stateBytes(run))
        }
    }

    /// By view the digest, in hexadecimal.
    func finish() -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: zip(models, hashes).map { ($0.name, $1.finalize().hexadecimal) })
    }
}
