import ArgumentParser
import Daybook
import Events
import Terminal

/// Opens the ledger that a command is about.
enum OpenLedger {
    /// For questions: any number of processes may ask at once.
    static func toRead(_ options: LedgerOptions, await position: UInt64? = nil) async throws -> Ledger {
        let ledger = try await open(options, writing: false)
        if let position { try await ledger.wait(for: position) }
        return ledger
    }

    /// For questions whose answers show personal data. Where the policy asks for it, the read is written down
    /// first; a read that cannot be written down does not take place.
    ///
    /// - Parameters:
    ///   - reader: who is looking; nil for the user.
    ///   - what: what is read, without anything personal.
    ///   - read: whose data that shows.
    static func toLook(
        _ options: LedgerOptions, as reader: String?, at what: String, await position: UInt64? = nil,
        _ read: (Ledger) async throws -> PersonalRead
    ) async throws -> (ledger: Ledger, known: UInt64?) {
        let needed = try await reading(options, await: position, read)
        switch needed {
        case .nothing(let ledger): return (ledger, nil)
        case .record(let read):
            try Ledger.recordAccess(read, what: what, by: ActorName.name(reader), inLedgerAt: options.folder)
            return (try await toRead(options), read.known)
        }
    }

    /// Answers a question whose answer may show personal data, which is known when it is made. Where the policy asks
    /// for it, the read is written down before the answer is given; else it is not given.
    ///
    /// - Parameters:
    ///   - reader: who is looking; nil for the user.
    ///   - what: what is read, without anything personal.
    ///   - answer: makes the answer. It must not keep the ledger.
    static func answering<Answer>(
        _ options: LedgerOptions, as reader: String?, at what: String, await position: UInt64? = nil,
        _ answer: (Ledger) async throws -> Answer
    ) async throws -> (answer: Answer, zone: Zone) {
        let made = try await made(options, await: position, answer)
        if let read = made.read {
            try Ledger.recordAccess(read, what: what, by: ActorName.name(reader), inLedgerAt: options.folder)
        }
        return (made.answer, made.zone)
    }

    /// The ledger is given up here, so that it can be opened for writing.
    private static func made<Answer>(
        _ options: LedgerOptions, await position: UInt64?, _ answer: (Ledger) async throws -> Answer
    ) async throws -> (answer: Answer, zone: Zone, read: PersonalRead?) {
        let ledger = try await toRead(options, await: position)
        guard try ledger.recordsAccess() else { return (try await answer(ledger), ledger.zone, nil) }
        ledger.watchReads()
        let made = try await answer(ledger)
        let read = try ledger.personalShown()
        if !read.isEmpty { try ledger.close() }
        return (made, ledger.zone, read.isEmpty ? nil : read)
    }

    private enum Needed {
        case nothing(Ledger)
        case record(PersonalRead)
    }

    /// A ledger that is to be written is given up here: one process has it open once.
    private static func reading(
        _ options: LedgerOptions, await position: UInt64?, _ read: (Ledger) async throws -> PersonalRead
    ) async throws -> Needed {
        let ledger = try await toRead(options, await: position)
        guard try ledger.recordsAccess() else { return .nothing(ledger) }
        let read = try await read(ledger)
        if read.isEmpty { return .nothing(ledger) }
        try ledger.close()
        return .record(read)
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
