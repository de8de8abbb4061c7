import Events
import Testing

@Suite struct JSONValueTests {
    private let value: JSONValue = [
        "z": 1, "a": ["b": [true, nil, "x"], "empty": [:], "none": []], "third": 0.333333333333333,
    ]

    @Test func pathsLeadIntoObjectsAndArrays() {
        #expect(value.value(at: "a.b.2") == "x")
        #expect(
            value.value(at: "a.b.3") == nil && value.value(at: "a.c") == nil && value.value(at: "z.y") == nil)
        #expect(value["z"]?.integerValue == 1 && value["a"]?["b"]?[0]?.boolValue == true)
    }

    @Test func textsKeepTheOrderAndRoundWhereTold() {
        #expect(
            value.text()
                == #"{"z":1,"a":{"b":[true,null,"x"],"empty":{},"none":[]},"third":0.333333333333333}"#)
        #expect(
            value.text(pretty: true, rounded: true) == """
                {
                  "z": 1,
                  "a": {
                    "b": [
                      true,
                      null,
                      "x"
                    ],
                    "empty": {},
                    "none": []
                  },
                  "third": 0.333333333333
                }
                """)
        #expect(value.canonicalText.hasPrefix(#"{"a":{"b":"#))
    }

    @Test func objectsFindReplaceAndRemoveMembersAtAnySize() {
        var object = JSONObject()
        for index in 0..<100 { object["m\(index)"] = .number(Double(index)) }
        object["m50"] = "changed"
        object["m10"] = nil
        #expect(
            object.count == 99 && object["m10"] == nil && object["m50"] == "changed" && object["m99"] == 99)
        #expect(object.keys.first == "m0" && object.keys[10] == "m11")
        var other = JSONObject()
        for name in object.keys.reversed() { other[name] = object[name] }
        #expect(other == object)
    }

    @Test(
        arguments: [
            (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333333333"), (123_456_789_012_345, "123456789012000"),
            (0, "0"), (-2.5, "-2.5"), (1e300, "1e+300"), (0.000001234567890123, "0.00000123456789012"),
            (99.9999999999999, "100"),
        ] as [(Double, String)])
    func doublesArePrintedToTwelveDigits(number: Double, text: String) {
        #expect(number.text12 == text)
        #expect(number.rounded12.rounded12 == number.rounded12)
    }
}
