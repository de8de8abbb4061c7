import Events
import Testing

@testable import EventLog

@Suite("Columns of values")
struct ValueStretchTests {
    private let reader = JSONReader(expectsAlike: true, few: EventForms.fewTexts)

    private func encoded(_ events: [JSONValue], _ gatherer: inout ValueGatherer) throws -> [UInt8] {
        gatherer.begin()
        for event in events {
            try reader.parse(event.canonicalBytes)
            gatherer.add(reader)
        }
        return gatherer.encode()
    }

    private func places(
        _ condition: ValueExpression, _ bytes: [UInt8], within range: Range<Int>, among given: [Int]? = nil
    ) throws -> [Int]? {
        let stretch = try ValueStretch(bytes.span)
        return try ValueFilter(condition)?.places(of: stretch, bytes.span, within: range, among: given)
    }

    /// Whatever condition is asked, no event that meets it is passed over; of plain values hardly another is let pass.
    @Test(arguments: [1, 2, 64, 130, 700, 3_000])
    func noEventThatMeetsAConditionIsPassedOver(count: Int) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed), \(count) events")
        var random = RandomValues(seed: seed)
        let events = (0..<count).map { random.event($0) }
        var gatherer = ValueGatherer()
        let bytes = try encoded(events.map(\.stored), &gatherer)
        var (asked, tooMany) = (0, 0)
        for round in 0..<400 {
            let isPlain = round % 2 == 0
            let condition =
                isPlain ? random.comparison(of: random.pick(RandomValues.plainPaths)) : random.condition()
            let low = random.number(0...max(0, count / 2 - 1))
            let range = low..<random.number(low + 1...count)
            let given: [Int]? = random.number(0...2) == 0 ? range.filter { $0 % 3 == 1 } : nil
            guard let passed = try places(condition, bytes, within: range, among: given) else { continue }
            let own = given ?? Array(range)
            let expected = own.filter { place in
                condition.holds { path in
                    // Below what is sealed as a whole nobody looks.
                    let (stored, opened) = events[place]
                    return (path == "data.secret.inner" ? stored : opened).value(at: path) ?? .null
                }
            }
            let missed = Set(expected).subtracting(passed)
            #expect(missed.isEmpty, "seed \(seed): \(condition) passes over \(missed.sorted())")
            #expect(Set(passed).isSubset(of: own) && passed == passed.sorted())
            if isPlain {
                asked += own.count
                tooMany += passed.count - expected.count
            }
        }
        #expect(tooMany * 20 < asked + 2_000, "seed \(seed): \(tooMany) too many of \(asked)")
    }

    /// What was gathered before shows in nothing: verification compares bytes.
    @Test func theSameEventsMakeTheSameBytes() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = RandomValues(seed: seed)
        let events = (0..<600).map { random.event($0).stored }
        var used = ValueGatherer()
        _ = try encoded(Array(events[300...].reversed()), &used)
        let again = try encoded(Array(events[..<300]), &used)
        var fresh = ValueGatherer()
        #expect(try encoded(Array(events[..<300]), &fresh) == again)
    }

    /// Nothing of what is sealed is kept, not even as it stands.
    @Test func sealedTextsAreNotKept() throws {
        let events = (0..<100).map { number -> JSONValue in
            ["data": ["name": ["$sealed": .string("v1.0000000000000001.AAAA\(number)")]], "subject": "c1"]
        }
        var gatherer = ValueGatherer()
        let bytes = try encoded(events, &gatherer)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("AAAA"))
        let condition = ValueExpression.compare("data.name", .equal, "Anna")
        #expect(try places(condition, bytes, within: 0..<100)?.count == 100)
    }

    /// What is sent does not say how much memory a stretch takes: what does not fit is not known.
    @Test func whatTakesTooMuchIsUnknown() throws {
        let note = String(repeating: "x", count: 1_000)
        let texts = (0..<20_000).map { number -> JSONValue in ["data": ["note": .string("\(number) \(note)")]]
        }
        var gatherer = ValueGatherer()
        let bytes = try encoded(texts, &gatherer)
        for number in [0, 15_000, 19_999] {
            let condition = ValueExpression.compare("data.note", .equal, .string("\(number) \(note)"))
            #expect(try places(condition, bytes, within: 0..<20_000)?.contains(number) == true)
        }
        let wide = JSONValue.object(
            JSONObject((0..<2_000).map { number in ("k\(number)", .number(Double(number))) }))
        let all = try encoded((0..<1_100).map { _ in ["data": wide] }, &gatherer)
        #expect(all.count < 100)
        let condition = ValueExpression.compare("data.k7", .equal, 7)
        #expect(try places(condition, all, within: 0..<1_100)?.count == 1_100)
        // Nested money holds what is within it again and again.
        var money = JSONValue.string(note)
        for _ in 0..<50 { money = ["amount": "1.00", "currency": "EUR", "x": money] }
        #expect(try encoded((0..<500).map { _ in ["data": ["m": money]] }, &gatherer).count < 1_000_000)
    }

    /// Where there are more paths than columns, what is left out is not taken for absent.
    @Test func pathsThatAreLeftOutAreUnknown() throws {
        let events = (0..<3_000).map { number -> JSONValue in
            ["data": .object(JSONObject([("k\(number)", 1)])), "subject": "c1"]
        }
        var gatherer = ValueGatherer()
        let bytes = try encoded(events, &gatherer)
        for number in stride(from: 0, to: 3_000, by: 97) {
            let condition = ValueExpression.compare("data.k\(number)", .equal, 1)
            #expect(try places(condition, bytes, within: 0..<3_000)?.contains(number) == true)
        }
    }

    @Test func damagedColumnsAreAnErrorAndNoTrap() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = RandomValues(seed: seed)
        let events = (0..<500).map { random.event($0).stored }
        var gatherer = ValueGatherer()
        let bytes = try encoded(events, &gatherer)
        for _ in 0..<2_000 {
            var damaged = bytes
            let place = random.number(0...bytes.count - 1)
            if random.number(0...4) == 0 {
                damaged.removeLast(damaged.count - place)
            } else {
                // The directory is hit as often as all else.
                let place = random.number(0...1) == 0 ? place : min(place, random.number(0...700))
                damaged[place] ^= UInt8(random.number(1...255))
            }
            do {
                _ = try places(random.condition(), damaged, within: 0..<500)
            } catch {
                #expect(error is LogError, "seed \(seed)")
            }
        }
    }

    @Test func textsThatAreNumbersAreTold() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = RandomValues(seed: seed)
        let letters = Array("00112345678999.-eExX+infa p\0")
        for _ in 0..<20_000 {
            let text = String((0..<random.number(0...18)).map { _ in random.pick(letters) })
            let told = DecimalText.number(text.utf8.span)
            let expected = ValueComparison.decimal(.string(text))
            let isSame = told == expected || told?.isNaN == true && expected?.isNaN == true
            #expect(isSame, "seed \(seed): \(text) is \(String(describing: told))")
        }
    }

    @Test func numbersKeepTheirOrder() {
        let numbers: [Double] = [
            -.infinity, -1e300, -1.5, -1e-300, 0, 1e-300, 1, 1.0.nextUp, 2, 1e300, .infinity,
        ]
        let codes = numbers.map(NumberOrder.code)
        #expect(codes == codes.sorted() && Set(codes).count == codes.count)
        #expect(NumberOrder.code(-0.0) == NumberOrder.code(0))
        for bits in [16, 32] {
            for distance: UInt64 in [0, 1, 0xFFFF, 0x1_0000, 1 << 40, .max] {
                let shift = UInt64(NumberOrder.shift(from: 0, to: distance, bits: bits))
                let limit: UInt64 = 1 << UInt64(bits)
                #expect(distance >> shift < limit)
            }
        }
    }

    /// Strings that Swift calls equal are found by one hash.
    @Test func equalTextsHaveOneHash() {
        for (left, right) in [
            ("caf\u{E9}", "cafe\u{301}"), ("\u{212A}", "K"), ("\u{37E}", ";"), ("\u{1FEF}", "`"),
            ("\u{1E69}", "s\u{307}\u{323}"), ("\u{AC00}", "\u{1100}\u{1161}"),
            ("\u{2F800}", "\u{4E3D}"), ("\u{11099}\u{110BA}", "\u{1109A}"),
        ] {
            #expect(left == right)
            #expect(TextDigest.hash(left.utf8.span) == TextDigest.hash(right.utf8.span))
        }
    }
}
