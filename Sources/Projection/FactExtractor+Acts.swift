import Events

extension FactExtractor {
    /// Whether the event acts on other events or on identities.
    func isAct(_ envelope: Envelope) -> Bool {
        let type = envelope.type
        return reader.text(type, equals: "event.voided") || reader.text(type, equals: "event.corrected")
            || reader.text(type, equals: "customer.merged") || reader.text(type, equals: "customer.split")
    }

    /// Whether the event is one of the ledger itself: customers are never read from them.
    func isOwn(_ envelope: Envelope) -> Bool {
        let hasPrefix = reader.withText(envelope.source) { source in
            guard source.count >= Self.ownPrefix.count else { return false }
            for index in Self.ownPrefix.indices where source[index] != Self.ownPrefix[index] {
                return false
            }
            return true
        }
        return hasPrefix && isReferenceOrRecord(envelope.type)
    }

    private static let ownPrefix = Array("daybook:".utf8)

    private func isReferenceOrRecord(_ type: Int) -> Bool {
        isReference(type) || reader.text(type, equals: "schema.registered")
            || reader.text(type, equals: "import.completed") || reader.text(type, equals: "access.recorded")
            || reader.text(type, equals: "view.attested")
    }

    private func isReference(_ type: Int) -> Bool {
        reader.text(type, equals: "policy.adopted") || reader.text(type, equals: "model.fitted")
            || reader.text(type, equals: "rate.published") || reader.text(type, equals: "calendar.published")
            || reader.text(type, equals: "dimension.published")
    }

    /// Campaigns have no customer; folds need when they began and ended.
    private func isCampaign(_ type: Int) -> Bool {
        reader.text(type, equals: "campaign.started") || reader.text(type, equals: "campaign.ended")
    }

    /// Events without a customer: reference data become acts, all others say nothing to a fold. Voids and
    /// corrections may come without a subject too.
    func extractOwn(_ envelope: Envelope, into sink: inout Extraction) throws(ExtractionError) {
        let content: Act.Content
        if isReference(envelope.type) || isCampaign(envelope.type) {
            content = .reference(type: reader.string(envelope.type), data: reader.value(envelope.data))
        } else if reader.text(envelope.type, equals: "event.voided") {
            content = .void(try target(envelope))
        } else if reader.text(envelope.type, equals: "event.corrected") {
            content = .correction(try target(envelope))
        } else {
            return
        }
        sink.acts.append(Act(position: envelope.position, time: envelope.time, content: content))
    }

    /// Every subject gets a number, so that whoever knows all numbered customers knows all subjects.
    private func name(_ subject: Int, _ interner: inout some Interner) {
        _ = reader.withText(subject) { interner.customer($0) }
    }

    /// What an event with a subject does to others, or nil where it is an event of the customer's own.
    func actContent(
        _ envelope: Envelope, subject: Int, interner: inout some Interner
    ) throws(ExtractionError) -> Act.Content? {
        if reader.text(envelope.type, equals: "event.voided") {
            name(subject, &interner)
            return .void(try target(envelope))
        }
        if reader.text(envelope.type, equals: "event.corrected") {
            name(subject, &interner)
            return .correction(try target(envelope))
        }
        if reader.text(envelope.type, equals: "customer.merged") {
            let ended = reader.withText(subject) { interner.customer($0) }
            let into = try required(envelope, "into")
            return .merge(ended: ended, into: reader.withText(into) { interner.customer($0) })
        }
        if reader.text(envelope.type, equals: "customer.split") {
            let freed = reader.withText(subject) { interner.customer($0) }
            let from = try required(envelope, "from")
            return .split(freed: freed, from: reader.withText(from) { interner.customer($0) })
        }
        return nil
    }

    private func target(_ envelope: Envelope) throws(ExtractionError) -> EventKey {
        EventKey(
            source: reader.string(try required(envelope, "source")),
            id: reader.string(try required(envelope, "id")))
    }

    private func required(_ envelope: Envelope, _ name: StaticString) throws(ExtractionError) -> Int {
        guard let node = reader.member(envelope.data, name), reader.kind(node) == .string else {
            throw ExtractionError(
                position: envelope.position, pointer: "/data/\(name)", expected: "a text", found: "none")
        }
        return node
    }
}
