import Events

extension Mapper {
    /// Writes one event; answers its recorded time where it is wanted.
    mutating func write(_ template: EventTemplate) throws(EventProblem) -> Instant? {
        let program = template.program
        var recorded: Instant?
        openings.removeAll(keepingCapacity: true)
        for step in program.steps {
            let slot = Int(step.slot)
            switch step.kind {
            case .literal:
                output.append(from: program.pool, Int(step.start), Int(step.end))
            case .field:
                guard nodes[slot] >= 0 else { continue }
                output.append(from: program.pool, Int(step.start), Int(step.end))
                _ = copy(Int(nodes[slot]))
                output.append(UInt8(ascii: ","))
            case .attribute, .time:
                if slot >= 0, recordedSource == .now || step.kind == .attribute,
                    isReady(Int(nodes[slot]), as: step.kind)
                {
                    output.append(from: program.pool, Int(step.start), Int(step.end))
                    _ = copy(Int(nodes[slot]))
                    output.append(UInt8(ascii: ","))
                } else {
                    try write(program.attributes[Int(step.index)], &recorded)
                }
            case .open:
                openings.append(output.count)
                output.append(from: program.pool, Int(step.start), Int(step.end))
                openings.append(output.count)
            case .close: close(step)
            case .money where isReadyAmount(slot, currency: Int(step.currency)):
                output.append(from: program.pool, Int(step.start), Int(step.end))
                _ = copy(Int(nodes[slot]))
                output.append(UInt8(ascii: ","))
            case .money, .general:
                let rollback = output.count
                output.append(from: program.pool, Int(step.start), Int(step.end))
                if try write(program.expressions[Int(step.index)]) {
                    output.append(UInt8(ascii: ","))
                } else {
                    output.removeLast(output.count - rollback)
                }
            }
        }
        output[output.count - 1] = UInt8(ascii: "}")
        if recordedSource != .now && recorded == nil {
            throw EventProblem(
                code: "missing", pointer: recordedSource == .field ? "/recordedtime" : "/time",
                expected: "a recorded time (--recorded \(recordedSource.rawValue))", found: "nothing")
        }
        return recorded
    }

    private mutating func close(_ step: WritingProgram.Step) {
        let byte = UInt8(step.index)
        if step.start < 0 {
            // The data themselves: `{` stays even where nothing follows.
            if output.last == UInt8(ascii: ",") { output.removeLast() }
        } else {
            let inner = openings.removeLast()
            let outer = openings.removeLast()
            guard output.count > inner else {
                output.removeLast(output.count - outer)
                return
            }
            output.removeLast()
        }
        output.append(byte)
        output.append(UInt8(ascii: ","))
    }

    /// Whether an attribute can be copied as it stands.
    private func isReady(_ node: Int, as kind: WritingProgram.Kind) -> Bool {
        guard node >= 0, reader.kind(node) == .string, reader.isPlainText(node) else { return false }
        let length = reader.textLength(node)
        guard kind == .time else { return length > 0 }
        let start = sourceStart + reader.byteOffset(node) + 1
        return Self.isCompleteTime(source, from: start, to: start + length)
    }

    /// Whether an amount can be copied as it stands: its currency is the one seen last, and it has its places.
    private func isReadyAmount(_ slot: Int, currency: Int) -> Bool {
        let node = Int(nodes[slot])
        let currencyNode = Int(nodes[currency])
        guard node >= 0, currencyNode >= 0, currencyCode != 0, reader.kind(node) == .string,
            reader.isPlainText(node), reader.kind(currencyNode) == .string,
            reader.textLength(currencyNode) == 3
        else { return false }
        let code = sourceStart + reader.byteOffset(currencyNode) + 1
        guard Self.pack(source, code) == currencyCode else { return false }
        let start = sourceStart + reader.byteOffset(node) + 1
        return Self.isReadyAmount(
            source, from: start, to: start + reader.textLength(node), places: currencyPlaces)
    }

    /// Three bytes as one number.
    static func pack(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
    }

    /// Whether a text is digits, a point and exactly so many digits, without needless zeros in front.
    static func isReadyAmount(_ text: [UInt8], from start: Int, to end: Int, places: Int) -> Bool {
        let point = end - places - 1
        guard places > 0, point > start, end - start < 17, text[point] == UInt8(ascii: ".") else {
            return false
        }
        for index in start..<end where index != point {
            guard text[index] >= 0x30, text[index] <= 0x39 else { return false }
        }
        return text[start] != 0x30 || point == start + 1
    }

    /// `yyyy-MM-ddTHH:mm:ss`, decimals, and Z or an offset: whether it is a real time is the ledger's question.
    static func isCompleteTime(_ text: [UInt8], from start: Int, to end: Int) -> Bool {
        let count = end - start
        guard count >= 20, text[start + 10] == UInt8(ascii: "T") else { return false }
        if text[end - 1] == UInt8(ascii: "Z") { return true }
        let sign = text[end - 6]
        return count >= 25 && text[end - 3] == UInt8(ascii: ":")
            && (sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"))
    }
}
