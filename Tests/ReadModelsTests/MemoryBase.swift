import Events
import Foundation
import Projection
import ReadModels

/// Folds facts that lie in an array, with the real runs and the real catalogue.
enum MemoryBase {
    /// The context of a question about the end of a local day.
    static func context(
        day: String,
        zone: String = "UTC",
        currency: String = "GBP",
        codes: [String] = [""],
        policy: JSONValue = CorePolicy.standard,
        rates: Rates = .none
    ) throws -> FoldContext {
        let zone = try Zone(identifier: zone)
        let day = try LocalDay(parsing: day)
        let clock = Clock(instant: zone.start(of: day.next).microseconds - 1, day: day.number)
        return FoldContext(
            policy: PolicyDocument(parameters: policy, hash: "", position: 0), clock: clock, zone: zone,
            currency: try Currency(code: currency), codes: codes, rates: rates)
    }

    /// The base of these facts: what is later than the clock is left out, whatever their order.
    ///
    /// `workers` runs are made of neighbouring customers and joined, as engines do.
    static func fold(
        _ facts: [Fact], _ context: FoldContext, workers: Int = 1,
        catalogue: [RegisteredReadModel] = coreReadModels
    ) throws -> Base {
        let histories = Dictionary(
            grouping: facts.filter { $0.time <= context.clock.instant }, by: \.customer)
        let customers = histories.keys.sorted()
        let share = max(1, (customers.count + workers - 1) / workers)
        var runs: [[any FoldRun]] = []
        for start in stride(from: 0, to: max(1, customers.count), by: share) {
            let part = try catalogue.begin(context, keeping: [.measures, .states])
            var batch: [Fact] = []
            var ends: [Int] = []
            for customer in customers[start..<min(start + share, customers.count)] {
                batch += (histories[customer] ?? []).sorted(by: Fact.precedes)
                ends.append(batch.count)
            }
            for run in part {
                run.consume(batch.span, ends: ends.span)
            }
            runs.append(part)
        }
        for part in runs.dropFirst() {
            for (run, later) in zip(runs[0], part) {
                run.append(later)
            }
        }
        let named = Dictionary(uniqueKeysWithValues: zip(catalogue.map(\.name), runs[0]))
        var base = Base(
            context: context, customers: customers, names: customers.map { String($0) }, runs: named)
        for model in catalogue {
            base.set(try model.population(base), for: model.name)
        }
        return base
    }

    /// Everything that can be asked of a base, as canonical JSON: rows, reports and states.
    static func everything(_ base: Base) -> String {
        var text = ""
        for model in coreReadModels {
            for index in 0..<base.count {
                text += row(model, index, base) + "\n"
            }
            text += canonical(report(model.name, base)) + "\n"
        }
        return text
    }

    /// The row of one view as canonical JSON.
    static func row(_ model: RegisteredReadModel, _ index: Int, _ base: Base) -> String {
        model.name + " " + canonical(row(model.name, index, base))
    }

    /// Canonical JSON.
    static func canonical(_ value: JSONValue) -> String {
        value.canonicalText
    }

    /// The row of a view; what keeps it from being made is its text, so that no comparison passes by failing.
    static func row(_ name: String, _ index: Int, _ base: Base) -> JSONValue {
        guard let model = coreReadModels.first(where: { $0.name == name }), !model.isReportOnly else {
            return .null
        }
        do {
            return try model.row(index, base)
        } catch {
            return .string("no row: \(error)")
        }
    }

    /// The report of a view; what keeps it from being made is its text, as above.
    static func report(
        _ name: String, _ base: Base, windowDays: Int? = nil, earlier: Base? = nil
    ) -> JSONValue {
        guard let model = coreReadModels.first(where: { $0.name == name }) else { return .null }
        let options = ReportOptions(
            windowDays: windowDays, earlierDay: earlier.map { LocalDay(number: $0.context.clock.day) },
            earlier: earlier)
        do {
            return try model.report(base, options) ?? .null
        } catch {
            return .string("no report: \(error)")
        }
    }
}

extension Fact {
    /// A purchase on a local day of UTC, at noon.
    static func purchase(
        _ customer: UInt32, day: Int32, amount: Int64, position: UInt64, order: UInt64 = 0
    ) -> Fact {
        var fact = at(customer, day: day, position: position, .purchase)
        fact.amount = amount
        fact.key = order
        fact.reference = position &* 0x9E37_79B9_7F4A_7C15 | 1
        return fact
    }

    /// A fact on a local day of UTC, at noon.
    static func at(_ customer: UInt32, day: Int32, position: UInt64, _ kind: FactKind) -> Fact {
        Fact(
            time: (Int64(day) * 24 + 12) * 3_600_000_000, position: position, customer: customer, day: day,
            kind: kind)
    }
}

/// A local day's number.
func day(_ text: String) throws -> Int32 {
    try LocalDay(parsing: text).number
}

/// Whether a JSON number is near another one; null is near nothing.
func near(_ value: JSONValue?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    guard let number = value?.numberValue else { return false }
    return abs(number - expected) <= tolerance
}
