import Terminal
import Testing

struct FiguresTests {
    @Test(arguments: [
        ("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567.5", "-1,234,567.5"),
        ("123456.78", "123,456.78"),
        ("-999.99", "-999.99"), ("12.340", "12.340"), ("", ""), ("abc", "abc"),
    ])
    func thousandsAreSetApart(numeral: String, expected: String) {
        #expect(Figures.grouped(numeral) == expected)
    }

    @Test func moneyIsTheAmountAndItsCurrency() {
        #expect(Figures.money(amount: "1234.56", currency: "GBP") == "1,234.56 GBP")
        #expect(Figures.money(amount: "-0.50", currency: "USD") == "-0.50 USD")
        #expect(Figures.money(amount: "1200", currency: "JPY") == "1,200 JPY")
    }

    @Test(
        arguments: [
            (0, "0.0%"), (1, "100.0%"), (0.423, "42.3%"), (0.0001, "<0.1%"), (0.99999, ">99.9%"),
            (-0.05, "-5.0%"),
            (1.5, "150.0%"), (.nan, "—"),
        ] as [(Double, String)])
    func fractionsArePercents(fraction: Double, expected: String) {
        #expect(Figures.percent(fraction) == expected)
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (42, "42"), (1_234_567, "1,234,567"), (1.006, "1.01"),
            (1234.5, "1,234.50"),
            (0.5, "0.5"), (0.012345, "0.0123"), (-0.25, "-0.25"), (0.000123, "0.000123"), (.infinity, "—"),
            (1e20, "1e+20"),
        ] as [(Double, String)])
    func numbersAreWrittenAsPeopleDo(value: Double, expected: String) {
        #expect(Figures.number(value) == expected)
    }

    @Test(
        arguments: [
            (0, "0 ms"), (0.0412, "41 ms"), (1, "1.0 s"), (3.24, "3.2 s"), (42, "42 s"),
            (59.96, "1 min 00 s"),
            (125, "2 min 05 s"), (6000, "1 h 40 min"), (273_600, "3 d 4 h"), (-1, "—"),
        ] as [(Double, String)])
    func spansOfTimeNameTheTwoUnitsThatMatter(seconds: Double, expected: String) {
        #expect(Figures.duration(seconds: seconds) == expected)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_999, "1.0 MB"),
            (436_000_000, "436.0 MB"), (UInt64.max, "18,446,744.1 TB"),
        ] as [(UInt64, String)])
    func sizesHaveOneDecimal(bytes: UInt64, expected: String) {
        #expect(Figures.bytes(bytes) == expected)
    }

    @Test func oneIsSingular() {
        #expect(Figures.counted(1, "event") == "1 event")
        #expect(Figures.counted(4400, "event") == "4,400 events")
        #expect(Figures.counted(0, "reply", "replies") == "0 replies")
    }
}
