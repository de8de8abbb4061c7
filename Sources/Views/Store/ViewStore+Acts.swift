import Events
import LMDB
import Projection

/// An event of the ledger itself that folds need: policies, rates, calendars.
struct ReferenceRecord: Sendable, Equatable {
    var position: UInt64
    var time: Int64
    var type: String
    /// Canonical JSON of the event's data.
    var data: String
}

extension ViewStore {
    /// All acts in the order of the log.
    func acts(_ transaction: borrowing ReadTransaction) throws -> [ActRecord] {
        var result: [ActRecord] = []
        try transaction.forEach(in: acts) { _, value in
            var reader = ByteReader([UInt8](copying: value))
            while !reader.isAtEnd {
                result.append(try ActRecord(from: &reader))
            }
            return true
        }
        return result
    }

    func putActs(_ added: [ActRecord], _ transaction: inout WriteTransaction) throws {
        guard let first = added.first else { return }
        var writer = ByteWriter()
        for act in added {
            act.write(to: &writer)
        }
        try transaction.put(writer.bytes.span, for: Key(first.position), in: acts)
    }

    /// The facts that a correction puts in place of its target's.
    func replacement(_ correction: UInt64, _ transaction: borrowing ReadTransaction) throws -> [Fact] {
        try transaction.value(for: Key(correction), in: replacements) { bytes throws(LaneDamage) in
            let slice = try FactSlice(lent: bytes)
            var facts: [Fact] = []
            for index in 0..<slice.count {
                guard slice.isSound(index) else { throw LaneDamage(what: "a correction's facts") }
                facts.append(slice.fact(index))
            }
            return facts
        } ?? []
    }

    func putReplacement(
        _ facts: [Fact], correction: UInt64, _ transaction: inout WriteTransaction
    ) throws {
        try transaction.put(records: facts.span, for: Key(correction), in: replacements)
    }

    /// The reference events, in the order of the log.
    func references(_ transaction: borrowing ReadTransaction) throws -> [ReferenceRecord] {
        var result: [ReferenceRecord] = []
        try transaction.forEach(in: references) { key, value in
            var reader = ByteReader([UInt8](copying: value))
            let time = try reader.number(Int64.self)
            let type = try reader.text()
            let data = try reader.text()
            result.append(
                ReferenceRecord(position: key.bigEndianUInt64(at: 0), time: time, type: type, data: data))
            return true
        }
        return result
    }

    func putReference(_ record: ReferenceRecord, _ transaction: inout WriteTransaction) throws {
        var writer = ByteWriter()
        writer.write(record.time)
        writer.write(record.type)
        writer.write(record.data)
        try transaction.put(writer.bytes.span, for: Key(record.position), in: references)
    }
}
