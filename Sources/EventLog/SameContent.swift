import Events

/// Whether a stored line and a new one of the same source and id are the same event.
///
/// Equal are canonical bytes without recorded times, the time compared as an instant. Where personal values
/// were sealed, their bytes differ each time: then the codes over the plain content are compared.
enum SameContent {
    /// The answer by the bytes alone, in the usual case that nothing but the recorded time can differ; nil
    /// where it takes more. Offsets are those of the digits of the recorded time.
    static func quickly(
        _ stored: Span<UInt8>, _ storedOffset: Int, _ new: Span<UInt8>, _ newOffset: Int
    ) -> Bool {
        let width = EventPreparer.unsetRecordedTime.utf8.count
        guard stored.count == new.count, storedOffset == newOffset, storedOffset + width <= stored.count
        else {
            return false
        }
        return stored.extracting(0..<storedOffset).isEqual(to: new.extracting(0..<newOffset))
            && stored.extracting((storedOffset + width)...).isEqual(
                to: new.extracting((newOffset + width)...))
    }

    /// The answer, attribute by attribute. Where the customer's key was destroyed nothing is left to compare
    /// with: the events count as the same.
    static func thoroughly(
        _ stored: Span<UInt8>, _ new: Span<UInt8>, position: UInt64, keys: LedgerKeys
    ) throws(LogError) -> Bool {
        let storedFields = try LineFields(stored, position: position)
        let newFields = try LineFields(new, position: position)
        if !storedFields.contentMAC.isEmpty {
            let storedKey = keyNumber(stored, storedFields)
            if storedKey == keyNumber(new, newFields) {
                return stored.extracting(storedFields.contentMAC).isEqual(
                    to: new.extracting(newFields.contentMAC))
            }
            guard let storedKey else { return false }
            return try keys.isDestroyed(storedKey)
        }
        var left = LineScanner(at: 1)
        var right = LineScanner(at: 1)
        while true {
            let storedMember = nextCompared(&left, stored)
            let newMember = nextCompared(&right, new)
            guard let storedMember, let newMember else { return storedMember == nil && newMember == nil }
            guard isEqual(storedMember, of: stored, newMember, of: new) else { return false }
        }
    }

    /// The number of the key of the first sealed value, if there is one.
    private static func keyNumber(_ line: Span<UInt8>, _ fields: LineFields) -> UInt64? {
        let mark = Array("{\"$sealed\":\"v1.".utf8)
        var index = fields.data.lowerBound
        while index + mark.count + 16 <= fields.data.upperBound {
            if line.extracting(index..<index + mark.count).isEqual(to: mark.span) {
                return UInt64(line.extracting(index + mark.count..<index + mark.count + 16).text, radix: 16)
            }
            index += 1
        }
        return nil
    }

    private static func nextCompared(_ scanner: inout LineScanner, _ line: Span<UInt8>) -> LineScanner.Member?
    {
        while let member = scanner.member(line) {
            _ = scanner.isFollowed(in: line)
            let name = line.extracting(member.name).text
            if !["recordedtime", "sourcerecordedtime", "contentmac"].contains(name) { return member }
        }
        return nil
    }

    private static func isEqual(
        _ left: LineScanner.Member, of stored: Span<UInt8>, _ right: LineScanner.Member, of new: Span<UInt8>
    ) -> Bool {
        guard stored.extracting(left.name).isEqual(to: new.extracting(right.name)) else { return false }
        if stored.extracting(left.value).isEqual(to: new.extracting(right.value)) { return true }
        guard left.name.count == 4, stored.spells("time", at: left.name) else { return false }
        guard let before = try? Instant(parsing: stored.extracting(left.text)),
            let after = try? Instant(parsing: new.extracting(right.text))
        else { return false }
        return before == after
    }
}
