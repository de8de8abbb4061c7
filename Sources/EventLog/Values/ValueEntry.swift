/// What a value is, to columns. The raw values are stored.
enum ValueKind: UInt8, BitwiseCopyable {
    case null = 0
    case `false` = 1
    case `true` = 2
    case number = 3
    case text = 4
    /// A short array or object, as canonical JSON.
    case parts = 5
    /// An array that is too long to be looked at.
    case array = 6
    /// An object that is too long to be looked at.
    case object = 7
    /// Something that does not show in the line: a sealed value, or something that holds one.
    case unseen = 8
    /// An object with a currency and an amount: it counts as a number where there is no dictionary. One with a long
    /// text is in none.
    case money = 9
}

/// The value of one event at one path, while columns are made. Equal payloads of a kind are equal values.
struct ValueEntry: BitwiseCopyable {
    /// Of a number, the bits of its double; of what has a text, where in the bytes that begins.
    var payload: UInt64 = 0
    /// How long the text is.
    var length: UInt32 = 0
    /// The number of its path.
    var path: UInt32 = 0
    /// Which event of the stretch has it.
    var place: UInt16
    var kind: ValueKind
}
