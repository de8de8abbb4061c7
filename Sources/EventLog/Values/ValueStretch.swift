import LMDB

/// The values of consecutive events as one stored value: for each path a column, or more where it has numbers and
/// texts and there are many.
///
/// Header: version (1 byte), whether all paths are in it (1), the number of columns (2) and of events (4). Then the
/// directory, sorted by path and kind, 20 bytes a column: path (8), kind (1), form of the places (1), two zeros, how many
/// events have a value (4), where the column begins behind the directory (4). Big-endian.
///
/// A column begins with its places: nothing where all events have a value, a bit an event in words of 8 bytes, or two
/// bytes a place. A dictionary goes on with the number of its values (2), each value with its length (2) and, if it
/// is more than one value, a code of one byte an event. Numbers go on with the first and the last code (8 each), a
/// shift (1), and 32 bits an event: the distance from the first code, shifted. Texts go on with the length of what
/// they all begin with (2) and its bytes, then the same for the eight bytes that follow, but in 16 bits, and 16 bits of
/// a hash.
struct ValueStretch {
    static let version: UInt8 = 1
    static let mostEvents = 1 << 16
    static let headerByteCount = 8
    private static let entryByteCount = 20

    enum ColumnKind: UInt8 {
        case dictionary = 0
        case numbers = 1
        case texts = 2
    }

    /// How it is written which events have a value.
    enum PlaceForm: UInt8 {
        case all = 0
        case bits = 1
        case list = 2
    }

    struct Column {
        let kind: ColumnKind
        let form: PlaceForm
        /// How many events have a value.
        let count: Int
        /// Where the places stand, and where what is behind them begins.
        let places: Int
        let body: Int
    }

    /// How many events are in it.
    let count: Int
    /// Whether a path that is not in it is in none of its events.
    let isWhole: Bool
    private let columnCount: Int

    /// Finds the parts of what was stored.
    init(_ bytes: Span<UInt8>) throws(LogError) {
        guard bytes.count >= Self.headerByteCount, bytes[0] == Self.version else { throw Self.damaged }
        isWhole = bytes[1] == 1
        columnCount = Int(bytes[2]) << 8 | Int(bytes[3])
        count = Int(bytes.bigEndianUInt32(at: 4))
        guard count > 0, count <= Self.mostEvents,
            bytes.count >= Self.headerByteCount + columnCount * Self.entryByteCount
        else { throw Self.damaged }
    }

    static var damaged: LogError {
        LogError(
            .damaged, "the columns of values cannot be read; `daybook verify` says where they begin to differ"
        )
    }

    /// The columns of a path.
    func columns(of path: UInt64, _ bytes: Span<UInt8>) throws(LogError) -> [Column] {
        var (low, high) = (0, columnCount)
        while low < high {
            let middle = (low + high) / 2
            if self.path(of: middle, bytes) < path { low = middle + 1 } else { high = middle }
        }
        var columns: [Column] = []
        while low < columnCount, self.path(of: low, bytes) == path {
            columns.append(try column(low, bytes))
            low += 1
        }
        return columns
    }

    private func path(of number: Int, _ bytes: Span<UInt8>) -> UInt64 {
        bytes.bigEndianUInt64(at: Self.headerByteCount + number * Self.entryByteCount)
    }

    private func column(_ number: Int, _ bytes: Span<UInt8>) throws(LogError) -> Column {
        let entry = Self.headerByteCount + number * Self.entryByteCount
        let bodies = Self.headerByteCount + columnCount * Self.entryByteCount
        let places = bodies + Int(bytes.bigEndianUInt32(at: entry + 16))
        let count = Int(bytes.bigEndianUInt32(at: entry + 12))
        guard let kind = ColumnKind(rawValue: bytes[entry + 8]),
            let form = PlaceForm(rawValue: bytes[entry + 9]), count <= self.count
        else { throw Self.damaged }
        let placeBytes =
            switch form {
            case .all: 0
            case .bits: (self.count + 63) / 64 * 8
            case .list: count * 2
            }
        guard places + placeBytes <= bytes.count, form != .all || count == self.count else {
            throw Self.damaged
        }
        return Column(kind: kind, form: form, count: count, places: places, body: places + placeBytes)
    }
}
