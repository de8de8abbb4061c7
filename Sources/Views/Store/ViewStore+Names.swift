import Events
import LMDB

/// The numbers of customers and codes, in the order in which the log first names them.
extension ViewStore {
    /// The number of a customer; nil where the log has not named it.
    func ordinal(
        of name: Span<UInt8>, hash: UInt64, _ transaction: borrowing ReadTransaction
    ) throws -> UInt32? {
        let candidates = try transaction.value(for: Key(hash), in: ids) { bytes in
            stride(from: 0, to: bytes.count - 3, by: 4).map { bytes.bigEndianUInt32(at: $0) }
        }
        for candidate in candidates ?? [] {
            // A hash is no proof: the name is.
            let found = try withName(of: candidate, transaction) { stored in
                guard stored.count == name.count else { return false }
                for index in stored.indices where stored[index] != name[index] {
                    return false
                }
                return true
            }
            guard let found else { throw LaneDamage(what: "a customer without a name") }
            if found { return candidate }
        }
        return nil
    }

    /// How many customers have a number whose stable hash begins with the 48 bits of this one.
    func holders(ofPrefix hash: UInt64, _ transaction: borrowing ReadTransaction) throws -> Int {
        let prefix = hash & ~0xFFFF
        return try transaction.withCursor(in: ids) { cursor in
            var count = 0
            var isThere = try cursor.seek(atLeast: Key(prefix))
            while isThere, cursor.withKey({ $0.bigEndianUInt64(at: 0) & ~0xFFFF == prefix }) {
                count += cursor.withValue { $0.count / 4 }
                isThere = try cursor.next()
            }
            return count
        }
    }

    /// Lends the name of a customer; nil where there is none of this number.
    func withName<R>(
        of ordinal: UInt32, _ transaction: borrowing ReadTransaction, _ body: (Span<UInt8>) throws -> R
    ) throws -> R? {
        let place = ordinal % Self.namesPerBlock
        return try transaction.value(for: Key(ordinal / Self.namesPerBlock), in: names) { block -> R? in
            var offset = 0
            var index: UInt32 = 0
            while offset + 2 <= block.count {
                let count = Int(block[offset]) << 8 | Int(block[offset + 1])
                offset += 2
                guard offset + count <= block.count else { throw LaneDamage(what: "a block of names") }
                if index == place { return try body(block.extracting(offset..<(offset + count))) }
                offset += count
                index += 1
            }
            return nil
        } ?? nil
    }

    /// The names of customers in ascending order of their numbers; each block is read once.
    func names(of ordinals: [UInt32], _ transaction: borrowing ReadTransaction) throws -> [String] {
        var result: [String] = []
        result.reserveCapacity(ordinals.count)
        var index = 0
        while index < ordinals.count {
            let block = ordinals[index] / Self.namesPerBlock
            let found = try transaction.value(for: Key(block), in: names) { bytes in
                var offset = 0
                var ordinal = block * Self.namesPerBlock
                while offset + 2 <= bytes.count, index < ordinals.count {
                    let count = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
                    offset += 2
                    guard offset + count <= bytes.count else { throw LaneDamage(what: "a block of names") }
                    if ordinals[index] == ordinal {
                        let name = bytes.extracting(offset..<(offset + count))
                        result.append(String(decoding: [UInt8](copying: name), as: UTF8.self))
                        index += 1
                    }
                    offset += count
                    ordinal += 1
                }
                return index == ordinals.count || ordinals[index] / Self.namesPerBlock != block
            }
            guard found == true else { throw LaneDamage(what: "a customer without a name") }
        }
        return result
    }

    /// Adds customers behind those that have a number.
    func putNames(_ added: [[UInt8]], state: inout StoreState, _ transaction: inout WriteTransaction) throws {
        guard !added.isEmpty else { return }
        var block = state.customerCount / Self.namesPerBlock
        var bytes = try transaction.reading.copy(of: Key(block), in: names) ?? []
        var entries: [(hash: UInt64, ordinal: UInt32)] = []
        for name in added {
            if state.customerCount / Self.namesPerBlock != block {
                try transaction.put(bytes.span, for: Key(block), in: names)
                block = state.customerCount / Self.namesPerBlock
                bytes = []
            }
            guard name.count <= Int(UInt16.max) else {
                throw LaneDamage(what: "a name of \(name.count) bytes")
            }
            bytes.append(UInt8(name.count >> 8))
            bytes.append(UInt8(name.count & 255))
            bytes.append(contentsOf: name)
            entries.append((StableHash.hash(name.span), state.customerCount))
            state.customerCount += 1
        }
        try transaction.put(bytes.span, for: Key(block), in: names)
        // In the order of the tree, so that each of its pages is met once.
        entries.sort { ($0.hash, $0.ordinal) < ($1.hash, $1.ordinal) }
        for entry in entries {
            let known = try transaction.reading.copy(of: Key(entry.hash), in: ids) ?? []
            var list = known
            for shift in [24, 16, 8, 0] as [UInt32] {
                list.append(UInt8(truncatingIfNeeded: entry.ordinal >> shift))
            }
            try transaction.put(list.span, for: Key(entry.hash), in: ids)
        }
    }

    /// All codes by number.
    func codes(_ transaction: borrowing ReadTransaction) throws -> [String] {
        var result = [""]
        try transaction.forEach(in: codes) { key, value in
            guard key.bigEndianUInt32(at: 0) == UInt32(result.count) else {
                throw LaneDamage(what: "a gap in the codes")
            }
            result.append(String(decoding: [UInt8](copying: value), as: UTF8.self))
            return true
        }
        return result
    }

    /// Adds codes behind those that have a number.
    func putCodes(_ added: [String], state: inout StoreState, _ transaction: inout WriteTransaction) throws {
        for code in added {
            try transaction.put(code.utf8.span, for: Key(state.codeCount), in: codes)
            state.codeCount += 1
        }
    }
}
