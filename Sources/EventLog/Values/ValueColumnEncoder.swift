import Events
import LMDB

/// Writes the columns of a stretch: what ``ValueStretch`` reads.
///
/// A path of few different values becomes a dictionary and a code of a byte an event. Where there are many, numbers
/// (and texts that are numbers, and money) and other texts become columns of 32 bits an event, which leave a few too
/// many; what is neither stays in a dictionary.
struct ValueColumnEncoder {
    /// Longer texts are in no dictionary.
    static let longestText = 64

    /// So many values are few, however many events have them.
    private static let fewValues = 16
    /// More are few where each has so many events.
    private static let eventsPerValue = 8

    private let eventCount: Int
    private(set) var directory: [UInt8] = []
    private(set) var bodies: [UInt8] = []
    private(set) var columnCount = 0
    private var dictionary = ValueDictionary()
    private var codes: [UInt8] = []
    private var places: [UInt16] = []
    /// Of many values: the codes of numbers, texts, and the rest.
    private var numbers: [UInt64] = []
    private var numberPlaces: [UInt16] = []
    private var strings: [ValueEntry] = []
    private var rest: [ValueEntry] = []
    /// What events have in a column of 32 bits, as it is stored.
    private var wide: [UInt32] = []

    init(eventCount: Int) { self.eventCount = eventCount }

    /// Adds the values at a path, in the order of their places.
    mutating func add(_ all: ArraySlice<ValueEntry>, at path: UInt64, _ texts: [UInt8]) {
        if Self.hasCollision(all) { return addCollided(all, at: path, texts) }
        if addDictionary(of: all, at: path, texts) { return }
        numbers.removeAll(keepingCapacity: true)
        numberPlaces.removeAll(keepingCapacity: true)
        strings.removeAll(keepingCapacity: true)
        rest.removeAll(keepingCapacity: true)
        for entry in all { sort(entry, texts) }
        if !numbers.isEmpty { addNumbers(at: path) }
        if !strings.isEmpty { addTexts(at: path, texts) }
        if !rest.isEmpty { addRest(at: path, texts) }
    }

    /// Whether an event has two values at a path: then two paths have one hash.
    private static func hasCollision(_ all: ArraySlice<ValueEntry>) -> Bool {
        zip(all, all.dropFirst()).contains { $0.place == $1.place }
    }

    /// Only says that there is something at either of two paths.
    private mutating func addCollided(_ all: ArraySlice<ValueEntry>, at path: UInt64, _ texts: [UInt8]) {
        var seen: [ValueEntry] = []
        for entry in all where seen.last?.place != entry.place {
            seen.append(ValueEntry(place: entry.place, kind: .unseen))
        }
        _ = addDictionary(of: seen[...], at: path, texts)
    }

    /// Puts a value to those of its kind. What is no number stands before and behind nothing.
    private mutating func sort(_ entry: ValueEntry, _ texts: [UInt8]) {
        let number: Double?
        switch entry.kind {
        case .number: number = DecimalText.rounded(Double(bitPattern: entry.payload))
        case .text:
            number = DecimalText.number(texts.span.extracting(Self.range(entry)))
            if number == nil {
                strings.append(entry)
                return
            }
        case .money: number = Double(bitPattern: texts.span.bigEndianUInt64(at: Int(entry.payload) - 8))
        case .null, .false, .true, .parts, .array, .object, .unseen: number = nil
        }
        guard let number, !number.isNaN else {
            rest.append(entry)
            return
        }
        numbers.append(NumberOrder.code(number))
        numberPlaces.append(entry.place)
    }

    private static func range(_ entry: ValueEntry) -> Range<Int> {
        Int(entry.payload)..<Int(entry.payload) + Int(entry.length)
    }

    // MARK: Few values

    /// Writes all as a dictionary; false where that cannot be.
    private mutating func addDictionary(
        of all: ArraySlice<ValueEntry>, at path: UInt64, _ texts: [UInt8]
    ) -> Bool {
        dictionary.removeAll()
        codes.removeAll(keepingCapacity: true)
        codes.reserveCapacity(all.count)
        var last: (entry: ValueEntry, code: UInt8)?
        for entry in all {
            if let last, last.entry.payload == entry.payload, last.entry.kind == entry.kind,
                last.entry.length == entry.length
            {
                codes.append(last.code)
                continue
            }
            guard entry.length <= Self.longestText, let code = dictionary.code(of: entry, texts) else {
                return false
            }
            last = (entry, code)
            codes.append(code)
        }
        // To ask every value costs more than to ask every event where hardly two have the same.
        guard dictionary.values.count <= max(Self.fewValues, all.count / Self.eventsPerValue) else {
            return false
        }
        places.removeAll(keepingCapacity: true)
        for entry in all { places.append(entry.place) }
        putDictionary(at: path, texts)
        return true
    }

    /// What is neither a number nor a text. Arrays and objects of more kinds than a dictionary takes are only said to
    /// be there.
    private mutating func addRest(at path: UInt64, _ texts: [UInt8]) {
        dictionary.removeAll()
        codes.removeAll(keepingCapacity: true)
        for kind in [ValueKind.unseen, .array, .object] {
            _ = dictionary.code(of: ValueEntry(place: 0, kind: kind), texts)
        }
        for entry in rest {
            var code = entry.length <= Self.longestText ? dictionary.code(of: entry, texts) : nil
            if code == nil {
                let whole = ValueEntry(place: 0, kind: Self.wholeKind(entry, texts))
                code = dictionary.code(of: whole, texts)
            }
            codes.append(code ?? 0)
        }
        places.removeAll(keepingCapacity: true)
        for entry in rest { places.append(entry.place) }
        putDictionary(at: path, texts)
    }

