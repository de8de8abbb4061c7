import Events
import Testing

/// An event read by the layout of another one of its shape is read as if by itself.
@Suite struct EnvelopeLayoutTests {
    private static let values: [String: [String]] = [
        "id": ["e1", "x", "", "é", #"a\u0007b"#], "source": ["urn:a", "/shop", "", "not a uri", "%zz"],
        "type": ["a.b", "c.d", ""], "time": ["2026-01-01T00:00:00Z", "2026-01-01", "2025-13-01T00:00:00Z"],
        "subject": ["c1", "", "王芳"], "authid": ["eve", "", "\u{9F}"], "authtype": ["system", "user", "root"],
        "recordedtime": ["2026-01-02T00:00:00.000000Z", "yesterday"], "correlationid": ["r", ""],
        "causationid": ["e0"], "dataschema": ["urn:x:v2", "a b"], "specversion": ["1.0", "1.1"],
        "sourcerecordedtime": ["2026-01-01T00:00:00Z", "soon"], "contentmac": ["abc", ""], "ip": ["::1", ""],
    ]

    private static func event(_ generator: inout SeededGenerator, _ names: [String]) -> String {
        let members = names.map { name in
            let all = values[name] ?? [""]
            let isGood = Int.random(in: 0..<8, using: &generator) > 0
            return "\"\(name)\":\"\(isGood ? all[0] : all.randomElement(using: &generator)!)\""
        }
        return "{\"data\":{\"n\":\(Int.random(in: 0...9, using: &generator))},"
            + members.joined(separator: ",") + "}"
    }

    @Test func aLayoutSaysWhatAReadingSays() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let always = ["id", "source", "type", "time", "specversion"]
        let others = values(without: always)
        var layouts: [Int: EnvelopeLayout] = [:]
        let alike = JSONReader(expectsAlike: true)
        let plain = JSONReader()
        var byLayout = 0
        let shapes = (0..<12).map { _ in
            always + others.filter { _ in Bool.random(using: &generator) }.shuffled(using: &generator)
        }
        for _ in 0..<8_000 {
            let text = Self.event(&generator, shapes.randomElement(using: &generator)!)
            try alike.parse(text)
            try plain.parse(text)
            let expected = Result { try Envelope.read(plain, stored: true) }
            let found: Result<Envelope, any Error>
            if let layout = layouts[alike.shape] {
                byLayout += 1
                found = Result { try layout.read(alike, recorded: (-1, .first)) }
            } else {
                found = Result { try Envelope.read(alike, stored: true) }
                if alike.shape > 0, case .success(let envelope) = found {
                    layouts[alike.shape] = EnvelopeLayout(envelope)
                }
            }
            #expect(Self.words(found) == Self.words(expected), "seed \(seed): \(text)")
        }
        #expect(byLayout > 5_000)
    }

    private func values(without names: [String]) -> [String] {
        Self.values.keys.filter { !names.contains($0) }.sorted()
    }

    private static func words(_ result: Result<Envelope, any Error>) -> String {
        switch result {
        case .failure(let error): "\(error)"
        case .success(let envelope):
            "\(envelope.key) \(envelope.type) \(envelope.time) \(envelope.subject ?? "-") "
                + "\(envelope.recordedTime?.description ?? "-") \(envelope.actor ?? "-") "
                + "\(envelope.correlationNode ?? 0) \(envelope.causationNode ?? 0) \(envelope.dataNode) "
                + "\(envelope.sourceRecordedTimeNode ?? 0)"
        }
    }

    @Test func aRecordedTimeThatIsKnownIsNotReadAgain() throws {
        let text =
            #"{"data":{},"id":"1","recordedtime":"2026-01-02T00:00:00Z","source":"s","specversion":"1.0","#
            + #""time":"2026-01-01T00:00:00Z","type":"t"}"#
        let reader = JSONReader(expectsAlike: true)
        try reader.parse(text)
        try reader.parse(text)
        let layout = EnvelopeLayout(try Envelope.read(reader, stored: true))
        let offset = try #require(
            text.utf8.span.indices.first { Array(text.utf8)[$0...].starts(with: "2026-01-02".utf8) })
        #expect(try layout.read(reader, recorded: (offset, .last)).recordedTime == .last)
        #expect(try layout.read(reader, recorded: (offset + 1, .last)).recordedTime != .last)
    }
}
