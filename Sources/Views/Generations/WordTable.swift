import Dispatch
public import Events
public import Projection
import Synchronization

/// What the rows of all customers say in words: tiers, stages, bands. Each column keeps its few different values
/// once, so that a million customers take a few megabytes.
public struct WordTable: Sendable, Equatable {
    /// One field of the rows.
    public struct Column: Sendable, Equatable {
        /// The field's dotted path.
        public let field: String
        /// The different values; the first is null.
        public internal(set) var words: [JSONValue] = [.null]
        /// For each customer the place of its value in `words`.
        public internal(set) var codes: [UInt32] = []

        init(field: String, words: [JSONValue] = [.null]) {
            self.field = field
            self.words = words
        }

        /// A customer's value.
        public func value(_ row: Int) -> JSONValue { words[Int(codes[row])] }
    }

    /// The customers, in the order of the base.
    public internal(set) var customers: [String] = []
    /// The fields.
    public internal(set) var columns: [Column] = []

    /// Nobody.
    public init() {}

    /// Which fields of the rows a table holds.
    public enum Fields: Sendable, Equatable {
        /// What each view names first, as far as it is a word: few different values that are neither numbers nor
        /// dates. This is what a business calls a customer by.
        case headlines
        /// Everything that is a word.
        case words
        /// These paths, whatever they hold.
        case paths([String])

        /// Whether any of them is a member that looks back to an earlier day: only by its path. What is compared with
        /// another point is what holds at both, and no earlier day is folded in vain.
        func lookBack(_ models: [RegisteredReadModel]) -> Bool {
            let members = models.compactMap { model in model.memberLookingBack.map { "\(model.name).\($0)" } }
            return switch self {
            case .headlines, .words: false
            case .paths(let paths): paths.contains { path in members.contains { path.hasPrefix($0) } }
            }
        }
    }

    /// The rows of a base.
    ///
    /// - Throws: what keeps a row from being made, and `Cancelled`.
    public init(
        of base: Base, models: [RegisteredReadModel], fields: Fields, workers: Int,
        progress: @Sendable (Int) -> Bool = { _ in true }
    ) throws {
        let models = models.filter { !$0.isReportOnly }
        let base = fields.lookBack(models) ? base : base.withoutEarlier
        let parts = max(1, min(workers, base.count / 512))
        let results = Mutex<[Int: Result<WordTableBuilder, any Error>]>([:])
        let done = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (base.count * part / parts)..<(base.count * (part + 1) / parts)
            let result = Result {
                var builder = WordTableBuilder(fields, models)
                for index in range {
                    if index % 1_024 == 1_023 {
                        let total = done.withLock { done in
                            done += 1_024
                            return done
                        }
                        guard progress(total) else { throw Cancelled() }
                    }
                    try builder.add(base, index, models)
                }
                return builder
            }
            results.withLock { $0[part] = result }
        }
        let all = results.withLock { $0 }
        var dropped: Set<String> = []
        for part in 0..<parts {
            guard let builder = try all[part]?.get() else { continue }
            append(builder.table)
            dropped.formUnion(builder.dropped)
        }
        if fields == .headlines {
            columns.removeAll { $0.words.count > Self.mostWords || dropped.contains($0.field) }
        }
    }

    /// Only some of the fields, in this order. A field that the table does not have is null for everybody.
    public func keeping(_ fields: [String]) -> WordTable {
        var table = WordTable()
        table.customers = customers
        table.columns = fields.map { field in
            if let column = columns.first(where: { $0.field == field }) { return column }
            var column = Column(field: field)
            column.codes = [UInt32](repeating: 0, count: customers.count)
            return column
        }
        return table
    }

    /// More different values than this are no words of a business.
    static let mostWords = 64

    /// Puts further columns, of the same customers, behind these.
    mutating func append(columns other: WordTable) {
        precondition(columns.isEmpty || customers == other.customers, "tables of different customers")
        customers = other.customers
        columns.append(contentsOf: other.columns)
    }

    /// Puts later customers behind these.
    private mutating func append(_ later: WordTable) {
        for column in later.columns {
            let place = columns.firstIndex { $0.field == column.field } ?? columns.count
            if place == columns.count {
                columns.append(Column(field: column.field))
                columns[place].codes = [UInt32](repeating: 0, count: customers.count)
            }
            var codes: [UInt32] = []
            for word in column.words {
                codes.append(columns[place].code(of: word))
            }
            columns[place].codes.append(contentsOf: column.codes.map { codes[Int($0)] })
        }
        customers.append(contentsOf: later.customers)
        for place in columns.indices where columns[place].codes.count < customers.count {
            columns[place].codes.append(
                contentsOf: repeatElement(0, count: customers.count - columns[place].codes.count))
        }
    }
}

