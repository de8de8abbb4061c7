import Events
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("EUR", "12.34", 1234), ("EUR", "12.3", 1230), ("EUR", "12", 1200), ("EUR", "-0.05", -5),
        ("EUR", "0", 0), ("EUR", "-0", 0), ("JPY", "500", 500), ("KWD", "1.234", 1234),
        ("CLF", "1.0001", 10_001),
        ("EUR", "92233720368547758.07", Int64.max), ("EUR", "-92233720368547758.08", Int64.min),
    ])
    func amountsAreReadExactly(code: String, text: String, minor: Int64) throws {
        #expect(try Currency(code: code).minorUnits(parsing: text) == minor)
    }

    @Test(arguments: [
        ("EUR", "12.345", MoneyError.Code.tooManyPlaces), ("EUR", "12.340", .tooManyPlaces),
        ("JPY", "1.0", .tooManyPlaces), ("EUR", "1e2", .notDecimal), ("EUR", "+1", .notDecimal),
        ("EUR", "", .notDecimal), ("EUR", "-", .notDecimal), ("EUR", ".5", .notDecimal),
        ("EUR", "5.", .notDecimal),
        ("EUR", "01", .notDecimal), ("EUR", "1,000.00", .notDecimal), ("EUR", " 1", .notDecimal),
        ("EUR", "1 ", .notDecimal), ("EUR", "NaN", .notDecimal), ("EUR", "0x10", .notDecimal),
        ("EUR", "１", .notDecimal), ("EUR", "92233720368547758.08", .tooLarge),
        ("EUR", String(repeating: "9", count: 80), .tooLarge),
    ])
    func otherTextsAreNoAmounts(code: String, text: String, reason: MoneyError.Code) throws {
        let currency = try Currency(code: code)
        let error = try #require(throws: MoneyError.self) { try currency.minorUnits(parsing: text) }
        #expect(error.code == reason, "\(error)")
    }

    @Test func amountsSurviveWritingAndReadingInEveryCurrency() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        #expect(Currency.allCodes.count > 160)
        for code in Currency.allCodes {
            let currency = try Currency(code: code)
            #expect(currency.code == code && Currency(packed: currency.packed) == currency)
            for _ in 0..<20 {
                let small = Int64.random(in: -1000...1000, using: &generator)
                let large = Int64.random(in: Int64.min...Int64.max, using: &generator)
                for minor in [small, large, Int64.min, Int64.max, 0] {
                    let text = currency.text(ofMinorUnits: minor)
                    #expect(try currency.minorUnits(parsing: text) == minor, "seed \(seed): \(code) \(text)")
                }
            }
        }
    }

    @Test(arguments: [
        ("XXX", "no currency of ISO 4217"), ("eur", "in capitals: EUR"), ("EURO", "such as EUR"),
        ("", "such as EUR"), ("EUX", "did you mean"), ("XAU", "no currency"), ("$", "such as EUR"),
    ])
    func unknownCurrenciesAreRefusedWithAdvice(code: String, advice: String) throws {
        let error = try #require(throws: MoneyError.self) { try Currency(code: code) }
        #expect(error.code == .unknownCurrency && error.description.contains(advice), "\(error)")
    }

    @Test(arguments: [
        (100, "USD", "0.905", "EUR", 91), (-100, "USD", "0.905", "EUR", -91),
        (100, "USD", "0.9049", "EUR", 90),
        (1, "JPY", "0.0065", "EUR", 1), (1, "KWD", "3.25", "EUR", 0), (2, "KWD", "2.5", "EUR", 1),
        (12_345, "EUR", "163.27", "JPY", 20_156), (1000, "JPY", "0.00185", "KWD", 1850),
        (Int64.max, "EUR", "1", "EUR", Int64.max), (5, "EUR", "0.000000000001", "EUR", 0),
    ])
    func conversionIsExactAndRoundsHalvesAwayFromZero(
        minor: Int64, from: String, rate: String, to: String, expected: Int64
    ) throws {
        let converted = try Currency(code: from).convert(minor, fx: rate, to: Currency(code: to))
        #expect(converted == expected)
    }

    @Test(arguments: ["0", "-1", "1e3", "1.0000000000001", "", "x", "9999999999999999999"])
    func otherTextsAreNoRates(text: String) {
        #expect(throws: MoneyError.self) { try ExchangeRate(parsing: text) }
    }

    @Test func conversionsThatDoNotFitAreRefused() throws {
        let euro = try Currency(code: "EUR")
        let error = try #require(throws: MoneyError.self) { try euro.convert(.max, fx: "2", to: euro) }
        #expect(error.code == .tooLarge)
    }

    // Debian's iso-codes, where it is installed: an independent list of the codes.
    @Test(.enabled(if: IsoCodes.exists, "the package iso-codes is not installed"))
    func theListOfCodesHasAllCurrenciesThatIsoCodesHas() throws {
        let funds: Set = [
            "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
        ]
        let missing = try IsoCodes.codes().subtracting(Currency.allCodes).subtracting(funds)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }
}
