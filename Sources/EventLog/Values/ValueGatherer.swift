import Events

/// Finds the values of events that columns hold, in lines that a reader has parsed: the attributes by which events
/// are told apart, and everything in `data`.
///
/// Lines of a log are much alike: where the values stand is looked for once for each shape. A gatherer belongs to
/// one reader, and to one thread at a time.
struct ValueGatherer {
    /// Where a value stands in all lines of a shape.
    private struct Item {
        let node: Int
        /// The number of its path.
        let path: Int
        let kind: ValueKind
        /// The number of a text that all lines of the shape have, or -1.
        let constant: Int
    }

    /// A text that all lines of a shape have: where it stands among the texts of a stretch.
    private struct Constant {
        var stretch = 0
        var range = 0..<0
    }

    /// More paths than this are not remembered: then it begins anew.
    private static let mostPaths = 1 << 16
    /// Arrays and objects of more nodes are too long to be looked at as a whole.
    private static let mostNodes = 9

    private var numbers: [UInt64: Int] = [:]
    /// By the number of the shape.
    private var shapes: [[Item]?] = []
    /// The values of the stretch that is being gathered.
    private(set) var stretch = ValueStretchBuilder()
    private var canonical: [UInt8] = []
    private var constants: [Constant] = []
    /// Counts the stretches.
    private var stretchNumber = 0

    /// Begins a stretch.
    mutating func begin() {
        if numbers.count > Self.mostPaths {
            numbers = [:]
            shapes = []
            stretch = ValueStretchBuilder()
            constants = []
        }
        stretch.removeAll()
        stretchNumber += 1
    }

    /// Adds the event of the line that a reader holds.
    mutating func add(_ reader: JSONReader) {
        let shape = reader.shape
        if shape > 0, shape < shapes.count, let items = shapes[shape] {
            add(items, reader)
            return
        }
        let items = items(of: reader)
        if shape > 0 {
            while shapes.count <= shape { shapes.append(nil) }
            shapes[shape] = items
        }
        add(items, reader)
    }

    /// The stored form of the stretch, which is then empty.
    mutating func encode() -> [UInt8] {
        defer { begin() }
        return stretch.encode()
    }

    private mutating func add(_ items: [Item], _ reader: JSONReader) {
        for item in items {
            switch item.kind {
            case .number: stretch.add(reader.number(item.node), at: item.path)
            case .text:
                if item.constant >= 0 {
                    addConstant(item, reader)
                } else {
                    _ = stretch.addText(reader, item.node, at: item.path)
                }
            case .money where reader.next(item.node) - item.node > Self.mostNodes:
                stretch.add(longMoney: amount(of: item, reader), at: item.path)
            case .parts, .money:
                // Taken out while it is lent: a buffer that is used again and again.
                var bytes = canonical
                canonical = []
                bytes.removeAll(keepingCapacity: true)
                reader.writeCanonical(item.node, to: &bytes)
                addParts(item, bytes.span, reader)
                canonical = bytes
            case .null, .false, .true, .array, .object, .unseen: stretch.add(item.kind, at: item.path)
            }
        }
        stretch.endEvent()
    }

    /// Adds a text that stands among those of the stretch already, or the first of its kind.
    private mutating func addConstant(_ item: Item, _ reader: JSONReader) {
        let known = constants[item.constant]
        if known.stretch == stretchNumber {
            stretch.addText(knownAt: known.range, at: item.path)
        } else {
            let range = stretch.addText(reader, item.node, at: item.path)
            // One that was not kept is looked at again.
            guard !range.isEmpty else { return }
            constants[item.constant] = Constant(stretch: stretchNumber, range: range)
        }
    }

