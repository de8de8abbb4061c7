// Unsafe: writes canonical JSON into memory of the reader that is made large enough before, from the tape and
// text of the reader. Measured: a checked array costs three times as much for each event.
import CSimdJSON

extension JSONReader {
    /// Appends the value at a node to `output` as RFC 8785 canonical JSON.
    public func writeCanonical(_ node: Int, to output: inout [UInt8]) {
        var none = CanonicalEdits()
        writeCanonical(node, edits: &none, to: &output)
    }

    /// Appends the object at a node to `output` as RFC 8785 canonical JSON, with changes. Afterwards the edits
    /// know where their values stand in the output.
    public func writeCanonical(_ node: Int, edits: inout CanonicalEdits, to output: inout [UInt8]) {
        precondition(node >= 0 && node < nodeCount, "no such JSON node")
        // What is written is never longer than what was read, but for numbers (at most 25 bytes) and edits;
        // copies go in steps of 16 bytes.
        let bound = byteCount + 26 * nodeCount + 2 * edits.bytes.count + 8 * edits.edits.count + 64
        makeRoom(forCanonical: bound, members: nodeCount + edits.edits.count)
        mark(edits)
        // The list is moved, not copied: offsets are written into it.
        var list: [CanonicalEdits.Edit] = []
        swap(&list, &edits.edits)
        unsafe edits.bytes.withUnsafeBufferPointer { bytes in
            var pass = unsafe CanonicalPass(
                nodes: nodes, text: text, start: canonical, base: output.count, editBytes: bytes,
                out: canonical,
                members: members, edits: list)
            list = []
            pass.write(node, root: node)
            unsafe output.append(
                contentsOf: UnsafeBufferPointer(start: canonical, count: pass.out - canonical))
            list = pass.edits
        }
        swap(&list, &edits.edits)
        unmark(edits)
    }

    private func mark(_ edits: CanonicalEdits) {
        for edit in edits.edits where edit.node >= 0 {
            precondition(edit.node < nodeCount, "an edit of another text")
            unsafe nodes[edit.node].flags |= UInt8(JSON_TAPE_MARKED.rawValue)
        }
    }

    private func unmark(_ edits: CanonicalEdits) {
        for edit in edits.edits where edit.node >= 0 {
            unsafe nodes[edit.node].flags &= ~UInt8(JSON_TAPE_MARKED.rawValue)
        }
    }
}

/// One member of an object while the members are sorted.
struct CanonicalMember {
    /// The first eight bytes of the name.
    var prefix: UInt64
    /// The name's node; for added members, -1 less the index of the edit.
    var name: Int
}

/// One run of the writer over a tape.
@safe
private struct CanonicalPass {
    let nodes: UnsafeMutablePointer<json_tape_node>
    let text: UnsafeMutablePointer<UInt8>
    let start: UnsafeMutablePointer<UInt8>
    let base: Int
    let editBytes: UnsafeBufferPointer<UInt8>
    var out: UnsafeMutablePointer<UInt8>
    /// Where members of the objects that are open are sorted; those of inner objects stand behind.
    var members: UnsafeMutablePointer<CanonicalMember>
    var edits: [CanonicalEdits.Edit]

    mutating func write(_ index: Int, root: Int) {
        let node = unsafe nodes[index]
        if node.flags & UInt8(JSON_TAPE_MARKED.rawValue) != 0, writeReplacement(of: index) { return }
        switch JSONKind(rawValue: node.kind) {
        case .null: literal("null")
        case .true: literal("true")
        case .false: literal("false")
        case .number: number(node)
        case .string, .name: string(node)
        case .array: array(index, root: root)
        case .object: object(index, root: root)
        case nil: preconditionFailure("a damaged tape")
        }
    }

    private mutating func put(_ byte: UInt8) {
        unsafe out.pointee = byte
        unsafe out += 1
    }

    private mutating func literal(_ spelling: StaticString) {
        unsafe copy(spelling.utf8Start, spelling.utf8CodeUnitCount)
    }

    /// Copies in steps of 16 bytes where both sides have room for it: the text is padded, the output too.
    private mutating func copyPadded(_ source: UnsafePointer<UInt8>, _ count: Int) {
        var done = 0
        repeat {
            let piece = unsafe UnsafeRawPointer(source + done).loadUnaligned(as: SIMD16<UInt8>.self)
            unsafe UnsafeMutableRawPointer(out + done).storeBytes(of: piece, as: SIMD16<UInt8>.self)
            done += 16
        } while done < count
        unsafe out += count
    }

    private mutating func copy(_ source: UnsafePointer<UInt8>, _ count: Int) {
        unsafe out.update(from: source, count: count)
        unsafe out += count
    }

    private mutating func number(_ node: json_tape_node) {
        if node.flags & UInt8(JSON_TAPE_CANONICAL.rawValue) != 0 {
            unsafe copyPadded(text + Int(node.offset), Int(node.length))
        } else {
            unsafe out += json_number_write(node.number, out)
        }
    }

