public import Events

/// Lays out one JSON object for people: scalars as labels and values in as many columns as fit, nested members
/// beneath, lists of records as tables, groups as bars. It knows no member by name.
public struct Page: Sendable {
    /// What it is written for.
    public let stream: StreamCapabilities
    /// How values are written.
    public let text: FieldText

    private static let gap = 4

    /// A page for a stream.
    public init(stream: StreamCapabilities, text: FieldText) {
        self.stream = stream
        self.text = text
    }

    /// A heading.
    public func heading(_ title: String) -> String {
        TextStyle.strong.apply(to: DisplayWidth.shown(title), colour: stream.usesColour)
    }

    /// A remark that matters less, broken between words where the terminal is narrow.
    public func remark(_ words: String, style: TextStyle = .faint) -> [String] {
        DisplayWidth.wrapped(DisplayWidth.shown(words), to: stream.columns ?? Int.max)
            .map { style.apply(to: $0, colour: stream.usesColour) }
    }

    /// The lines of an object, indented by so many columns.
    public func lines(of object: JSONObject, indent: Int = 2) -> [String] {
        var pairs: [Pair] = []
        var blocks: [[String]] = []
        for member in object {
            let name = FieldName(member.name)
            switch shape(of: member.value, named: name) {
            case .inline:
                pairs.append(pair(member.value, named: name, in: object))
            case .records(let records):
                blocks.append(
                    titled(name.label, table(of: records).lines(on: stream, indent: indent + 2), indent))
            case .groups(let groups):
                let table = groupTable(groups, name: name)
                blocks.append(titled("", table.lines(on: stream, indent: indent), indent))
            case .section(let section):
                blocks.append(titled(name.label, lines(of: section, indent: indent + 2), indent))
            }
        }
        let head = columns(of: pairs, indent: indent)
        return ([head] + blocks).filter { !$0.isEmpty }.enumerated().flatMap { place, block in
            // Tables and sections stand apart from what comes before them.
            place == 0 ? block : [""] + block
        }
    }

    /// A table of records, its columns the dotted paths of their members.
    public func table(of records: [JSONValue]) -> Table {
        let flat = FlatRecords(records)
        return table(of: flat, showing: flat.paths)
    }

    /// A table of some columns of flattened records.
    public func table(of flat: FlatRecords, showing paths: [String]) -> Table {
        let merged = PageColumns(flat, paths: paths)
        return Table(
            columns: merged.columns.map { text.column($0.title, of: $0.values) },
            rows: flat.rows.indices.map { row in
                merged.columns.map { text.cell($0.values[row], named: FieldName($0.path)) }
            })
    }

    // MARK: What a member is

    private enum Shape {
        case inline
        case records([JSONValue])
        case groups(JSONObject)
        case section(JSONObject)
    }

    private func shape(of value: JSONValue, named name: FieldName) -> Shape {
        switch value {
        case .array(let elements):
            let objects = elements.filter { $0.objectValue != nil }
            return !elements.isEmpty && objects.count == elements.count ? .records(elements) : .inline
        case .object(let object):
            if object.isEmpty || FieldText.money(in: object) != nil { return .inline }
            if Page.areGroups(object, named: name) { return .groups(object) }
            let isShort = object.count <= 6 && object.allSatisfy { isShortScalar($0.value) }
            return isShort ? .inline : .section(object)
        case .null, .bool, .number, .string:
            return .inline
        }
    }

    /// Lists of numbers that measure nothing: bars would compare what cannot be compared.
    private static let notMeasured: Set<String> = ["params", "parameters", "versions"]

    /// Whether the members of an object are a list of alike things under their names: `tiers`, `bands`.
    public static func areGroups(_ object: JSONObject, named name: FieldName) -> Bool {
        guard name.name.count > 4, name.isPlural, !notMeasured.contains(name.name) else { return false }
        let values = object.map(\.value)
        let numbers = values.compactMap(\.numberValue)
        if numbers.count == values.count {
            // What is partly a share of the rest, or neither counts nor fractions, is no list of alike things.
            let isAlike =
                numbers.allSatisfy { $0 == $0.rounded() } || numbers.allSatisfy { (0...1).contains($0) }
            return values.count > 1 && isAlike && !object.contains { FieldName($0.name).kind == .share }
        }
        return values.allSatisfy { value in
            guard let group = value.objectValue else { return false }
            return FieldText.money(in: group) != nil || group.keys == values.first?.objectValue?.keys
        }
    }

