/// The cells of one CSV row (RFC 4180): quotes, doubled quotes, line ends inside quotes.
struct CSVRow {
    /// Why a row cannot be read.
    struct Failure: Error {
        let message: String
    }

    /// One cell: its bytes without the outer quotes.
    struct Cell {
        var start: Int
        var end: Int
        /// The bytes hold doubled quotes.
        var hasDoubledQuotes: Bool
    }

    let delimiter: UInt8
    private(set) var cells: [Cell] = []
    private var bytes: [UInt8] = []

    init(delimiter: UInt8) {
        self.delimiter = delimiter
    }

    /// Reads the row that stands at these bytes.
    mutating func read(_ source: [UInt8], from start: Int, to end: Int) throws(Failure) {
        cells.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: source[start..<end])
        var index = 0
        while true {
            if index < bytes.count && bytes[index] == 0x22 {
                index = try quoted(from: index + 1)
            } else {
                let first = index
                while index < bytes.count && bytes[index] != delimiter {
                    if bytes[index] == 0x22 {
                        throw Failure(
                            message:
                                "a quote inside cell \(cells.count + 1), which does not begin with one; put "
                                + "the cell in quotes and double the quotes in it")
                    }
                    index += 1
                }
                cells.append(Cell(start: first, end: index, hasDoubledQuotes: false))
            }
            guard index < bytes.count else { return }
            guard bytes[index] == delimiter else {
                throw Failure(
                    message:
                        "after the closing quote of cell \(cells.count) stands \(printable(bytes[index]))")
            }
            index += 1
        }
    }

    private mutating func quoted(from first: Int) throws(Failure) -> Int {
        var index = first
        var hasDoubled = false
        while index < bytes.count {
            if bytes[index] == 0x22 {
                guard index + 1 < bytes.count && bytes[index + 1] == 0x22 else {
                    cells.append(Cell(start: first, end: index, hasDoubledQuotes: hasDoubled))
                    return index + 1
                }
                hasDoubled = true
                index += 1
            }
            index += 1
        }
        throw Failure(message: "the quote of cell \(cells.count + 1) is not closed")
    }

    /// The cells as text.
    func texts() -> [String] {
        cells.map { cell in
            var text: [UInt8] = []
            copy(cell, into: &text)
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Appends a cell's bytes.
    func copy(_ cell: Cell, into output: inout [UInt8]) {
        var index = cell.start
        while index < cell.end {
            output.append(bytes[index])
            index += cell.hasDoubledQuotes && bytes[index] == 0x22 ? 2 : 1
        }
    }

    /// Appends the row as a JSON object of strings; empty cells are left out.
    func writeJSON(columns: [[UInt8]], into output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (index, cell) in cells.enumerated() where cell.start < cell.end {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.append(contentsOf: columns[index])
            output.append(UInt8(ascii: ":"))
            output.append(UInt8(ascii: "\""))
            var position = cell.start
            while position < cell.end {
                output.appendEscaped(bytes[position])
                position += cell.hasDoubledQuotes && bytes[position] == 0x22 ? 2 : 1
            }
            output.append(UInt8(ascii: "\""))
        }
        output.append(UInt8(ascii: "}"))
    }
}
