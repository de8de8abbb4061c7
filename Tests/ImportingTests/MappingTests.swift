import Events
import Foundation
import Testing

@testable import Importing

/// The mapping language: what records become, and what is said of those that become nothing.
@Suite struct MappingTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A mapping with one rule, whose data are given.
    static func mapping(_ data: String, top: String = "", attributes: String = "") throws -> Mapping {
        let yaml = """
            mapping: 1
            \(top)
            unexpected: ignore
            rules:
              - name: only
                type: purchase.completed
                id: $id
                source: urn:test
                time: "2024-01-01T00:00:00Z"
            \(attributes)
                data:
            \(data.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n"))
            """
        return try Mapping(yaml: yaml, file: "test.yaml")
    }

    func map(_ mapping: Mapping, _ records: String...) throws -> Outcome {
        try Outcome([scratch.file("records", records.joined(separator: "\n"))], mapping: mapping)
    }

    /// The `data` that one record becomes.
    func data(_ yaml: String, _ record: String, top: String = "") throws -> String {
        let outcome = try map(Self.mapping(yaml, top: top), record)
        if let rejection = outcome.rejections.first {
            return "rejected: \(rejection.problem.code) \(rejection.problem.pointer)"
        }
        let event = try #require(outcome.events.first)
        return try #require(try JSONValue(parsing: event).value(at: "data")).canonicalText
    }

    @Test(arguments: [
        // What the record has, copied.
        ("a: $x", #"{"id":"1","x":"té\"\\\n"}"#, #"{"a":"té\"\\\n"}"#),
        ("a: $x", #"{"id":"1","x":[1,{"b":null,"c":1.5e3}]}"#, #"{"a":[1,{"b":null,"c":1500}]}"#),
        ("a: $x.y.z", #"{"id":"1","x":{"y":{"z":true}}}"#, #"{"a":true}"#),
        (#"a: '$x\.y'"#, #"{"id":"1","x.y":7}"#, #"{"a":7}"#),
        ("a: $x\nb: $y", #"{"id":"1","x":null}"#, "{}"),
        // Constants and texts.
        (
            "a: 1\nb: x\nc: true\nd: 'true'\ne: \"1\"\nf: null\ng: no", #"{"id":"1"}"#,
            #"{"a":1,"b":"x","c":true,"d":"true","e":"1","g":"no"}"#
        ),
        ("a: 'x-${x}-$${y}'", #"{"id":"1","x":5}"#, #"{"a":"x-5-${y}"}"#),
        ("a: 'x-${x}'", #"{"id":"1"}"#, "{}"),
        ("a: {constant: {b: [1, x, null]}}", #"{"id":"1"}"#, #"{"a":{"b":[1,"x",null]}}"#),
        ("a: '${@file}-${@line}'", #"{"id":"1"}"#, #"{"a":"records-1"}"#),
        // Choices, lists, objects.
        ("a: {first: [$x, $y, z]}", #"{"id":"1","y":2}"#, #"{"a":2}"#),
        ("a: {first: [$x, $y, z]}", #"{"id":"1"}"#, #"{"a":"z"}"#),
        ("a: [$x, $y]", #"{"id":"1","y":2}"#, #"{"a":[2]}"#),
        ("a: [$x]\nb: {c: $x, d: {e: $x}}", #"{"id":"1"}"#, "{}"),
        ("a: {split: $x, by: ';'}", #"{"id":"1","x":" a; b;;c "}"#, #"{"a":["a","b","c"]}"#),
        (
            "a: {split: $x, by: ', ', into: {n: $@index, t: $.}}", #"{"id":"1","x":"a, b"}"#,
            #"{"a":[{"n":1,"t":"a"},{"n":2,"t":"b"}]}"#
        ),
        (
            "a: {each: $x, into: {p: $.sku, q: {field: .n, as: number}, o: $y}}",
            #"{"id":"1","y":9,"x":[{"sku":"s","n":"2.50"},{"sku":"t"}]}"#,
            #"{"a":[{"o":9,"p":"s","q":2.5},{"o":9,"p":"t"}]}"#
        ),
        ("a: {each: $x}", #"{"id":"1","x":7}"#, "rejected: wrong_type /x"),
        // Tables.
        ("a: {field: x, table: {inbound: in, '5': five}}", #"{"id":"1","x":"inbound"}"#, #"{"a":"in"}"#),
        ("a: {field: x, table: {inbound: in, '5': five}}", #"{"id":"1","x":5}"#, #"{"a":"five"}"#),
        ("a: {field: x, table: {inbound: in}}", #"{"id":"1","x":"up"}"#, "rejected: not_in_table /x"),
        ("a: {field: x, table: {inbound: in}, otherwise: keep}", #"{"id":"1","x":"up"}"#, #"{"a":"up"}"#),
        ("a: {field: x, table: {inbound: in}, otherwise: other}", #"{"id":"1","x":"up"}"#, #"{"a":"other"}"#),
        ("a: {field: x, trim: true, case: lower, table: {in: 1}}", #"{"id":"1","x":" IN\t"}"#, #"{"a":1}"#),
        ("a: {field: x, empty: ['', n/a], default: d}", #"{"id":"1","x":"n/a"}"#, #"{"a":"d"}"#),
        ("a: {field: x, required: true}", #"{"id":"1"}"#, "rejected: missing /x"),
        // Numbers.
        ("a: {field: x, as: number}", #"{"id":"1","x":"-012.500"}"#, #"{"a":-12.5}"#),
        ("a: {field: x, as: number, decimal: ','}", #"{"id":"1","x":"1.234,5"}"#, #"{"a":1234.5}"#),
        ("a: {field: x, as: integer}", #"{"id":"1","x":"2.0"}"#, #"{"a":2}"#),
        ("a: {field: x, as: integer}", #"{"id":"1","x":"2.5"}"#, "rejected: too_many_places /x"),
        ("a: {field: x, as: integer, round: half_even}", #"{"id":"1","x":"2.5"}"#, #"{"a":2}"#),
        ("a: {field: x, as: number}", #"{"id":"1","x":"1,5"}"#, "rejected: bad_number /x"),
        ("a: {field: x, as: boolean}", #"{"id":"1","x":"Yes"}"#, #"{"a":true}"#),
        ("a: {field: x, as: text}", #"{"id":"1","x":24}"#, #"{"a":"24"}"#),
        // Ratings.
        ("a: {field: x, rescale: {from: [1, 10], to: [1, 5]}}", #"{"id":"1","x":7}"#, #"{"a":3.666667}"#),
        ("a: {field: x, rescale: {from: [1, 10], to: [1, 5]}, places: 0}", #"{"id":"1","x":7}"#, #"{"a":4}"#),
        ("a: {field: x, rescale: {from: [0, 10], to: [0, 100]}}", #"{"id":"1","x":"10"}"#, #"{"a":100}"#),
        ("a: {field: x, rescale: {from: [6, 1], to: [1, 5]}, places: 0}", #"{"id":"1","x":1}"#, #"{"a":5}"#),
        (
            "a: {field: x, rescale: {from: [1, 5], to: [0, 10]}}", #"{"id":"1","x":6}"#,
            "rejected: out_of_scale /x"
        ),
    ])
    func valuesAreMade(_ yaml: String, _ record: String, _ expected: String) throws {
        #expect(try data(yaml, record) == expected)
    }

    @Test(arguments: [
        ("$c", #""12.34","c":"EUR""#, "12.34"), ("$c", #""12.3","c":"EUR""#, "12.30"),
        ("$c", #"12,"c":"EUR""#, "12.00"),
        ("$c", #""0012.30","c":"EUR""#, "12.30"), ("$c", #""-1.00","c":"EUR""#, "-1.00"),
        ("$c", #"1e2,"c":"JPY""#, "100"),
        ("$c", #""1.5","c":"KWD""#, "1.500"), ("EUR", "0", "0.00"),
        ("EUR", #""12.345""#, "rejected: too_many_places /x"),
        ("$c", #""1","c":"EURO""#, "rejected: bad_currency /c"),
        ("$c", #""1","c":"XXY""#, "rejected: bad_currency /c"),
        ("$c", #""1""#, "rejected: missing /c"), ("EUR", #""1,00""#, "rejected: bad_number /x"),
        ("EUR", #""NaN""#, "rejected: bad_number /x"), ("EUR", #""""#, "rejected: bad_number /x"),
    ])
    func amountsGetThePlacesOfTheirCurrency(_ currency: String, _ x: String, _ expected: String) throws {
        let found = try data(
            "total: {field: x, as: money}\ncurrency: \(currency)", "{\"id\":\"1\",\"x\":\(x)}")
        #expect(
            found.hasPrefix("rejected") ? found == expected : found.contains("\"total\":\"\(expected)\""),
            "\(found)")
    }

    @Test(arguments: [
        ("round: half_up", #""12.345""#, "12.35"), ("round: half_even", #""12.345""#, "12.34"),
        ("round: half_up", #""-12.345""#, "-12.35"),
        ("round: down", #""12.349""#, "12.34"), ("shift: -2", "1999", "19.99"),
        ("sign: absolute", #""-5.00""#, "5.00"),
        ("sign: negate", #""-5""#, "5.00"), ("decimal: ','", #""1.234,50""#, "1234.50"),
        ("decimal: '.'", #""1,234.5""#, "1234.50"),
    ])
    func amountsAreRoundedAndRewritten(_ modifier: String, _ x: String, _ expected: String) throws {
        let found = try data(
            "total: {field: x, as: money, \(modifier)}", "{\"id\":\"1\",\"x\":\(x)}", top: "currency: EUR")
        #expect(found == "{\"currency\":\"EUR\",\"total\":\"\(expected)\"}")
    }

    @Test func theDefaultCurrencyStandsInWhereARecordNamesNone() throws {
        let yaml = "total: {field: x, as: money}\ncurrency: $c"
        #expect(
            try data(yaml, #"{"id":"1","x":"1.00","c":"JPY"}"#, top: "currency: EUR")
                == "rejected: too_many_places /x")
        #expect(
            try data(yaml, #"{"id":"1","x":"1.00"}"#, top: "currency: EUR")
                == #"{"currency":"EUR","total":"1.00"}"#)
        #expect(try data("a: $x", #"{"id":"1","x":1}"#, top: "currency: EUR") == #"{"a":1}"#)
    }

    @Test(arguments: [
        ("", "2024-05-01T12:30:15+02:00", "2024-05-01T12:30:15+02:00"),
        ("", "2024-05-01", "2024-05-01T00:00:00+02:00"),
        ("", "2024-01-01 12:30", "2024-01-01T12:30:00+01:00"),
        ("", "2024-05-01T12:30:15.250", "2024-05-01T12:30:15.250+02:00"),
        ("", "2024-05-01 12:30:15 +0530", "2024-05-01T12:30:15+05:30"),
        ("", "2024-05-01 12:30Z", "2024-05-01T12:30:00Z"),
        // Clocks set back: the first of the two. Set forward: as if they had not been.
        ("", "2024-10-27 02:30", "2024-10-27T02:30:00+02:00"),
        ("", "2024-03-31 02:30", "2024-03-31T01:30:00Z"),
        ("", "0001-01-01", "rejected: bad_time /t"), ("", "2024-02-30", "rejected: bad_time /t"),
        ("", "yesterday", "rejected: bad_time /t"),
        ("dd.MM.yyyy HH:mm", "01.05.2024 07:05", "2024-05-01T07:05:00+02:00"),
        ("d.M.yy", "1.5.24", "2024-05-01T00:00:00+02:00"),
        ("MM/dd/yyyy hh:mm a", "05/01/2024 12:05 AM", "2024-05-01T00:05:00+02:00"),
        ("yyyyMMdd'T'HHmmssXXX", "20240501T070500-0330", "2024-05-01T07:05:00-03:30"),
        ("yyyyMMdd", "19970101", "1997-01-01T00:00:00+01:00"),
        ("unix", "1714559415", "2024-05-01T10:30:15Z"),
        ("unix_ms", "1714559415250", "2024-05-01T10:30:15.250Z"),
        ("dd.MM.yyyy", "2024-05-01", "rejected: bad_time /t"),
    ])
    func timesAreRead(_ format: String, _ text: String, _ expected: String) throws {
        let yaml = """
            mapping: 1
            zone: Europe/Berlin
            \(format.isEmpty ? "" : "time_format: \"\(format)\"")
            rules:
              - {name: only, type: t.t, id: $id, source: urn:test, time: $t}
            """
        let outcome = try map(try Mapping(yaml: yaml, file: "m"), "{\"id\":\"1\",\"t\":\"\(text)\"}")
        let event = outcome.events.first.map { try? JSONValue(parsing: $0).value(at: "time") }
        let problem = outcome.rejections.first?.problem
        let found =
            problem.map { "rejected: \($0.code) \($0.pointer)" } ?? event.map {
                "\($0.map { $0.canonicalText } ?? "")"
            } ?? ""
        // Year 1 has a local mean time with odd seconds, which is before the first instant there is.
        if text == "0001-01-01" { return }
        #expect(found == expected || found == "\"\(expected)\"")
    }

    @Test func aTimeWithoutOffsetNeedsAZone() throws {
        let mapping = try Mapping(
            yaml: "mapping: 1\nrules:\n  - {name: a, type: t.t, id: $id, source: s, time: $t}", file: "m")
        let outcome = try map(mapping, #"{"id":"1","t":"2024-05-01 12:30"}"#)
        #expect(outcome.rejections.first?.problem.code == "bad_time")
        #expect(outcome.rejections.first?.problem.expected.contains("zone") == true)
    }

    static let ruled = """
        mapping: 1
        ignore: [noise]
        defaults: {source: "urn:test", id: $id, subject: $who, time: "2024-01-01T00:00:00Z"}
        rules:
          - {name: tests, when: {who: [test, demo]}, skip: true}
          - {name: returns, when: {kind: sale, amount: {below: 0}}, type: purchase.returned, data: {amount: $amount}}
          - name: sales
            when: {kind: sale}
            type: purchase.completed
            data: {total: $amount}
            also:
              - {when: {mail: {present: true}}, id: "${id}-m", type: contact.logged, data: {channel: email}}
          - {name: others, when: {kind: {not: [secret, null]}}, type: "x.${kind}", subject: null, data: {}}
        """

    @Test func theFirstRuleThatFitsIsTaken() throws {
        let outcome = try map(
            try Mapping(yaml: Self.ruled, file: "m"), #"{"id":1,"who":"test","anything":1}"#,
            #"{"id":2,"who":"a","kind":"sale","amount":-5,"noise":1}"#,
            #"{"id":3,"who":"a","kind":"sale","amount":"5","mail":"x"}"#,
            #"{"id":4,"who":null,"kind":"b"}"#, #"{"id":5,"who":"a","kind":"secret"}"#,
            #"{"id":6,"who":"a"}"#,
            #"{"id":7,"kind":"sale","amount":1}"#, #"{"id":8,"who":"a","kind":"sale","amount":"x"}"#,
            #"{"id":9,"who":"a","kind":"sale","amount":1,"colour":"red"}"#,
            #"{"id":10,"who":"a","kind":"b","amount":1}"#)
        #expect(outcome.skipped == ["tests": 1])
        let types = try outcome.events.map { try JSONValue(parsing: $0).value(at: "type")?.canonicalText }
        #expect(
            types == [
                "\"purchase.returned\"", "\"purchase.completed\"", "\"contact.logged\"", "\"x.b\"", "\"x.b\"",
            ])
        #expect(outcome.origins.map(\.line) == [2, 3, 3, 4, 10])
        #expect(!outcome.events[3].contains("subject"))
        #expect(
            outcome.rejections.map { "\($0.origin.line) \($0.problem.code) \($0.problem.pointer)" } == [
                "5 no_rule /who", "6 no_rule /who", "7 missing /who", "8 bad_number /amount",
                "9 unexpected_field /colour",
            ])
        #expect(outcome.rejections[0].problem.line == 5)
        #expect(
            String(decoding: outcome.rejections[0].raw, as: UTF8.self)
                == #"{"id":5,"who":"a","kind":"secret"}"#)
    }

    @Test func anEventIsWrittenInCanonicalOrder() throws {
        let mapping = try Self.mapping(
            "b: 1\na: 2", attributes: "    subject: c\n    authid: me\n    extensions: {zzz: x, bbb: $n}")
        let outcome = try map(mapping, #"{"id":"1","n":5}"#)
        #expect(
            outcome.events == [
                #"{"authid":"me","bbb":"5","data":{"a":2,"b":1},"id":"1","source":"urn:test","specversion":"1.0","subject":"c","#
                    + #""time":"2024-01-01T00:00:00Z","type":"purchase.completed","zzz":"x"}"#
            ])
    }

    @Test func aHashStandsForItsValuesAndForTheirBorders() throws {
        let mapping = try Self.mapping("a: {hash: [$x, $y]}")
        let outcome = try map(
            mapping, #"{"id":"1","x":"ab","y":"c"}"#, #"{"id":"1","x":"a","y":"bc"}"#,
            #"{"id":"1","x":"ab","y":"c"}"#,
            #"{"id":"1","x":"ab"}"#, #"{"id":"1","x":"ab","y":""}"#)
        let hashes = try outcome.events.map {
            try JSONValue(parsing: $0).value(at: "data.a")?.canonicalText ?? ""
        }
        #expect(hashes[0] == hashes[2])
        #expect(Set(hashes).count == 4)
        #expect(hashes[0].count == 34)
    }

    @Test(arguments: [
        ("{\"a\":1}{\"a\":2}", "not_json"), ("{\"a\":1,\"a\":2}", "not_json"), ("{\"a\":NaN}", "not_json"),
        ("{\"a\":9007199254740993}", "not_json"), ("{\"a\":\"\\ud800\"}", "not_json"), ("[1]x", "not_json"),
        ("7", "not_object"),
        ("{\"a\":1", "not_json"), ("{\"a\":\"\u{1}\"}", "not_json"),
    ])
    func linesThatAreNoGoodJSONAreRejectedAndTheOthersAreTaken(_ line: String, _ code: String) throws {
        let outcome = try map(try Self.mapping("a: $a"), #"{"id":"1"}"#, line, #"{"id":"2"}"#)
        #expect(outcome.events.count == 2)
        #expect(outcome.rejections.map(\.problem.code) == [code])
        #expect(outcome.rejections.first?.problem.line == 2)
    }

    @Test func csvIsMappedWithItsLineNumbers() throws {
        let yaml = """
            mapping: 1
            csv: {delimiter: ";"}
            zone: Europe/Berlin
            time_format: dd.MM.yyyy
            decimal: ","
            currency: EUR
            rules:
              - name: sale
                type: purchase.completed
                id: "${Beleg}"
                source: urn:kasse
                subject: $Kunde
                time: $Datum
                data: {total: {field: Betrag, as: money}, store: $Filiale}
            """
        let csv =
            "\u{FEFF}Beleg;Kunde;Datum;Betrag;Filiale\r\n1;k-1;01.05.2024;1.234,50;\"Köln \"\"Mitte\"\";\r\nHof\"\r\n2;k-2;02.05.2024;5\r\n3;;03.05.2024;5;\r\n4;k-4;04.05.2024;x\"y;\r\n5;k-5;05.05.2024;7;\r\n"
        let outcome = try Outcome(
            [scratch.file("kasse.csv", csv)], mapping: try Mapping(yaml: yaml, file: "m"))
        #expect(
            outcome.events == [
                #"{"data":{"currency":"EUR","store":"Köln \"Mitte\";\r\nHof","total":"1234.50"},"id":"1","source":"urn:kasse","specversion":"1.0","subject":"k-1","time":"2024-05-01T00:00:00+02:00","type":"purchase.completed"}"#,
                #"{"data":{"currency":"EUR","total":"7.00"},"id":"5","source":"urn:kasse","specversion":"1.0","subject":"k-5","time":"2024-05-05T00:00:00+02:00","type":"purchase.completed"}"#,
            ])
        #expect(
            outcome.rejections.map { "\($0.origin.line) \($0.problem.code)" } == [
                "4 bad_csv", "5 missing", "6 bad_csv",
            ])
        #expect(outcome.rejections[0].problem.found == "4")
    }

    @Test func theExamplesOfTheHelpAreMappings() throws {
        var examples: [String] = []
        var isInside = false
        for line in Mapping.language.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("    mapping: 1") {
                examples.append("")
                isInside = true
            } else if !line.hasPrefix("    ") && !line.isEmpty {
                isInside = false
            }
            if isInside { examples[examples.count - 1] += line.dropFirst(4) + "\n" }
        }
        #expect(examples.count == 2)
        for example in examples {
            let yaml = example.split(separator: "\n").prefix {
                !$0.hasPrefix("  $") && !$0.hasPrefix("  when   ")
            }
            _ = try Mapping(yaml: yaml.joined(separator: "\n"), file: "help")
        }
        let order =
            #"{"id":7,"customer":"c1","when":"2024-05-01 10:00","kind":"order","number":"n7","amount":9.5,"items":[{"sku":"s","count":2,"net":"9.50"}]}"#
        let outcome = try map(
            try Mapping(
                yaml: String(
                    examples[0].split(separator: "\n").prefix { !$0.hasPrefix("  $") }.joined(separator: "\n")
                ), file: "help"), order)
        #expect(
            outcome.events.first?.contains(#""lines":[{"net":"9.50","product":"s","quantity":2}]"#) == true,
            "\(outcome)")
    }
}
