/// A currency of ISO 4217 and the number of decimal places of its minor unit.
public struct Currency: Hashable, Sendable {
    /// The three letters as five bits each, `A` = 1: small enough for a fact. 0 is no currency.
    public let packed: UInt16
    /// Decimal places of the minor unit (ISO 4217's exponent): 2 for EUR, 0 for JPY, 3 for KWD.
    public let digits: Int

    /// A currency by its code: three capital letters.
    public init(code: String) throws(MoneyError) {
        try self.init(code: code.utf8.span)
    }

    /// A currency by the bytes of its code: three capital letters.
    public init(code: Span<UInt8>) throws(MoneyError) {
        guard let packed = Currency.pack(code), let currency = Currency(packed: packed) else {
            var bytes: [UInt8] = []
            for index in 0..<min(60, code.count) { bytes.append(code[index]) }
            let text = String(decoding: bytes, as: UTF8.self)
            throw MoneyError(code: .unknownCurrency, text: text, reason: Currency.advice(for: text))
        }
        self = currency
    }

    /// A currency from ``packed``, or nil where there is none such.
    public init?(packed: UInt16) {
        guard packed < 1 << 15 else { return nil }
        let digits = Currency.table[Int(packed)]
        guard digits != Currency.absent else { return nil }
        self.packed = packed
        self.digits = Int(digits)
    }

    /// The three letters.
    public var code: String { Currency.unpack(packed) }

    /// All codes, sorted.
    public static var allCodes: [String] {
        table.indices.filter { table[$0] != absent }.map { unpack(UInt16($0)) }
    }

    /// Currencies are equal when their codes are.
    public static func == (left: Currency, right: Currency) -> Bool { left.packed == right.packed }
    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(packed) }

    private static func pack(_ code: Span<UInt8>) -> UInt16? {
        guard code.count == 3 else { return nil }
        var packed: UInt16 = 0
        for index in 0..<3 {
            let letter = code[index] &- UInt8(ascii: "A")
            guard letter < 26 else { return nil }
            packed = packed << 5 | UInt16(letter + 1)
        }
        return packed
    }

    private static func unpack(_ packed: UInt16) -> String {
        let letters = [packed >> 10, packed >> 5, packed].map { UInt8($0 & 31) + UInt8(ascii: "A") - 1 }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func advice(for text: String) -> String {
        let capital = text.uppercased()
        if capital != text, let packed = pack(capital.utf8.span), Currency(packed: packed) != nil {
            return "currency codes are written in capitals: \(capital)"
        }
        let near =
            text.utf8.count == 3
            ? allCodes.filter { zip($0, capital).count(where: ==) == 2 }.prefix(6) : []
        let hint = near.isEmpty ? "such as EUR" : "; did you mean \(near.joined(separator: ", "))?"
        return "no currency of ISO 4217; expected a code" + (near.isEmpty ? " " : "") + hint
    }

    private static let absent: UInt8 = 255

    /// Decimal places by packed code.
    private static let table: [UInt8] = {
        var table = [UInt8](repeating: absent, count: 1 << 15)
        for (digits, codes) in codesByDigits {
            for code in codes.split(separator: " ") {
                guard let packed = pack(code.utf8.span) else { preconditionFailure("a bad code: \(code)") }
                table[Int(packed)] = digits
            }
        }
        return table
    }()

    /// ISO 4217, list one: the currencies and funds in use, without the codes for metals, testing and "no
    /// currency", which have no minor unit.
    private static let codesByDigits: [(UInt8, String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
            CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
            GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR \
            LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB \
            PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP \
            SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG \
            ZWL
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]
}
