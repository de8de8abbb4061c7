public import Events
public import Projection

extension SegmentsModel {
    /// Which rule makes which member of a row: its elements have no names of their own, so one rule says them all.
    public static let rules = [
        FieldRule(
            "",
            """
            high_frequency and low_frequency: the top and bottom fifth by purchase days after the first, per week \
            since then (undetermined while the customer is new). night_owl: at least five purchases, and the share \
            made from 22:00 to 6:00 on the customer's own clock, drawn towards one in six, is at least half. \
            geography: where at least half of the purchases were made, by the region at the purchase. product_mix, \
            category, interest_inferred: shares of what was spent. interest, trait: what the customer declared. \
            age_band, region, city, income_band, gender: the latest known. need: the category with most needs in a \
            year, at least two. interaction: no contact made by the customer in the window is low; of those who made \
            any, the fifth with most contacts is high, that with fewest low, and the others are middle.
            """,
            source: "DOMAIN.md 13",
            parameters: [
                "segments.night_purchases", "segments.night_share", "segments.dominant_share",
                "segments.dominant_purchases", "segments.interest_share", "segments.need_days",
                "segments.needs",
                "lifecycle.mu0_days", "interaction.window_days", "satisfaction.confidence",
            ])
    ]

    /// One customer's row: an array, as in DOMAIN.md section 26.
    public static func row(_ index: Int, of base: Base) throws -> JSONValue {
        var segments = base.shared(SegmentJudge.init).segments(index).map(\.json)
        if let gender = try gender(index, of: base) { segments.append(gender) }
        return .array(segments)
    }

    /// The gender is personal: it is opened for the reader who may see it, and kept nowhere.
    private static func gender(_ index: Int, of base: Base) throws -> JSONValue? {
        let position = base.run(of: Self.self).measures[index].gender
        guard position > 0, let gender = try base.data("gender", at: position - 1)?.stringValue else {
            return nil
        }
        return Segment(name: "gender:" + gender, count: 1).json
    }

    /// What the members of a segment have in common.
    private struct Persona {
        var count = 0
        var categories: [UInt32: Int64] = [:]
        var channels: [UInt32: Int] = [:]
        var ages: [UInt32: Int] = [:]
    }

    /// The persona of every segment that is large enough not to show persons. Genders are personal values and
    /// are not read for everybody.
    public static func report(of base: Base, options: ReportOptions) -> JSONValue? {
        let judge = base.shared(SegmentJudge.init)
        let projector = base.run(of: Self.self).projector
        let groups = base.run(of: PerformanceModel.self).projector.groups
        let interaction = base.run(of: InteractionModel.self).projector
        var personas: [String: Persona] = [:]
        for index in base.customers.indices {
            let age = projector.marks[index].first { $0.kind == .ageBand }?.code
            for segment in judge.segments(index) where segment.name != "product_mix" {
                var persona = personas.removeValue(forKey: segment.name) ?? Persona()
                persona.count += 1
                for group in groups[index] where group.aspect == .category {
                    persona.categories[group.code] = added(
                        persona.categories[group.code] ?? 0, max(0, group.net))
                }
                for channel in interaction.channels(of: index) {
                    persona.channels[channel.code, default: 0] += Int(channel.count)
                }
                if let age { persona.ages[age, default: 0] += 1 }
                personas[segment.name] = persona
            }
        }
        let least = projector.rule.leastCustomers
        let shown = personas.filter { $0.value.count >= least }.sorted { left, right in
            left.value.count != right.value.count
                ? left.value.count > right.value.count : left.key < right.key
        }
        return [
            "n": Answer.count(base.count),
            "small_population": .bool(base.isSmall(base.count)),
            "hidden": Answer.count(personas.count - shown.count),
            "segments": .array(shown.map { json($0, $1, base) }),
        ]
    }

    private static func json(_ title: String, _ persona: Persona, _ base: Base) -> JSONValue {
        func name(_ code: UInt32) -> String { base.context.text(of: code) ?? "" }
        let categories = persona.categories.filter { $0.value > 0 }
            .sorted { $0.value != $1.value ? $0.value > $1.value : name($0.key) < name($1.key) }
        let channel = persona.channels.max { left, right in
            left.value != right.value ? left.value < right.value : name(left.key) > name(right.key)
        }
        return [
            "name": .string(title), "n": Answer.count(persona.count),
            "share": Answer.share(persona.count, of: base.count),
            "top_categories": .array(categories.prefix(3).map { .string(name($0.key)) }),
            "dominant_channel": channel.map { .string(name($0.key)) } ?? nil,
            "median_age_band": medianAge(persona.ages, name).map { .string($0) } ?? nil,
        ]
    }

    /// The band of the middle member, of two the younger: by the number that a band begins with, then by name.
    private static func medianAge(_ ages: [UInt32: Int], _ name: (UInt32) -> String) -> String? {
        let bands = ages.map { (name: name($0.key), count: $0.value) }.sorted { left, right in
            let (first, second) = (firstNumber(left.name), firstNumber(right.name))
            return first != second ? first < second : left.name < right.name
        }
        let total = bands.reduce(0) { $0 + $1.count }
        var passed = 0
        for band in bands {
            passed += band.count
            if passed * 2 >= total { return band.name }
        }
        return nil
    }

    private static func firstNumber(_ text: String) -> Int {
        Int(text.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }
}

extension InteractionModel {
    /// The channels of the customer at an index, in the window.
    func channels(of index: Int) -> ArraySlice<ChannelCount> {
        channels[index]
    }
}