extension WordTable {
    /// Calls `body` with the path and value of each member that is a word. Days, moments and amounts of money are
    /// no words, they change with every event.
    public static func addWords(
        of value: JSONValue, at path: String, _ body: (_ path: String, _ word: JSONValue) -> Void
    ) {
        guard case .object(let object) = value else {
            if case .string(let text) = value, isWord(text) { body(path, value) }
            return
        }
        guard object["currency"] == nil else { return }
        for member in object { addWords(of: member.value, at: "\(path).\(member.name)", body) }
    }

    /// Whether a text is a word of the business: no day, moment or number.
    public static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) && first != UInt8(ascii: "-")
    }
}

extension WordTable.Column {
    /// The place of a value, a new one where it is not known.
    fileprivate mutating func code(of value: JSONValue) -> UInt32 {
        if let place = words.firstIndex(of: value) { return UInt32(place) }
        words.append(value)
        return UInt32(words.count - 1)
    }
}

/// Fills a table, customer by customer.
struct WordTableBuilder: Sendable {
    private(set) var table = WordTable()
    private let fields: WordTable.Fields
    private var places: [String: Int] = [:]
    /// For columns of many values: by the value's text its place.
    private var wordPlaces: [[String: UInt32]] = []
    /// Fields of which some customer's value is a number or a date: they are no words.
    private(set) var dropped: Set<String> = []

    /// By model, in the order given, what `.headlines` keeps of a row.
    private let headlines: [[Headline]]

    private struct Headline {
        let field: String
        let steps: [String]
    }

    init(_ fields: WordTable.Fields, _ models: [RegisteredReadModel]) {
        self.fields = fields
        headlines = models.map { model in
            model.headline.map { path in
                Headline(
                    field: "\(model.name).\(path)", steps: path.split(separator: ".").map(String.init))
            }
        }
    }

    mutating func add(_ base: Base, _ index: Int, _ models: [RegisteredReadModel]) throws {
        let row = table.customers.count
        table.customers.append(base.names[index])
        for (number, model) in models.enumerated() {
            switch fields {
            case .words:
                WordTable.addWords(of: try model.row(index, base), at: model.name) { put($1, at: $0, row) }
            case .headlines:
                // Rows of which no word is kept need not be made.
                guard headlines[number].contains(where: { !dropped.contains($0.field) }) else { continue }
                let value = try model.row(index, base)
                for headline in headlines[number] {
                    let word = headline.steps.reduce(Optional(value)) { $0?[$1] }
                    addHeadline(word ?? .null, at: headline.field, row)
                }
            case .paths(let paths):
                let wanted = paths.filter { $0 == model.name || $0.hasPrefix(model.name + ".") }
                guard !wanted.isEmpty else { continue }
                let value = try model.row(index, base)
                for path in wanted {
                    let rest = path.dropFirst(model.name.count + 1)
                    put(rest.isEmpty ? value : value.value(at: String(rest)) ?? .null, at: path, row)
                }
            }
        }
        for place in table.columns.indices where table.columns[place].codes.count <= row {
            table.columns[place].codes.append(0)
        }
    }

    private mutating func addHeadline(_ value: JSONValue, at path: String, _ row: Int) {
        guard !dropped.contains(path) else { return }
        switch value {
        case .null, .bool: put(value, at: path, row)
        case .string(let text) where WordTable.isWord(text): put(value, at: path, row)
        default:
            dropped.insert(path)
        }
    }

    private mutating func put(_ value: JSONValue, at path: String, _ row: Int) {
        let place = places[path] ?? table.columns.count
        if place == table.columns.count {
            places[path] = place
            wordPlaces.append([:])
            table.columns.append(WordTable.Column(field: path))
        }
        let missing = row - table.columns[place].codes.count
        if missing > 0 { table.columns[place].codes.append(contentsOf: repeatElement(0, count: missing)) }
        let code = code(of: value, place)
        table.columns[place].codes.append(code)
    }

    private mutating func code(of value: JSONValue, _ place: Int) -> UInt32 {
        if table.columns[place].words.count <= 16 { return table.columns[place].code(of: value) }
        let text = value.canonicalText
        if let known = wordPlaces[place][text] { return known }
        let code = table.columns[place].code(of: value)
        wordPlaces[place][text] = code
        return code
    }
}