    private mutating func string(_ node: json_tape_node) {
        put(UInt8(ascii: "\""))
        if node.flags & UInt8(JSON_TAPE_ESCAPED.rawValue) == 0 {
            unsafe copyPadded(text + Int(node.offset), Int(node.length))
        } else {
            for index in 0..<Int(node.length) {
                unsafe escaped(text[Int(node.offset) + index])
            }
        }
        put(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ byte: UInt8) {
        if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            put(byte)
            return
        }
        put(UInt8(ascii: "\\"))
        if let letter = CanonicalWriter.shortEscape(byte) {
            put(letter)
        } else {
            literal("u00")
            put(UInt8(ascii: "0") + byte >> 4)
            put(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
        }
    }

    private mutating func array(_ index: Int, root: Int) {
        put(UInt8(ascii: "["))
        let end = unsafe Int(nodes[index].next)
        var element = index + 1
        while element < end {
            if element > index + 1 { put(UInt8(ascii: ",")) }
            write(element, root: root)
            element = unsafe Int(nodes[element].next)
        }
        put(UInt8(ascii: "]"))
    }

    private mutating func object(_ index: Int, root: Int) {
        put(UInt8(ascii: "{"))
        let sorted = unsafe members
        let count = sortMembers(of: index, withAdded: index == root)
        unsafe members = sorted + count
        for place in 0..<count {
            if place > 0 { put(UInt8(ascii: ",")) }
            let name = unsafe sorted[place].name
            if name >= 0 {
                unsafe string(nodes[name])
                put(UInt8(ascii: ":"))
                write(name + 1, root: root)
            } else {
                writeAdded(-1 - name)
            }
        }
        unsafe members = sorted
        put(UInt8(ascii: "}"))
    }

    /// Collects and sorts the members of an object at `members`; returns how many there are.
    private mutating func sortMembers(of index: Int, withAdded: Bool) -> Int {
        let end = unsafe Int(nodes[index].next)
        var count = 0
        var name = index + 1
        while name < end {
            let value = unsafe nodes[name + 1]
            let isMarked = value.flags & UInt8(JSON_TAPE_MARKED.rawValue) != 0
            if !isMarked || !(isOmitted(name + 1)) {
                unsafe insert(CanonicalMember(prefix: nodes[name].prefix, name: name), at: &count)
            }
            name = Int(value.next)
        }
        if withAdded {
            for (index, edit) in edits.enumerated() where edit.action == .add {
                insert(CanonicalMember(prefix: edit.prefix, name: -1 - index), at: &count)
            }
        }
        if count > 32 {
            var all = unsafe UnsafeMutableBufferPointer(start: members, count: count)
            unsafe all.sort { precedes($0, $1) }
        }
        return count
    }

    /// Objects are small and often sorted already: each member is inserted where it belongs. Large objects are
    /// sorted afterwards.
    private func insert(_ member: CanonicalMember, at count: inout Int) {
        var place = count
        if count < 32 {
            while place > 0, unsafe precedes(member, members[place - 1]) {
                unsafe members[place] = members[place - 1]
                place -= 1
            }
        }
        unsafe members[place] = member
        count += 1
    }

    /// The order of names as UTF-16 code units. It is that of their UTF-8 bytes, except that characters beyond
    /// U+FFFF (first byte 0xF0 and above) come before U+E000 to U+FFFF (first byte 0xEE and 0xEF).
    private func precedes(_ left: CanonicalMember, _ right: CanonicalMember) -> Bool {
        if left.prefix != right.prefix {
            let shift = UInt64(56 - (left.prefix ^ right.prefix).leadingZeroBitCount & ~7)
            return Self.precedes(
                UInt8(truncatingIfNeeded: left.prefix >> shift),
                UInt8(truncatingIfNeeded: right.prefix >> shift))
        }
        let (leftStart, leftCount) = unsafe name(left)
        let (rightStart, rightCount) = unsafe name(right)
        var index = 0
        while index < leftCount, index < rightCount {
            let pair = unsafe (leftStart[index], rightStart[index])
            if pair.0 != pair.1 { return Self.precedes(pair.0, pair.1) }
            index += 1
        }
        return leftCount < rightCount
    }

    private static func precedes(_ left: UInt8, _ right: UInt8) -> Bool {
        if left >= 0xEE, right >= 0xEE, (left >= 0xF0) != (right >= 0xF0) { return left >= 0xF0 }
        return left < right
    }

    private func name(_ member: CanonicalMember) -> (UnsafePointer<UInt8>, Int) {
        guard member.name < 0 else {
            let node = unsafe nodes[member.name]
            return unsafe (UnsafePointer(text + Int(node.offset)), Int(node.length))
        }
        let range = edits[-1 - member.name].name
        guard let start = unsafe editBytes.baseAddress else { preconditionFailure("an edit without a name") }
        return unsafe (start + range.lowerBound, range.count)
    }

    private func isOmitted(_ value: Int) -> Bool {
        edits.contains { $0.node == value && $0.action == .omit }
    }

    private mutating func writeReplacement(of value: Int) -> Bool {
        guard let index = edits.firstIndex(where: { $0.node == value && $0.action == .replace })
        else { return false }
        writeValue(of: index)
        return true
    }

    private mutating func writeAdded(_ index: Int) {
        put(UInt8(ascii: "\""))
        copyEdit(edits[index].name)
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        writeValue(of: index)
    }

    private mutating func writeValue(of index: Int) {
        edits[index].offset = unsafe base + (out - start)
        copyEdit(edits[index].value)
    }

    private mutating func copyEdit(_ range: Range<Int>) {
        guard let source = unsafe editBytes.baseAddress else { return }
        unsafe copy(source + range.lowerBound, range.count)
    }
}
