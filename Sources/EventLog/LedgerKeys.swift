import Crypto
public import Events
import FoundationEssentials
import Glibc
import LMDB
import Synchronization

/// The keys under which personal values are sealed: one a customer, each wrapped by a key that the operator
/// holds. Whoever destroys a customer's key erases what was sealed under it.
///
/// `keys/`, an LMDB environment: `keys` maps the number of a key (8 bytes) to its record, `customers` a
/// customer's id to the number of the key that is in use. Beside it lie `wrapping.key` and `signing.key`.
public final class LedgerKeys: Sendable {
    /// The variable of the environment that names another file for the wrapping key.
    public static let wrappingKeyVariable = "DAYBOOK_WRAPPING_KEY"

    struct DataKey: Sendable {
        let number: UInt64
        let key: SymmetricKey
    }

    private struct State {
        var bySubject: [String: DataKey] = [:]
        var byNumber: [UInt64: DataKey] = [:]
        var pending: [(subject: String, key: DataKey)] = []
    }

    /// How many keys are kept in memory before they are read again.
    private static let cacheCount = 200_000

    private let environment: LMDBEnvironment
    private let keys: Database
    private let customers: Database
    private let wrapping: SymmetricKey
    private let state = Mutex(State())

    /// Opens the keys of a ledger.
    init(folder: String, access: LMDBEnvironment.Access) throws(LogError) {
        do {
            wrapping = try KeyFiles.readWrappingKey(folder: folder)
            environment = try LMDBEnvironment(folder: folder, access: access, mapByteCount: 1 << 36)
            keys = try environment.database("keys", create: access == .create)
            customers = try environment.database("customers", create: access == .create)
            if access == .create {
                try Self.storeCheck(of: wrapping, in: keys, of: environment)
            } else {
                try Self.check(wrapping, against: keys, of: environment)
            }
        } catch {
            throw LogError.wrapping(error)
        }
    }

    func close() throws(LogError) {
        try storing { try environment.close() }
    }

    /// Opens the keys again after a failed write. What was not yet durable stays to be written.
    func reopen() throws(LMDBError) { try environment.reopen() }

    /// Whether a customer's key is gone for ever.
    func isDestroyed(_ number: UInt64) throws(LogError) -> Bool {
        try storing { try key(number: number) == nil }
    }

    // MARK: The wrapping key

    /// Under number 0, which no key has, lies a text sealed by the wrapping key: another key is noticed before
    /// anything is sealed that could then not be opened.
    private static let checkText = Array("daybook wrapping key v1".utf8)

    private static func storeCheck(
        of wrapping: SymmetricKey, in keys: Database, of environment: LMDBEnvironment
    ) throws {
        let box = try AES.GCM.seal(checkText, using: wrapping, authenticating: context(0))
        guard let combined = box.combined else { throw LogError(.keys, "the wrapping key could not be used") }
        let record = Array(combined)
        try environment.write { transaction in
            try transaction.put(record.span, for: Key(UInt64(0)), in: keys)
        }
    }

    private static func check(
        _ wrapping: SymmetricKey, against keys: Database, of environment: LMDBEnvironment
    ) throws {
        let record = try environment.read { transaction in try transaction.copy(of: Key(UInt64(0)), in: keys)
        }
        guard let record, let box = try? AES.GCM.SealedBox(combined: record),
            let text = try? AES.GCM.open(box, using: wrapping, authenticating: context(0)),
            Array(text) == checkText
        else { throw foreignWrappingKey }
    }

    private static let foreignWrappingKey = LogError(
        .keys,
        "the wrapping key does not open the customers' keys: it belongs to another ledger, or was replaced. "
            + "\(wrappingKeyVariable) can name the right file")

    // MARK: Sealing

    /// The key of a customer, made if there is none yet. A new one is in memory only until `flush`.
    func key(of subject: String) throws(LogError) -> DataKey {
        try storing {
            try state.withLock { state in
                if let known = state.bySubject[subject] { return known }
                let stored = try storedKey(of: subject)
                let key =
                    stored
                    ?? DataKey(number: UInt64.random(in: 1...UInt64.max), key: SymmetricKey(size: .bits256))
                if stored == nil { state.pending.append((subject, key)) }
                if state.bySubject.count >= Self.cacheCount, state.pending.isEmpty {
                    state.bySubject.removeAll(keepingCapacity: true)
                    state.byNumber.removeAll(keepingCapacity: true)
                }
                state.bySubject[subject] = key
                state.byNumber[key.number] = key
                return key
            }
        }
    }

    /// Makes all new keys durable. To be called before lines that need them are written.
    func flush() throws(LogError) {
        let pending = state.withLock { $0.pending }
        guard !pending.isEmpty else { return }
        try storing {
            try environment.write { transaction in
                for (subject, key) in pending {
                    // A commit that failed may have reached the disk all the same.
                    if try transaction.reading.contains(Key(key.number), in: keys) { continue }
                    let record = try wrapped(key, of: subject)
                    try transaction.put(record.span, for: Key(key.number), in: keys, .noOverwrite)
                    var number: [UInt8] = []
                    number.append(bigEndian: key.number)
                    try transaction.put(number.span, for: Self.name(of: subject).span, in: customers)
                }
            }
        }
        state.withLock { $0.pending.removeFirst(pending.count) }
    }

