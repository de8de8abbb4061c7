extension Envelope {
    /// Reads the event at a node of a parsed text, strictly; see ARCHITECTURE.md for what CloudEvents allows
    /// and Daybook requires. The members of `data` are the schema's business.
    public static func read(_ reader: JSONReader, node: Int) throws(EventProblem) -> Envelope {
        guard reader.kind(node) == .object else {
            throw EventProblem(
                code: "wrong_type", pointer: reader.pointer(to: node),
                expected: "a CloudEvent: a JSON object",
                found: reader.kind(node).words)
        }
        var nodes = EnvelopeNodes()
        let end = reader.next(node)
        var name = node + 1
        while name < end {
            try nodes.take(reader, name: name)
            name = reader.next(name + 1)
        }
        try nodes.requireAll()
        return try Envelope(nodes: nodes, node: node, reader: reader)
    }
}

/// The attributes of an event while they are gathered: node numbers, -1 where absent.
struct EnvelopeNodes {
    var specversion = -1
    var id = -1
    var source = -1
    var type = -1
    var time = -1
    var data = -1
    var subject = -1
    var recordedTime = -1

    mutating func take(_ reader: JSONReader, name: Int) throws(EventProblem) {
        let value = name + 1
        if reader.text(name, equals: "id") {
            id = value
        } else if reader.text(name, equals: "source") {
            source = value
        } else if reader.text(name, equals: "type") {
            type = value
        } else if reader.text(name, equals: "time") {
            time = value
        } else if reader.text(name, equals: "data") {
            data = value
        } else if reader.text(name, equals: "subject") {
            subject = value
        } else if reader.text(name, equals: "recordedtime") {
            recordedTime = value
        } else if reader.text(name, equals: "specversion") {
            specversion = value
        }
    }

    func requireAll() throws(EventProblem) {
        for (name, node) in [
            ("specversion", specversion), ("id", id), ("source", source), ("type", type), ("time", time),
            ("data", data),
        ] where node < 0 {
            throw EventProblem(
                code: "missing", pointer: "/" + name, expected: "the attribute \(name)", found: "nothing")
        }
    }

    static func instant(_ reader: JSONReader, _ node: Int, _ pointer: String) throws(EventProblem) -> Instant
    {
        guard reader.kind(node) == .string else {
            throw EventProblem(
                code: "wrong_type", pointer: pointer, expected: "an RFC 3339 time",
                found: reader.kind(node).words)
        }
        do {
            return try reader.withText(node) { (text) throws(TimeError) in try Instant(parsing: text) }
        } catch {
            throw EventProblem(
                code: "bad_time", pointer: pointer, expected: "an RFC 3339 time", found: error.description)
        }
    }
}

extension JSONKind {
    /// The kind in words, with an article: "a string".
    public var words: String {
        switch self {
        case .null: "null"
        case .false: "false"
        case .true: "true"
        case .number: "a number"
        case .string, .name: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