    /// What is said of a value that is in no dictionary.
    private static func wholeKind(_ entry: ValueEntry, _ texts: [UInt8]) -> ValueKind {
        switch entry.kind {
        case .money, .object: .object
        case .array: .array
        case .parts: texts[Int(entry.payload)] == UInt8(ascii: "[") ? .array : .object
        case .null, .false, .true, .number, .text, .unseen: .unseen
        }
    }

    private mutating func putDictionary(at path: UInt64, _ texts: [UInt8]) {
        let start = beginColumn()
        bodies.append(bigEndian: UInt16(dictionary.values.count))
        for value in dictionary.values {
            switch value.kind {
            case .null, .false, .true, .array, .object, .unseen:
                bodies.append(bigEndian: UInt16(1))
                bodies.append(value.kind.rawValue)
            case .number:
                bodies.append(bigEndian: UInt16(9))
                bodies.append(value.kind.rawValue)
                bodies.append(bigEndian: value.payload)
            case .text, .parts, .money:
                bodies.append(bigEndian: UInt16(1 + value.length))
                bodies.append((value.kind == .text ? ValueKind.text : .parts).rawValue)
                bodies.append(
                    contentsOf: texts[Int(value.payload)..<Int(value.payload) + Int(value.length)])
            }
        }
        if dictionary.values.count > 1 { bodies.append(contentsOf: codes) }
        endColumn(path, .dictionary, start)
    }

    // MARK: Many values

    private mutating func addNumbers(at path: UInt64) {
        swap(&places, &numberPlaces)
        let start = beginColumn()
        let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
        let shift = NumberOrder.shift(from: first, to: last, bits: 32)
        put(first, last, shift)
        wide.removeAll(keepingCapacity: true)
        for number in numbers {
            wide.append(UInt32(truncatingIfNeeded: (number - first) >> UInt64(shift)).bigEndian)
        }
        bodies.append(bytesOf: wide)
        endColumn(path, .numbers, start)
    }

    private mutating func addTexts(at path: UInt64, _ texts: [UInt8]) {
        let model = strings[0]
        var prefix = min(Int(model.length), Self.longestPrefix)
        for entry in strings { prefix = Self.commonPrefix(model, entry, atMost: prefix, texts) }
        numbers.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        for entry in strings {
            let start = Int(entry.payload) + prefix
            numbers.append(TextWords.word(of: texts, at: start, length: Int(entry.length) - prefix))
            places.append(entry.place)
        }
        let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
        let start = beginColumn()
        bodies.append(bigEndian: UInt16(prefix))
        bodies.append(contentsOf: texts[Int(model.payload)..<Int(model.payload) + prefix])
        let shift = NumberOrder.shift(from: first, to: last, bits: 16)
        put(first, last, shift)
        wide.removeAll(keepingCapacity: true)
        for index in strings.indices {
            let text = texts.span.extracting(Self.range(strings[index]))
            let order = UInt32(truncatingIfNeeded: (numbers[index] - first) >> UInt64(shift))
            wide.append((order << 16 | TextDigest.hash(text)).bigEndian)
        }
        bodies.append(bytesOf: wide)
        endColumn(path, .texts, start)
    }

    private mutating func put(_ first: UInt64, _ last: UInt64, _ shift: Int) {
        bodies.append(bigEndian: first)
        bodies.append(bigEndian: last)
        bodies.append(UInt8(shift))
    }

    private static let longestPrefix = 256

    private static func commonPrefix(
        _ left: ValueEntry, _ right: ValueEntry, atMost limit: Int, _ texts: [UInt8]
    ) -> Int {
        let (left, start) = (Int(left.payload), Int(right.payload))
        let end = min(limit, Int(right.length))
        var count = 0
        while count < end, texts[left + count] == texts[start + count] { count += 1 }
        return count
    }

    // MARK: Columns

    /// Writes which places have a value; where the column begins.
    private mutating func beginColumn() -> (offset: Int, form: ValueStretch.PlaceForm) {
        let offset = bodies.count
        let wordCount = (eventCount + 63) / 64
        if places.count == eventCount { return (offset, .all) }
        if places.count * 2 < wordCount * 8 {
            for place in places { bodies.append(bigEndian: place) }
            return (offset, .list)
        }
        var words = [UInt64](repeating: 0, count: wordCount)
        for place in places { words[Int(place) / 64] |= 1 << UInt64(place % 64) }
        for word in words { bodies.append(bigEndian: word) }
        return (offset, .bits)
    }

    private mutating func endColumn(
        _ path: UInt64, _ kind: ValueStretch.ColumnKind, _ start: (offset: Int, form: ValueStretch.PlaceForm)
    ) {
        directory.append(bigEndian: path)
        directory.append(kind.rawValue)
        directory.append(start.form.rawValue)
        directory.append(contentsOf: [0, 0])
        directory.append(bigEndian: UInt32(places.count))
        directory.append(bigEndian: UInt32(start.offset))
        columnCount += 1
    }
}
