import Events
import LMDB
import Merkle

/// What the tree and the columns say of the lines of a unit.
extension UnitScan {
    /// Compares the hashes of the unit's lines with the tiles that are full.
    func compare(_ range: Range<UInt64>, _ snapshot: LogSnapshot, _ outcome: inout Outcome) throws {
        let width = UInt64(TileAddress.fullWidth)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: TileAddress.fullWidth)
        where first + width <= range.upperBound {
            let leaves = outcome.leaves[Int(first - range.lowerBound)..<Int(first - range.lowerBound + width)]
            let address = TileAddress(level: 0, index: first / width)
            let stored: [TreeHash]
            do {
                stored = try storage.tile(address, inTreeOf: size, in: snapshot.transaction)
            } catch let error as LogError where error.category == .damaged {
                throw LogFinding(.tree, at: first, error.message)
            }
            if let place = stored.indices.first(where: { stored[$0] != leaves[leaves.startIndex + $0] }) {
                throw LeafChange(
                    lines: Array(outcome.leaves[Int(first - range.lowerBound)...]),
                    tiles: try storedLeaves(from: first, snapshot)
                ).finding(first: first, place: place)
            }
            outcome.tileRoots.append(TreeHasher.rootOfFullSubtree(leaves))
        }
    }

    private func storedLeaves(from first: UInt64, _ snapshot: LogSnapshot) throws -> [TreeHash] {
        let index = first / UInt64(TileAddress.fullWidth)
        var hashes: [TreeHash] = []
        for index in index..<index + 2 {
            let address = TileAddress(level: 0, index: index)
            guard address.width(inTreeOf: size) == TileAddress.fullWidth else { break }
            hashes += try storage.tile(address, inTreeOf: size, in: snapshot.transaction)
        }
        return hashes
    }

    /// Compares the lines that were read before a finding with the tiles.
    func compareWhatIsThere(_ range: Range<UInt64>, _ outcome: inout Outcome) throws {
        let whole = outcome.leaves.count / TileAddress.fullWidth * TileAddress.fullWidth
        guard whole > 0 else { return }
        do {
            let part = range.lowerBound..<range.lowerBound + UInt64(whole)
            outcome.tileRoots = []
            try compare(part, try LogSnapshot(storage), &outcome)
        } catch let finding as LogFinding {
            outcome.note(finding)
        }
    }

    // MARK: Columns

    /// Compares what the lines say with the columns. A line that is damaged has ended the list.
    func compareColumns(from first: UInt64, _ snapshot: LogSnapshot, _ outcome: inout Outcome) throws {
        let comparison = ColumnComparison(columns: storage.indexes.columns)
        if let finding = try comparison.finding(outcome.columns, from: first, in: snapshot.transaction) {
            outcome.note(finding)
        }
        outcome.columns = []
    }

    /// Compares the stretches of values that begin in the unit with those that the lines make.
    ///
    /// - Parameter values: what read the lines, and gathered their values.
    func compareValues(
        _ range: Range<UInt64>, below covered: UInt64, _ values: inout ValueScan?,
        _ snapshot: LogSnapshot, _ outcome: inout Outcome
    ) throws {
        guard values != nil, outcome.finding == nil, range.lowerBound < covered else { return }
        let end = min(range.upperBound, covered)
        var next = range.lowerBound
        do {
            try storage.indexes.values.forEachStretch(
                of: range.lowerBound..<end, in: snapshot.transaction
            ) { first, stretch, bytes in
                let behind = first + UInt64(stretch.count)
                // One that begins before the unit is compared in the unit in which it begins.
                if first >= range.lowerBound {
                    let own = first..<behind
                    let expected =
                        try (own == range ? values?.gathered(behind - first) : nil)
                        ?? ValueStretchMaker().stretch(of: own, in: storage, snapshot.transaction)
                    if !expected.span.isEqual(to: bytes) {
                        throw LogError(
                            .damaged,
                            "the columns of values of the events from position \(first) on do not hold what their "
                                + "lines do: searches may not find them")
                    }
                }
                next = behind
            }
        } catch let error as LogError where error.category == .damaged {
            outcome.note(LogFinding(.index, at: min(next, end), error.message))
        }
    }
}