    /// A value sealed for storing: `{"$sealed":"v1.<key id>.<base64url of nonce, ciphertext and tag>"}`.
    func seal(
        _ canonicalValue: [UInt8], under key: DataKey, source: String, id: String, pointer: String
    ) throws(LogError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                canonicalValue, using: key.key, authenticating: SealedValue.context(source, id, pointer))
            guard let combined = box.combined else {
                throw LogError(.keys, "a value could not be sealed")
            }
            return SealedValue(keyNumber: key.number, box: Array(combined)).canonicalBytes
        } catch {
            throw LogError(.keys, "a value could not be sealed: \(error)")
        }
    }

    /// The code that tells, without the plain values, whether an event is the one that was sealed before.
    static func contentCode(_ content: [UInt8], under key: DataKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: content, using: key.key))
    }

    // MARK: Unsealing

    /// What was sealed, or nil where the customer's key was destroyed.
    ///
    /// - Parameters:
    ///   - sealed: the value as stored, the object with `$sealed`.
    ///   - source, id: of the event that holds it.
    ///   - pointer: the JSON Pointer of the value in that event, such as `/data/name`.
    /// - Throws: `keys` where it is no sealed value, or not the one of this event and place.
    public func unseal(_ sealed: JSONValue, source: String, id: String, pointer: String) throws(LogError)
        -> JSONValue?
    {
        guard let value = SealedValue(sealed) else {
            throw LogError(.keys, "the value at \(pointer) of \(source) \(id) is not sealed in a known way")
        }
        let key: DataKey? = try storing { try self.key(number: value.keyNumber) }
        guard let key else { return nil }
        do {
            let box = try AES.GCM.SealedBox(combined: value.box)
            let plain = try AES.GCM.open(
                box, using: key.key, authenticating: SealedValue.context(source, id, pointer))
            return try JSONValue(parsing: Array(plain).span)
        } catch {
            throw LogError(
                .keys,
                "the value at \(pointer) of \(source) \(id) was not sealed for this place, or was changed since"
            )
        }
    }

    private func key(number: UInt64) throws -> DataKey? {
        if let known = state.withLock({ $0.byNumber[number] }) { return known }
        let stored = try environment.read { transaction in
            try transaction.copy(of: Key(number), in: keys)
        }
        guard let stored, let key = try unwrapped(stored, number: number) else { return nil }
        state.withLock { $0.byNumber[number] = key }
        return key
    }

    private func storedKey(of subject: String) throws -> DataKey? {
        try environment.read { transaction in
            let number = try transaction.value(for: Self.name(of: subject).span, in: customers) { bytes in
                bytes.bigEndianUInt64(at: 0)
            }
            guard let number, let record = try transaction.copy(of: Key(number), in: keys) else { return nil }
            return try unwrapped(record, number: number)
        }
    }

    // MARK: Records

    /// A record: version 1, state (0 in use, 1 destroyed), length of the customer's id (2 bytes), the id, and the
    /// key wrapped by AES-256-GCM: nonce, ciphertext, tag.
    private func wrapped(_ key: DataKey, of subject: String) throws -> [UInt8] {
        let name = Array(subject.utf8)
        var record: [UInt8] = [1, 0]
        record.append(bigEndian: UInt16(clamping: name.count))
        record.append(contentsOf: name)
        let box = try AES.GCM.seal(key.key.bytes, using: wrapping, authenticating: Self.context(key.number))
        if let combined = box.combined { record.append(contentsOf: combined) }
        return record
    }

    private func unwrapped(_ record: [UInt8], number: UInt64) throws -> DataKey? {
        guard record.count >= 4, record[0] == 1 else {
            throw LogError(.keys, "a customer's key was stored by a newer version of Daybook")
        }
        guard record[1] == 0 else { return nil }
        let nameByteCount = Int(record[2]) << 8 | Int(record[3])
        do {
            let box = try AES.GCM.SealedBox(combined: record.dropFirst(4 + nameByteCount))
            let plain = try AES.GCM.open(box, using: wrapping, authenticating: Self.context(number))
            return DataKey(number: number, key: SymmetricKey(data: plain))
        } catch {
            throw Self.foreignWrappingKey
        }
    }

    private static func context(_ number: UInt64) -> [UInt8] {
        var bytes = Array("daybook data key v1 ".utf8)
        bytes.append(bigEndian: number)
        return bytes
    }

    /// A customer's id as a key of LMDB, which takes 511 bytes: long ones by their hash.
    private static func name(of subject: String) -> [UInt8] {
        let bytes = Array(subject.utf8)
        return bytes.count <= 400 ? bytes : [0] + SHA256.hash(data: bytes)
    }
}
