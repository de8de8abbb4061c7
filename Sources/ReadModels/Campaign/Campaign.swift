import Events
import Projection

/// A campaign as it was started, and perhaps ended: the reference data that stand at the point.
struct Campaign: Sendable {
    let name: String
    let code: UInt32?
    /// The `data` of campaign.started.
    let started: JSONValue
    /// The `data` of campaign.ended, or null.
    let ended: JSONValue
    /// The first day.
    let from: LocalDay
    /// How many days the stretch after the start has, and the one before it.
    let days: Int

    /// The day after the last one of the stretch after the start.
    var end: LocalDay { from.adding(days: days) }

    /// Whether a day lies in the stretch before the start (0) or after it (1); nil outside both.
    func stretch(of day: Int32) -> Int? {
        if day >= from.number { return day < end.number ? 1 : nil }
        return day >= from.adding(days: -days).number ? 0 : nil
    }

    /// Whether all days of the stretch after the start have passed.
    func isClosed(_ context: FoldContext) -> Bool {
        context.clock(atEndOf: end.previous).instant <= context.clock.instant
    }

    /// The campaigns that have been started, by name; of several starts of one the last.
    static func all(_ context: FoldContext) throws -> [Campaign] {
        let standard = try context.policy.whole("campaign.window_days")
        let ends = context.references(of: "campaign.ended")
        var byName: [String: Campaign] = [:]
        for act in context.references {
            guard case .reference("campaign.started", let data) = act.content,
                let name = data["campaign"]?.stringValue
            else { continue }
            let said = day(data["from"])
            let from = said ?? context.zone.day(of: Instant(microseconds: act.time))
            let last = day(data["to"])
            byName[name] = Campaign(
                name: name, code: context.code(of: name), started: data,
                ended: ends.last { $0["campaign"]?.stringValue == name } ?? .null, from: from,
                days: last.map { max(1, $0 - from + 1) } ?? standard)
        }
        return byName.values.sorted { $0.name < $1.name }
    }

    /// What is no day was refused by the schema of the event.
    private static func day(_ value: JSONValue?) -> LocalDay? {
        guard let text = value?.stringValue else { return nil }
        do throws(TimeError) { return try LocalDay(parsing: text) } catch { return nil }
    }
}

/// What a customer did in one stretch of a campaign. Integers only.
struct CampaignTally: BitwiseCopyable, Sendable, Equatable {
    /// Purchases that count.
    var purchases: Int64 = 0
    /// Paid less given back, in minor units of the reporting currency.
    var net: Int64 = 0
    /// Complaints that were opened.
    var complaints: Int64 = 0
    /// Survey answers.
    var answers: Int64 = 0
    /// Their points of a hundred, in millionths.
    var points: Int64 = 0
}
