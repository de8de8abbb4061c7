/// Reads one sorted run of a spill file event by event.
struct RunReader {
    struct Event {
        var recorded: Int64
        var ordinal: Int
        var origin: RecordOrigin
        var bytes: ArraySlice<UInt8>
    }

    /// A block is closed when it has this many bytes.
    static let blockBytes = 256 * 1024

    private let file: SpillFile
    private var blocks: ArraySlice<SpillFile.Block>
    private var bytes: [UInt8] = []
    private var position = 0
    /// The event that comes next; nil at the end.
    private(set) var current: Event?

    init(_ blocks: [SpillFile.Block], file: SpillFile) throws(SourceError) {
        self.file = file
        self.blocks = blocks[...]
        try advance()
    }

    mutating func advance() throws(SourceError) {
        if position == bytes.count {
            guard let block = blocks.popFirst() else {
                current = nil
                return
            }
            // The event lent last must not hold the old block alive beside the new one.
            current = nil
            bytes = try file.read(block)
            position = 0
        }
        let recorded = take()
        let ordinal = Int(take())
        let origin = RecordOrigin(
            file: Int(take()), line: Int(take()), number: Int(take()), byteOffset: Int(take()))
        let length = Int(take())
        current = Event(
            recorded: recorded, ordinal: ordinal, origin: origin, bytes: bytes[position..<position + length])
        position += length
    }

    static func append(_ entry: EventSorter.Entry, _ text: ArraySlice<UInt8>, to block: inout [UInt8]) {
        let origin = entry.origin
        for word in [
            entry.recorded, Int64(entry.ordinal), Int64(origin.file), Int64(origin.line),
            Int64(origin.number),
            Int64(origin.byteOffset), Int64(text.count),
        ] {
            for shift in stride(from: 0, to: 64, by: 8) {
                block.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        block.append(contentsOf: text)
    }

    private mutating func take() -> Int64 {
        var word: Int64 = 0
        for shift in 0..<8 { word |= Int64(bytes[position + shift]) << (shift * 8) }
        position += 8
        return word
    }
}

/// Merges sorted runs into one order, with a heap of the runs by their next event.
struct RunMerge {
    private var readers: [RunReader] = []
    /// Indices of readers that have an event; the first one's is the least.
    private var heap: [Int] = []

    init(runs: [[SpillFile.Block]], file: SpillFile) throws(SourceError) {
        for run in runs { readers.append(try RunReader(run, file: file)) }
        heap = readers.indices.filter { readers[$0].current != nil }
        for index in heap.indices.reversed() { sink(index) }
    }

    mutating func next() throws(SourceError) -> RunReader.Event? {
        guard let top = heap.first else { return nil }
        let event = readers[top].current
        try readers[top].advance()
        if readers[top].current == nil {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        }
        sink(0)
        return event
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        guard let first = readers[heap[left]].current, let second = readers[heap[right]].current else {
            preconditionFailure("an exhausted run in the heap")
        }
        return first.recorded != second.recorded
            ? first.recorded < second.recorded : first.ordinal < second.ordinal
    }
}
