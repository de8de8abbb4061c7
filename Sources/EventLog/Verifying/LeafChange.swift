import Merkle

/// Tells from the hashes of the lines and from those that the tiles keep what was done to the lines.
struct LeafChange {
    /// The hashes of the lines as they are, from the first one of a tile on.
    let lines: [TreeHash]
    /// The hashes that were stored when they were written.
    let tiles: [TreeHash]

    /// The finding for the first place at which they differ.
    func finding(first: UInt64, place: Int) -> LogFinding {
        let position = first + UInt64(place)
        func line(_ offset: Int) -> TreeHash? {
            lines.indices.contains(place + offset) ? lines[place + offset] : nil
        }
        func tile(_ offset: Int) -> TreeHash? {
            tiles.indices.contains(place + offset) ? tiles[place + offset] : nil
        }
        if let written = tile(1), line(0) == written, line(1) == tile(2) {
            return LogFinding(
                .missing, at: position,
                "the event that was written at position \(position) is missing; those behind it moved up")
        }
        if let written = tile(0), line(1) == written, line(2) == tile(1) {
            return LogFinding(
                .inserted, at: position,
                "the event at position \(position) was slipped in; the one that was written there follows it")
        }
        if let found = line(0), tiles[place...].contains(found), let written = tile(0),
            lines[place...].contains(written)
        {
            return LogFinding(
                .reordered, at: position,
                "the events from position \(position) on stand in another order than they were written in")
        }
        return LogFinding(
            .changed, at: position, "the event at position \(position) is not the one that was written")
    }
}
