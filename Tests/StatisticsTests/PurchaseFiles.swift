import Foundation
import Statistics

/// One customer of a file of purchases, summed up before and after a day, by the rules of DOMAIN.md section 5.1.
struct FileCustomer {
    let id: Int
    var history: BuyingHistory
    var firstDay: Int
    var lastDay: Int
    var totalSpend: Double
    /// The mean amount of the repeat purchases; 0 without one.
    var meanAmount: Double
    /// Purchase days after the day, up to the end of the file.
    var laterPurchases: Int

    /// The customers of a file with a purchase up to the end of a day, by id.
    static func read(_ file: String, until date: String) throws -> [FileCustomer] {
        let end = try day(date)
        var days: [Int: [Int: Double]] = [:]
        for row in try SharedGolden.rows(file) {
            days[row.integer("customer_id"), default: [:]][try day(row["date"] ?? ""), default: 0] +=
                row.number("amount")
        }
        return days.sorted { $0.key < $1.key }.compactMap { id, amounts in
            let counted = amounts.filter { $0.key <= end }.sorted { $0.key < $1.key }
            guard let first = counted.first, let last = counted.last else { return nil }
            let repeats = counted.count - 1
            let repeated = counted.dropFirst().reduce(0) { $0 + $1.value }
            return FileCustomer(
                id: id,
                history: BuyingHistory(
                    repeats: repeats, lastDays: last.key - first.key, ageDays: end - first.key),
                firstDay: first.key, lastDay: last.key, totalSpend: repeated + first.value,
                meanAmount: repeats > 0 ? repeated / Double(repeats) : 0,
                laterPurchases: amounts.count - counted.count)
        }
    }

    /// The number of a day, from 1970-01-01.
    private static func day(_ date: String) throws -> Int {
        let style = Date.ISO8601FormatStyle().year().month().day()
        return Int((try style.parse(date).timeIntervalSince1970 / 86_400).rounded())
    }
}
