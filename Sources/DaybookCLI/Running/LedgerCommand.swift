import ArgumentParser
import Daybook
import Terminal

/// Opens the ledger that a command is about.
enum OpenLedger {
    /// For questions: any number of processes may ask at once.
    static func toRead(_ options: LedgerOptions, await position: UInt64? = nil) async throws -> Ledger {
        let ledger = try await open(options, writing: false)
        if let position { try await ledger.wait(for: position) }
        return ledger
    }

    /// For changes: one process at a time.
    static func toWrite(_ options: LedgerOptions) async throws -> Ledger {
        try await open(options, writing: true)
    }

    /// For proofs: with a signed checkpoint over its first events so many, or over all. Where there is none yet,
    /// it is opened for writing and signed.
    static func signed(_ options: LedgerOptions, upTo count: UInt64?) async throws -> Ledger {
        let isSigned = try await advising(
            "Make one: daybook init --ledger \(options.folder)", when: .notFound
        ) {
            try Ledger.isSigned(options.folder, upTo: count)
        }
        if isSigned { return try await toRead(options) }
        let ledger = try await toWrite(options)
        _ = try await ledger.checkpoint()
        return ledger
    }

    private static func open(_ options: LedgerOptions, writing: Bool) async throws -> Ledger {
        try await advising("Make one: daybook init --ledger \(options.folder)", when: .notFound) {
            try await Ledger(opening: options.folder, writing: writing)
        }
    }
}
