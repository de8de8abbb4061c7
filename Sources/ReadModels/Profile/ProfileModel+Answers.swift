public import Events
public import Projection

extension ProfileModel {
    /// Which rule makes which member of a row.
    public static let rules = [
        FieldRule("name", "The name last given. Personal: shown to who may open it.", source: "DOMAIN.md 26"),
        FieldRule("region", "The region last given.", source: "DOMAIN.md 26"),
        FieldRule("owner", "Who looks after the customer, as last assigned.", source: "DOMAIN.md 2, 26"),
        FieldRule("first_seen", "The local day of the first event.", source: "DOMAIN.md 26"),
        FieldRule("last_event", "The local day of the last event.", source: "DOMAIN.md 26"),
        FieldRule(
            "consent", "For each purpose whether consent stands, as last changed.", source: "DOMAIN.md 26"),
        FieldRule(
            "attributes", "One's own attributes, the last value of each. Read from the events.",
            source: "DOMAIN.md 2"),
        FieldRule(
            "completeness", "How many of the required fields are filled, as a share.", source: "DOMAIN.md 25",
            parameters: ["profile.required_fields"]),
        FieldRule("verified_on", "The local day of the last verification.", source: "DOMAIN.md 25"),
        FieldRule(
            "stale", "Not verified for a year; one never verified counts from the first event on.",
            source: "DOMAIN.md 25", parameters: ["profile.stale_days"]),
        FieldRule(
            "persistency", "How lasting the customer's buying is, by purchases that count.",
            source: "DOMAIN.md 24"),
        FieldRule(
            "persistency.tenure_days", "Days since the first purchase that counts.", source: "DOMAIN.md 24"),
        FieldRule(
            "persistency.active_share",
            "Calendar months with a purchase of all months since the first one, both ends included.",
            source: "DOMAIN.md 24"),
        FieldRule(
            "persistency.change", "What that share has gained or lost in half a year.",
            source: "DOMAIN.md 24",
            parameters: ["profile.change_days"]),
    ]

    /// One customer's row, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        let run = base.run(of: Self.self)
        let (state, rule) = (run.measures[index], run.projector.rule)
        let notes = run.projector.notes[index]
        let day = base.context.clock.day
        let persistency = Persistency(
            base.run(of: PerformanceModel.self).projector.days[index], on: day, changeDays: rule.changeDays)
        func text(_ kind: NoteKind) -> JSONValue {
            notes.first { $0.kind == kind }.flatMap { base.context.text(of: $0.code) }.map { .string($0) }
                ?? .null
        }
        return [
            "name": try personal("name", at: state.name, of: base).map { .string($0) } ?? .null,
            "region": text(.region),
            "owner": text(.owner),
            "first_seen": Answer.day(state.firstDay),
            "last_event": Answer.day(state.lastDay),
            "consent": consent(notes, base.context),
            "attributes": try attributes(notes, of: base),
            "completeness": Answer.number(rule.completeness(state.filled)),
            "verified_on": Answer.day(state.verifiedOn > .min ? state.verifiedOn : nil),
            "stale": .bool(rule.isStale(state, on: day)),
            "persistency": [
                "tenure_days": persistency.map { Answer.count($0.tenureDays) } ?? .null,
                "active_share": Answer.number(persistency?.activeShare),
                "change": Answer.number(persistency?.change),
            ],
        ]
    }

    /// A personal value, where the reader may open it. `place` is a position plus 1, or 0.
    private static func personal(_ field: String, at place: UInt64, of base: Base) throws -> String? {
        guard place > 0 else { return nil }
        return try base.data(field, at: place - 1)?.stringValue
    }

    private static func consent(_ notes: ArraySlice<Note>, _ context: FoldContext) -> JSONValue {
        let named = notes.filter { $0.kind == .consent }
            .compactMap { note in context.text(of: note.code).map { ($0, note.isGranted) } }
            .sorted { $0.0 < $1.0 }
        return .object(JSONObject(named.map { ($0.0, .bool($0.1)) }))
    }

    /// The attributes of all events that say any, later values in place of earlier ones; null takes one away.
    private static func attributes(_ notes: ArraySlice<Note>, of base: Base) throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        for note in notes where note.kind == .attributes {
            guard let said = try base.data("attributes", at: note.position)?.objectValue else { continue }
            for member in said { members[member.name] = member.value == .null ? nil : member.value }
        }
        return .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    /// How well the archive is kept, and who might be there twice: found when read, stored nowhere.
    public static func report(of base: Base, options: ReportOptions) throws -> JSONValue? {
        let run = base.run(of: Self.self)
        let rule = run.projector.rule
        var (filled, complete, stale, verified) = (0, 0, 0, 0)
        for state in run.measures {
            filled += (state.filled & rule.required).nonzeroBitCount
            if state.filled & rule.required == rule.required { complete += 1 }
            if rule.isStale(state, on: base.context.clock.day) { stale += 1 }
            if state.verifiedOn > .min { verified += 1 }
        }
        let wanted = run.measures.count * rule.required.nonzeroBitCount
        return [
            "n": Answer.count(base.count), "small_population": .bool(base.isSmall(base.count)),
            "completeness": Answer.share(filled, of: wanted), "complete": Answer.count(complete),
            "verified": Answer.count(verified), "stale": Answer.count(stale),
            "likely_duplicates": .array(
                try duplicates("email", run.measures.map(\.email), of: base)
                    + duplicates("phone", run.measures.map(\.phone), of: base)),
        ]
    }

    /// Customers with the same address or number: suggested, never merged. Everybody's is looked at, and that of those
    /// shown who are suggested.
    private static func duplicates(_ field: String, _ places: [UInt64], of base: Base) throws -> [JSONValue] {
        var holders: [String: [Int]] = [:]
        for (index, place) in places.enumerated() where place > 0 {
            guard let text = try base.unseen(field, at: place - 1)?.stringValue else { continue }
            let key = field == "phone" ? digits(text) : text.lowercased().filter { !$0.isWhitespace }
            if !key.isEmpty { holders[key, default: []].append(index) }
        }
        let groups = holders.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        return try groups.map { group in
            try base.noteShown(group.map { PersonalValue(member: field, position: places[$0] - 1) })
            let names = try group.map { try base.name(of: base.customers[$0]) ?? "" }.sorted()
            return ["same": .string(field), "customers": .array(names.map { .string($0) })]
        }
    }

    /// The digits of a telephone number, its international prefix without 00 or +.
    private static func digits(_ text: String) -> String {
        let digits = String(text.filter { $0.isASCII && $0.isNumber })
        return digits.hasPrefix("00") ? String(digits.dropFirst(2)) : digits
    }
}
