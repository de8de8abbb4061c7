import Events
import LMDB

/// The values of consecutive events, on their way to their stored form, which ``ValueStretch`` reads.
///
/// The same lines give the same bytes, whatever was gathered before: verification compares them.
struct ValueStretchBuilder {
    /// More columns than this are not stored: then the rest of the paths is said to be left out.
    static let mostColumns = 1_024

    /// Longer texts are only said to be there, and so is every text once all of a stretch have so many bytes: a stretch
    /// is made in memory, whatever was sent.
    static let longestText = 1_024
    static let mostTextBytes = 16 << 20
    /// With more values nothing is said of the stretch: they are more than 256 an event.
    static let mostEntries = 1 << 21

    /// The paths, by their numbers.
    private var paths: [UInt64] = []
    /// The values, event by event.
    private var entries: [ValueEntry] = []
    /// How many there are at each path, by its number.
    private var counts: [Int] = []
    /// The texts of the values.
    private var texts: [UInt8] = []
    /// How long the texts of all values are together. Values may share a text, depending on what was gathered before:
    /// that may not show in what is stored.
    private var textByteCount = 0
    /// Whether there were more values than may be.
    private var isFull = false
    /// How many events are in it.
    private(set) var count = 0

    /// Makes room for a path; its number.
    mutating func addPath(_ path: UInt64) -> Int {
        paths.append(path)
        counts.append(0)
        return paths.count - 1
    }

    /// Takes out all events.
    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        for number in counts.indices { counts[number] = 0 }
        texts.removeAll(keepingCapacity: true)
        textByteCount = 0
        isFull = false
        count = 0
    }

    /// The event whose values were added is whole.
    mutating func endEvent() { count += 1 }

    // MARK: Values

    @inline(__always)
    mutating func add(_ number: Double, at path: Int) { add(.number, path, payload: number.bitPattern) }

    @inline(__always)
    mutating func add(_ kind: ValueKind, at path: Int) { add(kind, path, payload: 0) }

    mutating func add(_ kind: ValueKind, _ text: Span<UInt8>, at path: Int) {
        textByteCount += text.count
        guard textByteCount <= Self.mostTextBytes else { return add(.unseen, at: path) }
        let start = texts.count
        texts.append(lent: text)
        add(kind, path, payload: UInt64(start), length: texts.count - start)
    }

    /// Adds the text at a node; where it stands among the texts from now on.
    @inline(__always)
    mutating func addText(_ reader: JSONReader, _ node: Int, at path: Int) -> Range<Int> {
        let start = texts.count
        reader.appendText(node, to: &texts)
        if !add(text: start..<texts.count, at: path) { texts.removeLast(texts.count - start) }
        return start..<texts.count
    }

    /// Adds a text that another event of the stretch has too.
    @inline(__always)
    mutating func addText(knownAt range: Range<Int>, at path: Int) {
        _ = add(text: range, at: path)
    }

    /// Adds a text; false where it is only said to be there.
    @inline(__always)
    private mutating func add(text range: Range<Int>, at path: Int) -> Bool {
        textByteCount += range.count
        guard range.count <= Self.longestText, textByteCount <= Self.mostTextBytes else {
            add(.unseen, path, payload: 0)
            return false
        }
        add(.text, path, payload: UInt64(range.lowerBound), length: range.count)
        return true
    }

    /// Adds money: the amount stands before the text.
    mutating func add(amount: Double, _ text: Span<UInt8>, at path: Int) {
        texts.append(bigEndian: amount.bitPattern)
        add(.money, text, at: path)
    }

    /// Adds money whose text is too long for a dictionary: only its amount counts.
    mutating func add(longMoney amount: Double, at path: Int) {
        texts.append(bigEndian: amount.bitPattern)
        add(.money, path, payload: UInt64(texts.count), length: ValueColumnEncoder.longestText + 1)
    }

    @inline(__always)
    private mutating func add(_ kind: ValueKind, _ path: Int, payload: UInt64, length: Int = 0) {
        guard entries.count < Self.mostEntries else {
            isFull = true
            return
        }
        entries.append(
            ValueEntry(
                payload: payload, length: UInt32(length), path: UInt32(path), place: UInt16(count), kind: kind
            ))
        counts[path] += 1
    }

    /// The values path by path, and where those of each path begin.
    private func sorted() -> (entries: [ValueEntry], starts: [Int]) {
        var starts: [Int] = []
        var start = 0
        for count in counts {
            starts.append(start)
            start += count
        }
        var next = starts
        var sorted = [ValueEntry](repeating: ValueEntry(place: 0, kind: .null), count: entries.count)
        for entry in entries {
            let path = Int(entry.path)
            sorted[next[path]] = entry
            next[path] += 1
        }
        return (sorted, starts)
    }

    // MARK: Making

    /// The stored form, of at least one event.
    mutating func encode() -> [UInt8] {
        precondition(count > 0 && count <= ValueStretch.mostEvents, "a stretch holds 1 to 65,536 events")
        // So that eight bytes can be read from where the last text begins.
        texts.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
        var used = counts.indices.filter { counts[$0] > 0 }
        if isFull { used = [] }
        let isWhole = !isFull && used.count <= Self.mostColumns
        if used.count > Self.mostColumns {
            // Those that most events have stay.
            used.sort { (-counts[$0], paths[$0]) < (-counts[$1], paths[$1]) }
            used.removeLast(used.count - Self.mostColumns)
        }
        used.sort { paths[$0] < paths[$1] }
        var encoder = ValueColumnEncoder(eventCount: count)
        let (sorted, starts) = sorted()
        for number in used {
            encoder.add(sorted[starts[number]..<starts[number] + counts[number]], at: paths[number], texts)
        }
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
