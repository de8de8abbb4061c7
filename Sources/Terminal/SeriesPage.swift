public import Events

extension Page {
    /// A series of records over time: a table with a line for each point where it fits, otherwise a line for each
    /// quantity with its course drawn small.
    public func series(_ points: [JSONValue], time: String, indent: Int = 2) -> [String] {
        let flat = FlatRecords(points)
        let constant = flat.paths.indices.filter { place in
            flat.paths[place] != time
                && Set(flat.rows.map { $0[place].map(JSONText.compact) ?? "" }).count == 1
                && flat.rows.count > 1
        }
        let hidden = Set(constant.filter { flat.rows[0][$0]?.numberValue == nil }.map { flat.paths[$0] })
        let paths = flat.paths.filter { !hidden.contains($0) && !Self.isBookkeeping($0) || $0 == time }
        let wide = table(of: flat, showing: paths)
        if let columns = stream.columns, TableLayout(wide, limit: columns - indent) == nil || paths.count > 8
        {
            let leading = Self.leading(paths, of: flat, time: time)
            let rest = paths.count - leading.count
            let lines = courses(flat, paths: leading, time: time, room: columns - indent).lines(
                on: stream, indent: indent)
            return rest == 0
                ? lines
                : lines
                    + remark(
                        String(repeating: " ", count: indent) + Figures.counted(rest, "further course")
                            + " with --json or --format csv")
        }
        return wide.lines(on: stream, indent: indent)
    }

    /// The courses that are shown: of very many those that move and do not lie deep.
    private static func leading(_ paths: [String], of flat: FlatRecords, time: String) -> [String] {
        guard paths.count > 32 else { return paths }
        let places = Dictionary(uniqueKeysWithValues: flat.paths.enumerated().map { ($1, $0) })
        return paths.filter { path in
            guard path != time, let place = places[path] else { return true }
            // The parts of money are one quantity.
            let depth =
                path.split(separator: ".").count
                - (path.hasSuffix(".amount") || path.hasSuffix(".currency") ? 1 : 0)
            return depth <= 2 && Set(flat.rows.map { $0[place].map(JSONText.compact) ?? "" }).count > 1
                || path.hasSuffix(".currency") && depth <= 2
        }
    }

    /// What says where a point came from rather than what it was.
    private static func isBookkeeping(_ path: String) -> Bool {
        ["effective_at", "known_at", "position", "token", "policy", "small_population"].contains(path)
    }

    private func courses(_ flat: FlatRecords, paths: [String], time: String, room: Int) -> Table {
        let places = Dictionary(uniqueKeysWithValues: flat.paths.enumerated().map { ($1, $0) })
        var rows: [[Table.Cell]] = []
        for column in PageColumns(flat, paths: paths.filter { $0 != time }).columns {
            let numbers = column.values.map(Self.quantity)
            guard numbers.contains(where: { $0 != nil }) else { continue }
            let name = FieldName(column.path)
            rows.append([
                Table.Cell(column.title), text.cell(column.values.first ?? nil, named: name),
                Table.Cell(Sparkline.text(numbers, limit: max(8, room / 3)), style: .chart),
                text.cell(column.values.last ?? nil, named: name),
            ])
        }
        let ends = [flat.rows.first, flat.rows.last].map { row -> String in
            guard let row, let place = places[time], let value = row[place] else { return "" }
            return String(text.text(value, named: FieldName(time)).prefix(10))
        }
        return Table(
            columns: [
                Table.Column(""), Table.Column(ends[0], alignment: .trailing), Table.Column("course"),
                Table.Column(ends[1], alignment: .trailing),
            ],
            rows: rows)
    }

    private static func quantity(_ value: JSONValue?) -> Double? {
        value?.numberValue ?? value?["amount"]?.stringValue.flatMap(Double.init)
    }
}
