// Unsafe: compares with the letters of a static string, whose buffer is as long as the name.
import Events

/// Where the attributes of a sealed line are, found without parsing what is inside `data`.
///
/// A sealed line is canonical: no white space, members in order, every name of the envelope plain lower-case
/// letters and digits. So one pass over the bytes finds all of them, several times faster than a parser that
/// must expect anything. Ranges of strings lie within the quotes, still escaped; absent ones are empty.
struct LineFields {
    var id = 0..<0
    var source = 0..<0
    var type = 0..<0
    var time = 0..<0
    var subject = 0..<0
    var actor = 0..<0
    var correlation = 0..<0
    var causation = 0..<0
    var recordedTime = 0..<0
    var contentMAC = 0..<0
    /// The value of `data`, braces included.
    var data = 0..<0

    /// Reads a line; throws where it is not in the form that the ledger writes.
    init(_ line: Span<UInt8>, position: UInt64) throws(LogError) {
        var scanner = LineScanner(at: 1)
        guard line.count >= 2, line[0] == UInt8(ascii: "{") else { throw Self.damaged(position) }
        while true {
            guard let member = scanner.member(line) else { throw Self.damaged(position) }
            keep(member, in: line)
            guard scanner.isFollowed(in: line) else { break }
        }
        guard scanner.offset == line.count - 1, !id.isEmpty, !source.isEmpty, !type.isEmpty, !time.isEmpty
        else { throw Self.damaged(position) }
    }

    private static func damaged(_ position: UInt64) -> LogError {
        LogError(.damaged, "the line at position \(position) is not in the form that the ledger writes")
    }

    /// When the event happened, in microseconds.
    func time(in line: Span<UInt8>, position: UInt64) throws(LogError) -> Int64 {
        do { return try Instant(parsing: line.extracting(time)).microseconds } catch {
            throw LogError(.damaged, "the line at position \(position) has no readable time")
        }
    }

    /// The `channel` of the data, within its quotes; empty where there is none.
    func channel(in line: Span<UInt8>) -> Range<Int> {
        guard data.count > 2, line[data.lowerBound] == UInt8(ascii: "{") else { return 0..<0 }
        var scanner = LineScanner(at: data.lowerBound + 1)
        while let member = scanner.member(line) {
            if member.name.count == 7, line.spells("channel", at: member.name) {
                return line[member.value.lowerBound] == UInt8(ascii: "\"") ? member.text : 0..<0
            }
            guard scanner.isFollowed(in: line) else { break }
        }
        return 0..<0
    }

    private mutating func keep(_ member: LineScanner.Member, in line: Span<UInt8>) {
        let name = member.name
        // Extensions may have any short name, such as `ip` or `dept`: only the whole name tells.
        if name.count == 4, line.spells("data", at: name) { data = member.value }
        guard line[member.value.lowerBound] == UInt8(ascii: "\"") else { return }
        switch (name.count, line[name.lowerBound]) {
        case (2, UInt8(ascii: "i")) where line.spells("id", at: name): id = member.text
        case (4, UInt8(ascii: "t")) where line.spells("type", at: name): type = member.text
        case (4, UInt8(ascii: "t")) where line.spells("time", at: name): time = member.text
        case (6, UInt8(ascii: "s")) where line.spells("source", at: name): source = member.text
        case (6, UInt8(ascii: "a")) where line.spells("authid", at: name): actor = member.text
        case (7, UInt8(ascii: "s")) where line.spells("subject", at: name): subject = member.text
        case (10, UInt8(ascii: "c")) where line.spells("contentmac", at: name): contentMAC = member.text
        case (11, UInt8(ascii: "c")) where line.spells("causationid", at: name): causation = member.text
        case (12, UInt8(ascii: "r")) where line.spells("recordedtime", at: name): recordedTime = member.text
        case (13, UInt8(ascii: "c")) where line.spells("correlationid", at: name): correlation = member.text
        default: break
        }
    }
}

/// Walks over the members of a canonical object.
struct LineScanner {
    /// A member: the name and the value, strings with their quotes.
    struct Member {
        let name: Range<Int>
        let value: Range<Int>

        /// The value, which must be a string, within its quotes.
        var text: Range<Int> { value.lowerBound + 1..<value.upperBound - 1 }
    }

    private(set) var offset: Int

    /// A walk that begins behind the opening brace.
    init(at offset: Int) { self.offset = offset }

    /// The next member; nil where there is none or the text breaks off.
    mutating func member(_ line: Span<UInt8>) -> Member? {
        guard offset < line.count, line[offset] == UInt8(ascii: "\""),
            let nameEnd = endOfString(line, from: offset), nameEnd < line.count,
            line[nameEnd] == UInt8(ascii: ":"), let valueEnd = endOfValue(line, from: nameEnd + 1)
        else { return nil }
        let member = Member(name: offset + 1..<nameEnd - 1, value: nameEnd + 1..<valueEnd)
        offset = valueEnd
        return member
    }

    /// Whether another member follows, which the walk then stands before.
    mutating func isFollowed(in line: Span<UInt8>) -> Bool {
        guard offset < line.count, line[offset] == UInt8(ascii: ",") else { return false }
        offset += 1
        return true
    }

    private func endOfValue(_ line: Span<UInt8>, from start: Int) -> Int? {
        guard start < line.count else { return nil }
        switch line[start] {
        case UInt8(ascii: "\""): return endOfString(line, from: start)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return endOfNested(line, from: start)
        default:
            var index = start
            while index < line.count, line[index] != UInt8(ascii: ","), line[index] != UInt8(ascii: "}") {
                index += 1
            }
            return index
        }
    }

    private func endOfNested(_ line: Span<UInt8>, from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "\""):
                guard let end = endOfString(line, from: index) else { return nil }
                index = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return nil
    }

    private func endOfString(_ line: Span<UInt8>, from start: Int) -> Int? {
        var index = start + 1
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes in a range spell a name of the same length.
    func spells(_ name: StaticString, at range: Range<Int>) -> Bool {
        name.withUTF8Buffer { letters in
            for index in 0..<range.count where unsafe self[range.lowerBound + index] != letters[index] {
                return false
            }
            return true
        }
    }

    /// The text of a string's bytes between its quotes, escapes resolved. Escapes are rare, so the common
    /// case is a plain copy.
    func unescaped(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(lent: extracting(range))
        guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        guard let text = (try? JSONValue(parsing: quoted.span))?.stringValue else { return bytes }
        return Array(text.utf8)
    }
}
