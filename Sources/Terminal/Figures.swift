import Glibc

/// Numbers, money, shares and spans of time as people write them.
public enum Figures {
    /// A whole number with its thousands set apart: `1,477,998`.
    public static func count(_ value: some BinaryInteger) -> String {
        grouped(String(value))
    }

    /// A decimal numeral with the thousands of its whole part set apart: `-1234567.5` is `-1,234,567.5`.
    public static func grouped(_ numeral: String) -> String {
        let negative = numeral.hasPrefix("-")
        let unsigned = negative ? numeral.dropFirst() : numeral[...]
        let whole = unsigned.prefix { $0.isASCII && $0.isNumber }
        guard whole.count > 3 else { return numeral }
        var result = ""
        for (place, digit) in whole.enumerated() {
            if place > 0, (whole.count - place).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return (negative ? "-" : "") + result + unsigned.dropFirst(whole.count)
    }

    /// An amount with its currency: `1,234.56 GBP`.
    public static func money(amount: String, currency: String) -> String {
        grouped(amount) + " " + currency
    }

    /// A fraction as percent: `0.423` is `42.3%`.
    public static func percent(_ fraction: Double) -> String {
        guard fraction.isFinite else { return "—" }
        // What is not quite nothing or all must not look as if it were.
        if fraction > 0, fraction < 0.0005 { return "<0.1%" }
        if fraction < 1, fraction > 0.9995 { return ">99.9%" }
        return fixed(fraction * 100, decimals: 1) + "%"
    }

    /// A number as a person would write it down: whole numbers whole, others with two decimals, or with three
    /// significant digits where they are below one.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return "—" }
        if value == value.rounded(), abs(value) < 1e15 { return grouped(String(Int64(value))) }
        let size = abs(value)
        if size >= 1e15 || size < 1e-6 { return String(value) }
        if size >= 1 { return grouped(fixed(value, decimals: 2)) }
        let leadingZeros = Int((-log10(size)).rounded(.up)) - 1
        return trimmed(fixed(value, decimals: leadingZeros + 3))
    }

    /// A number with so many decimals, rounded half away from zero.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return String(value) }
        var digits = String(Int64(scaled))
        let negative = value < 0 && scaled > 0
        if decimals > 0 {
            while digits.count <= decimals { digits = "0" + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
        }
        return (negative ? "-" : "") + digits
    }

    /// A span of time in the two units that matter: `41 ms`, `3.2 s`, `2 min 05 s`, `1 h 40 min`, `3 d 4 h`.
    public static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "—" }
        if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 59.95 { return fixed(seconds, decimals: seconds < 9.95 ? 1 : 0) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
        if whole < 86400 { return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min" }
        return "\(count(whole / 86400)) d \(whole % 86400 / 3600) h"
    }

    /// A span of minutes, in minutes or hours: `42 min`, `8 h 38 min`, `2,556 h`. Never in days: a day of opening
    /// hours is shorter than one of the calendar.
    public static func hours(minutes: Double) -> String {
        guard minutes.isFinite, minutes >= 0, minutes < 1e15 else { return "—" }
        let whole = Int(minutes.rounded())
        if whole < 60 { return "\(whole) min" }
        if whole < 6_000 { return "\(whole / 60) h \(twoDigits(whole % 60)) min" }
        return count((whole + 30) / 60) + " h"
    }

    /// A size in bytes: `417 B`, `12.3 kB`, `436.0 MB`.
    public static func bytes(_ value: UInt64) -> String {
        var size = Double(value)
        if size < 1000 { return "\(value) B" }
        for unit in ["kB", "MB", "GB", "TB"] {
            size /= 1000
            if size < 999.95 || unit == "TB" { return grouped(fixed(size, decimals: 1)) + " " + unit }
        }
        return "\(value) B"
    }

    /// So many of something: `1 event`, `4,400 events`.
    public static func counted(_ value: some BinaryInteger, _ singular: String, _ plural: String? = nil)
        -> String
    {
        count(value) + " " + (value == 1 ? singular : plural ?? singular + "s")
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : String(value)
    }

    private static func trimmed(_ numeral: String) -> String {
        guard numeral.contains(".") else { return numeral }
        var result = numeral
        while result.hasSuffix("0") { result.removeLast() }
        if result.hasSuffix(".") { result.removeLast() }
        return result
    }
}