    private func isShortScalar(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number: true
        case .string(let text): text.utf8.count <= 40
        case .object(let object): FieldText.money(in: object) != nil
        case .array: false
        }
    }

    // MARK: Groups

    private func groupTable(_ groups: JSONObject, name: FieldName) -> Table {
        let singular = name.singular
        let members = groups.map(\.value.objectValue)
        let shares = FieldText.areShares(groups)
        let fields = members.first??.keys ?? []
        var columns = [Table.Column(singular.label)]
        var rows = groups.map { group in
            let shown = text.labels.label(of: group.name, in: singular.name) ?? group.name
            return [Table.Cell(shown, style: TextStyle(ofCode: group.name))]
        }
        if fields.isEmpty || FieldText.money(in: members.first?.flatMap { $0 } ?? JSONObject()) != nil {
            columns.append(Table.Column("", alignment: .trailing))
            for (row, group) in groups.enumerated() {
                rows[row].append(text.cell(group.value, named: name, kind: shares ? .share : .quantity))
            }
        } else {
            for field in fields {
                let leaves = members.map { Page.leading(field, of: $0) }
                columns.append(text.column(FieldName(field).label, of: leaves.map(\.?.value)))
                for row in rows.indices {
                    rows[row].append(
                        text.cell(
                            leaves[row]?.value, named: leaves[row]?.name ?? FieldName(field),
                            kind: leaves[row]?.kind))
                }
            }
        }
        let lengths = barLengths(groups)
        columns.append(.bar())
        for row in rows.indices { rows[row].append(.bar(lengths[row])) }
        return Table(columns: columns, rows: rows)
    }

    /// A member of a group as one cell: of an object within it, the first member stands for all, unless they are
    /// alike.
    private static func leading(
        _ field: String, of group: JSONObject?
    ) -> (name: FieldName, kind: FieldName.Kind, value: JSONValue)? {
        guard let group, let value = group[field] else { return nil }
        let name = FieldName(field)
        if case .object(let object) = value, !areGroups(object, named: name),
            FieldText.money(in: object) == nil, let first = object.keys.first
        {
            return (
                FieldName(first), FieldText.kind(of: FieldName(first), in: object), object[first] ?? .null
            )
        }
        return (name, FieldText.kind(of: name, in: group), value)
    }

    /// Bars show the shares of the groups where they have one, otherwise their first number: the same of each.
    private func barLengths(_ groups: JSONObject) -> [Double] {
        let members = groups.compactMap(\.value.objectValue)
        let names = (members.first?.keys ?? []).filter { name in
            members.contains { $0[name]?.numberValue != nil }
        }
        let measure = names.first { FieldName($0).kind == .share } ?? names.first
        let values = groups.map { group -> Double in
            if let number = group.value.numberValue { return number }
            guard let object = group.value.objectValue else { return 0 }
            if let money = FieldText.money(in: object) { return Double(money.amount) ?? 0 }
            return measure.flatMap { object[$0]?.numberValue } ?? 0
        }
        let longest = values.max() ?? 0
        return values.map { longest > 0 ? max(0, $0 / longest) : 0 }
    }

    // MARK: Pairs

    private struct Pair {
        let label: String
        let value: String
        let style: TextStyle
        var width: Int { DisplayWidth.columns(of: value) }
    }

    private func pair(_ value: JSONValue, named name: FieldName, in object: JSONObject) -> Pair {
        let kind = FieldText.kind(of: name, in: object)
        let shown = DisplayWidth.shown(text.text(value, named: name, kind: kind))
        let style: TextStyle =
            value == .null ? .faint : value.stringValue.map(TextStyle.init(ofCode:)) ?? .plain
        return Pair(label: name.labelWithoutUnit, value: shown, style: style)
    }

    /// Short pairs in columns that are read downwards, long ones on lines of their own beneath.
    private func columns(of pairs: [Pair], indent: Int) -> [String] {
        guard !pairs.isEmpty else { return [] }
        let room = (stream.columns ?? 100) - indent
        let labelWidth = pairs.map { DisplayWidth.columns(of: $0.label) }.max() ?? 0
        let limit = max(16, (room - Page.gap) / 2 - labelWidth - 2)
        let short = pairs.filter { $0.width <= limit }
        let long = pairs.filter { $0.width > limit }
        let valueWidth = short.map(\.width).max() ?? 0
        let pairWidth = labelWidth + 2 + valueWidth
        let number = max(1, min(3, (room + Page.gap) / (pairWidth + Page.gap)))
        let height = (short.count + number - 1) / number
        var lines = (0..<height).map { row in
            let cells = stride(from: row, to: short.count, by: height).map { index in
                line(short[index], labelWidth: labelWidth, valueWidth: valueWidth)
            }
            return margin(indent) + cells.joined(separator: margin(Page.gap))
        }
        for pair in long {
            lines += broken(pair, labelWidth: labelWidth, room: room).map { margin(indent) + $0 }
        }
        return lines.map { line in
            var line = line
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    private func line(_ pair: Pair, labelWidth: Int, valueWidth: Int) -> String {
        let label = DisplayWidth.padded(pair.label, to: labelWidth)
        let missing = margin(max(0, valueWidth - pair.width))
        return TextStyle.faint.apply(to: label, colour: stream.usesColour) + "  "
            + pair.style.apply(to: pair.value, colour: stream.usesColour) + missing
    }

    private func broken(_ pair: Pair, labelWidth: Int, room: Int) -> [String] {
        let width = stream.columns == nil ? Int.max : max(10, room - labelWidth - 2)
        return DisplayWidth.wrapped(pair.value, to: width).enumerated().map { place, text in
            let label = DisplayWidth.padded(place == 0 ? pair.label : "", to: labelWidth)
            return TextStyle.faint.apply(to: label, colour: stream.usesColour) + "  "
                + pair.style.apply(to: text, colour: stream.usesColour)
        }
    }

    private func titled(_ title: String, _ lines: [String], _ indent: Int) -> [String] {
        title.isEmpty ? lines : [margin(indent) + heading(title)] + lines
    }

    private func margin(_ columns: Int) -> String {
        String(repeating: " ", count: columns)
    }
}

/// The columns of a page's table: an amount and its currency are one column.
public struct PageColumns {
    /// One column.
    public struct Column {
        /// The dotted path of its values.
        public let path: String
        /// What stands above it.
        public let title: String
        /// Its values, one a record.
        public let values: [JSONValue?]
    }

    /// The columns, from left to right.
    public let columns: [Column]

    /// The columns of flattened records at some of their paths.
    public init(_ flat: FlatRecords, paths: [String]) {
        let places = Dictionary(uniqueKeysWithValues: flat.paths.enumerated().map { ($1, $0) })
        let shown = Set(paths)
        columns = paths.compactMap { path -> Column? in
            guard let place = places[path] else { return nil }
            let values = flat.rows.map { $0[place] }
            guard let parent = PageColumns.parent(of: path) else {
                return Column(path: path, title: FieldName.label(ofPath: path), values: values)
            }
            let isCurrency = path.hasSuffix(".currency") && shown.contains(parent + ".amount")
            if isCurrency { return nil }
            if path.hasSuffix(".amount"), let currency = places[parent + ".currency"] {
                let money = zip(values, flat.rows).map { amount, row -> JSONValue? in
                    guard let amount, amount != .null else { return nil }
                    return ["amount": amount, "currency": row[currency] ?? .null]
                }
                return Column(path: parent, title: FieldName.label(ofPath: parent), values: money)
            }
            return Column(path: path, title: FieldName.label(ofPath: path), values: values)
        }
    }

    private static func parent(of path: String) -> String? {
        path.lastIndex(of: ".").map { String(path[..<$0]) }
    }
}
