import LMDB

/// The values of consecutive events, on their way to their stored form, which ``ValueStretch`` reads.
///
/// The same lines give the same bytes, whatever was gathered before: verification compares them.
struct ValueStretchBuilder {
    /// More columns than this are not stored: then the rest of the paths is said to be left out.
    static let mostColumns = 1_024

    /// The paths, by their numbers.
    private var paths: [UInt64] = []
    /// The values at each path, by its number.
    private var entries: [[ValueEntry]] = []
    /// The texts of the values.
    private var texts: [UInt8] = []
    /// How many events are in it.
    private(set) var count = 0

    /// Makes room for a path; its number.
    mutating func addPath(_ path: UInt64) -> Int {
        paths.append(path)
        entries.append([])
        return paths.count - 1
    }

    /// Takes out all events.
    mutating func removeAll() {
        for number in entries.indices { entries[number].removeAll(keepingCapacity: true) }
        texts.removeAll(keepingCapacity: true)
        count = 0
    }

    /// The event whose values were added is whole.
    mutating func endEvent() { count += 1 }

    // MARK: Values

    @inline(__always)
    mutating func add(_ number: Double, at path: Int) {
        add(ValueEntry(payload: number.bitPattern, place: UInt16(count), kind: .number), at: path)
    }

    mutating func add(_ kind: ValueKind, at path: Int) {
        add(ValueEntry(place: UInt16(count), kind: kind), at: path)
    }

    @inline(__always)
    mutating func add(_ kind: ValueKind, _ text: Span<UInt8>, at path: Int) {
        let entry = ValueEntry(
            payload: UInt64(texts.count), length: UInt32(text.count), place: UInt16(count), kind: kind)
        texts.append(lent: text)
        add(entry, at: path)
    }

    /// How many bytes of texts there are: where the next one will begin.
    var textCount: Int { texts.count }

    /// Adds a text that another event of the stretch has too.
    @inline(__always)
    mutating func addText(at path: Int, knownAt start: Int, length: Int) {
        add(
            ValueEntry(
                payload: UInt64(start), length: UInt32(length), place: UInt16(count), kind: .text), at: path)
    }

    /// Adds money: the amount stands before the text.
    mutating func add(amount: Double, _ text: Span<UInt8>, at path: Int) {
        texts.append(bigEndian: amount.bitPattern)
        add(.money, text, at: path)
    }

    @inline(__always)
    private mutating func add(_ entry: ValueEntry, at path: Int) { entries[path].append(entry) }

    // MARK: Making

    /// The stored form, of at least one event.
    mutating func encode() -> [UInt8] {
        precondition(count > 0 && count <= ValueStretch.mostEvents, "a stretch holds 1 to 65,536 events")
        // So that eight bytes can be read from where the last text begins.
        texts.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
        var used = entries.indices.filter { !entries[$0].isEmpty }.sorted { paths[$0] < paths[$1] }
        let isWhole = used.count <= Self.mostColumns
        if !isWhole { used.removeLast(used.count - Self.mostColumns) }
        var encoder = ValueColumnEncoder(eventCount: count)
        for number in used { encoder.add(entries[number], at: paths[number], texts) }
        var bytes: [UInt8] = [ValueStretch.version, isWhole ? 1 : 0]
        bytes.reserveCapacity(
            ValueStretch.headerByteCount + encoder.directory.count + encoder.bodies.count)
        bytes.append(bigEndian: UInt16(encoder.columnCount))
        bytes.append(bigEndian: UInt32(count))
        bytes.append(contentsOf: encoder.directory)
        bytes.append(contentsOf: encoder.bodies)
        return bytes
    }
}
