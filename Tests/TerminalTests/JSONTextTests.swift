import Events
import Terminal
import Testing

struct JSONTextTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-17, "-17"), (0.1, "0.1"), (1.0 / 3, "0.333333333333"),
            (2.0 / 3, "0.666666666667"), (123_456_789.123_456_789, "123456789.123"), (1e21, "1e+21"),
            (9_007_199_254_740_991, "9007199254740991"), (0.1 + 0.2, "0.3"), (1e-7, "1e-07"),
            (999_999_999_999.96, "1000000000000"), (-9582.429_287, "-9582.429287"),
        ] as [(Double, String)])
    func doublesHaveAtMostTwelveSignificantDigits(value: Double, expected: String) {
        #expect(JSONText.number(value) == expected)
    }

    @Test func printedNumbersReadBackAsTheirRoundedSelves() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for _ in 0..<5000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite, abs(value) > 1e-300 else { continue }
            let text = JSONText.number(value)
            guard let back = Double(text) else {
                Issue.record("\(text) is no number, seed \(seed)")
                continue
            }
            #expect(abs(back - value) <= abs(value) * 5.1e-12, "seed \(seed): \(value) as \(text)")
            #expect(JSONText.number(back) == text, "seed \(seed): \(value)")
        }
    }

    @Test func membersKeepTheirOrder() {
        let value: JSONValue = ["b": 1, "a": [true, nil, "x"], "empty": [], "none": [:]]
        #expect(JSONText.compact(value) == #"{"b":1,"a":[true,null,"x"],"empty":[],"none":{}}"#)
        #expect(
            JSONText.pretty(value) == """
                {
                  "b": 1,
                  "a": [
                    true,
                    null,
                    "x"
                  ],
                  "empty": [],
                  "none": {}
                }
                """)
    }

    @Test func textReadsBackWhateverItHolds() throws {
        let awkward = "quote \" backslash \\ tab \t line \n bell \u{7} csi \u{9B} separator \u{2028} 客户 👨‍👩‍👧"
        let text = JSONText.compact(.array([.string(awkward)]))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        #expect(try JSONValue(parsing: text) == [.string(awkward)])
    }
}