    /// Adds an array or object, whose canonical JSON is at hand.
    private mutating func addParts(_ item: Item, _ text: Span<UInt8>, _ reader: JSONReader) {
        if item.kind == .money {
            let amount = amount(of: item, reader)
            if text.count <= ValueColumnEncoder.longestText {
                stretch.add(amount: amount, text, at: item.path)
            } else {
                stretch.add(longMoney: amount, at: item.path)
            }
        } else if text.count <= ValueColumnEncoder.longestText {
            stretch.add(.parts, text, at: item.path)
        } else {
            stretch.add(reader.kind(item.node) == .array ? .array : .object, at: item.path)
        }
    }

    private func amount(of item: Item, _ reader: JSONReader) -> Double {
        reader.member(item.node, "amount").flatMap { Double(reader.string($0)) } ?? .nan
    }

    // MARK: Shapes

    private mutating func items(of reader: JSONReader) -> [Item] {
        var items: [Item] = []
        reader.forEachMember(of: 0) { name, value in
            let path = ValuePath.adding(nameHash: reader.textHash(name), to: ValuePath.root)
            if reader.text(name, equals: "data") {
                descend(into: value, path, reader, &items)
            } else if ValuePath.attributes.contains(where: { reader.text(name, equals: $0) }) {
                visit(value, path, reader, &items)
            }
        }
        return items
    }

    /// Adds the items below an array or object that is none itself.
    private mutating func descend(
        into node: Int, _ path: UInt64, _ reader: JSONReader, _ items: inout [Item]
    ) {
        switch reader.kind(node) {
        case .object:
            let isSealed = Self.isSealed(node, reader)
            reader.forEachMember(of: node) { name, value in
                let path = ValuePath.adding(nameHash: reader.textHash(name), to: path)
                if isSealed {
                    items.append(Item(node: value, path: number(of: path), kind: .unseen, constant: -1))
                } else {
                    visit(value, path, reader, &items)
                }
            }
        case .array:
            var index = 0
            reader.forEachElement(of: node) { element in
                if index < ValuePath.arrayReach {
                    visit(element, ValuePath.adding(String(index), to: path), reader, &items)
                }
                index += 1
            }
        case .null, .false, .true, .number, .string, .name: return
        }
    }

    private mutating func visit(_ node: Int, _ path: UInt64, _ reader: JSONReader, _ items: inout [Item]) {
        let kind = Self.kind(of: node, reader)
        var constant = -1
        // What is remembered of a line belongs to its shape, if it has one.
        if kind == .text, reader.shape > 0, reader.isOfShape(node) {
            constant = constants.count
            constants.append(Constant())
        }
        items.append(Item(node: node, path: number(of: path), kind: kind, constant: constant))
        descend(into: node, path, reader, &items)
    }

    private mutating func number(of path: UInt64) -> Int {
        if let number = numbers[path] { return number }
        let number = stretch.addPath(path)
        numbers[path] = number
        return number
    }

    private static func kind(of node: Int, _ reader: JSONReader) -> ValueKind {
        switch reader.kind(node) {
        case .null: return .null
        case .false: return .false
        case .true: return .true
        case .number: return .number
        case .string, .name: return .text
        case .array, .object:
            if holdsSealed(node, reader) { return .unseen }
            let isMoney =
                reader.member(node, "currency") != nil
                && reader.member(node, "amount").map { reader.kind($0) == .string } ?? false
            if isMoney { return .money }
            if reader.next(node) - node <= mostNodes { return .parts }
            return reader.kind(node) == .array ? .array : .object
        }
    }

    /// Whether an object is written as sealed values are: whoever sends events may call a member `$sealed` too.
    private static func isSealed(_ node: Int, _ reader: JSONReader) -> Bool {
        guard let sealed = reader.member(node, "$sealed"), reader.kind(sealed) == .string else {
            return false
        }
        return reader.next(sealed) == reader.next(node)
            && reader.next(node) - node == 3
    }

    private static func holdsSealed(_ node: Int, _ reader: JSONReader) -> Bool {
        for index in node..<reader.next(node)
        where reader.kind(index) == .name && reader.text(index, equals: "$sealed") { return true }
        return false
    }
}
