import LMDB

/// Whether the columns hold what the lines say.
struct ColumnComparison {
    let columns: LogColumns

    /// The first event of which the columns say something else than its line, or nil.
    ///
    /// - Parameter entries: what the lines say of the events from `first` on, which the columns cover.
    func finding(
        _ entries: [ColumnEntry], from first: UInt64, in transaction: borrowing ReadTransaction
    ) throws -> LogFinding? {
        guard !entries.isEmpty else { return nil }
        let range = first..<first + UInt64(entries.count)
        var next = range.lowerBound
        var finding: LogFinding?
        do {
            try columns.forEachChunk(of: range, in: transaction) { start, chunk, bytes in
                let end = min(start + UInt64(chunk.count), range.upperBound)
                let own = entries[Int(next - first)..<Int(end - first)]
                if finding == nil, let (place, what) = chunk.difference(own, at: Int(next - start), bytes) {
                    let position = start + UInt64(place)
                    finding = LogFinding(
                        .index, at: position,
                        "the columns hold another \(what) of the event at position \(position) than its line: "
                            + "searches may not find it")
                }
                next = end
            }
        } catch let error as LogError where error.category == .damaged {
            return finding ?? LogFinding(.index, at: next, error.message)
        }
        return finding
    }
}

extension ColumnChunk {
    /// The first place from `start` on at which the chunk does not hold what is expected, and what is wrong there.
    func difference(
        _ expected: ArraySlice<ColumnEntry>, at start: Int, _ bytes: Span<UInt8>
    ) -> (place: Int, what: String)? {
        var first: (place: Int, what: String)?
        func note(_ place: Int?, _ what: String) {
            guard let place, first.map({ place < $0.place }) ?? true else { return }
            first = (place, what)
        }
        for kind in ColumnKind.allCases { note(difference(kind, expected, start, bytes), "\(kind)") }
        note(differenceOfMinutes(expected, start, bytes), "time")
        return first
    }

    private func difference(
        _ kind: ColumnKind, _ expected: ArraySlice<ColumnEntry>, _ start: Int, _ bytes: Span<UInt8>
    ) -> Int? {
        let column = columns[kind.rawValue]
        var hashes: [UInt32] = []
        for offset in stride(from: column.hashes.lowerBound, to: column.hashes.upperBound, by: 4) {
            hashes.append(bytes.bigEndianUInt32(at: offset))
        }
        for (offset, entry) in expected.enumerated() {
            let place = start + offset
            let code =
                switch column.width {
                case 0: 0
                case 1: Int(bytes[column.codes + place])
                default: Int(bytes.bigEndianUInt16(at: column.codes + 2 * place))
                }
            guard code < hashes.count, hashes[code] == entry[kind] else { return place }
        }
        return nil
    }

    private func differenceOfMinutes(
        _ expected: ArraySlice<ColumnEntry>, _ start: Int, _ bytes: Span<UInt8>
    ) -> Int? {
        for (offset, entry) in expected.enumerated() {
            let place = start + offset
            let distance: Int64 =
                switch minuteWidth {
                case 0: 0
                case 1: Int64(bytes[distances + place])
                case 2: Int64(bytes.bigEndianUInt16(at: distances + 2 * place))
                default: Int64(bytes.bigEndianUInt32(at: distances + 4 * place))
                }
            // A chunk whose last minute is too small would be passed over as a whole.
            guard Int64(minutes.lowerBound) + distance == Int64(entry.minute), minutes.contains(entry.minute)
            else { return place }
        }
        return nil
    }
}
