import Events
import Foundation
import Projection

@testable import ReadModels

/// Looks events up in an array of lines, as a ledger does.
struct MemoryLookup: BaseLookup {
    let lines: [[UInt8]]
    let customers: [String]

    func name(of customer: UInt32) throws -> String? {
        customers.indices.contains(Int(customer)) ? customers[Int(customer)] : nil
    }

    func event(at position: UInt64) throws -> JSONValue? {
        try JSONValue(parsing: String(decoding: lines[Int(position)], as: UTF8.self))
    }
}

extension MemoryLedger {
    /// The base at a point where everything is known, with its events to be looked up.
    func lookingUp(_ asOf: String, policy: JSONValue = CorePolicy.standard) throws -> Base {
        var base = try base(asOf: asOf, known: UInt64(lines.count), policy: policy)
        base.lookup = MemoryLookup(lines: lines, customers: interner.customers)
        return base
    }

    /// The row of a customer.
    func row(_ view: String, of customer: String, in base: Base) -> JSONValue {
        index(of: customer, in: base).map { MemoryBase.row(view, $0, base) } ?? .null
    }
}

/// The business calendars of the golden files, as policies.
enum BusinessCalendars {
    /// A policy with the opening hours, weekdays and days off of a calendar.
    static func policy(_ calendar: [String: Any], adding further: [String: JSONValue] = [:]) -> JSONValue {
        var policy = JSONObject([
            (
                "business",
                [
                    "hours": [.string("\(calendar.text("open"))-\(calendar.text("close"))")],
                    "weekdays": .array(calendar.numbers("days").map { .number($0) }),
                    "days_off": .array(calendar.texts("holidays").map { .string($0) }),
                ]
            )
        ])
        for (name, value) in further { policy[name] = value }
        return .object(policy)
    }

    /// A context at a moment in the calendar's zone.
    static func context(_ calendar: [String: Any], at moment: String) throws -> FoldContext {
        let zone = try Zone(identifier: calendar.text("tz"))
        let instant = try Instant(parsing: moment)
        return FoldContext(
            policy: PolicyDocument(parameters: policy(calendar), hash: "", position: 0),
            clock: Clock(instant: instant.microseconds, day: zone.day(of: instant).number), zone: zone,
            currency: try Currency(code: "CNY"), codes: [""])
    }
}
