import Events
import Foundation
import Testing

/// The schemas of schemas/ as they are part of the program, and their examples.
struct ExampleTests {
    @Test func theProgramHoldsTheSchemasOfTheFolderAndNoOthers() throws {
        let names = try SchemaFolder.fileNames()
        try #require(names.count >= 70)
        var types: Set<String> = []
        for name in names {
            let (type, version) = try SchemaFolder.type(of: name)
            types.insert(type)
            let schema = try #require(
                SchemaRegistry.builtIn.schema(type: type, version: version),
                "run tools/embed-schemas.py: \(name)")
            #expect(schema.document == (try SchemaFolder.json(name)), "run tools/embed-schemas.py: \(name)")
            #expect(schema.identifier == "urn:daybook:schema:\(type):v\(version)")
        }
        #expect(SchemaRegistry.builtIn.types == types.sorted())
    }

    @Test func everyExampleIsValid() throws {
        for (name, event) in try SchemaFolder.examples() {
            #expect(try verdict(on: event) == nil, "\(name)")
        }
    }

    @Test func everyTypeOfTheDomainIsThere() {
        let domain = """
            customer.registered customer.updated customer.verified customer.assigned customer.merged customer.split
            event.voided event.corrected purchase.completed purchase.returned invoice.issued payment.received
            cost.allocated lead.captured contact.logged followup.planned followup.done followup.cancelled
            need.raised need.met complaint.opened complaint.acknowledged complaint.replied complaint.waiting
            complaint.resumed complaint.resolved complaint.reopened complaint.closed complaint.escalated
            feedback.received feedback.answered survey.sent survey.answered points.earned points.redeemed
            points.redemption_cancelled points.adjusted membership.changed coupon.issued coupon.redeemed
            benefit.granted benefit.used activity.invited activity.attended referral.made relation.declared
            relation.ended campaign.started campaign.targeted campaign.ended churn.reason_given
            relationship.ended winback.offered winback.accepted winback.declined customer.erased
            interest.declared trait.declared consent.changed territory.assigned shipment.sent diversion.found
            penalty.imposed penalty.lifted policy.adopted model.fitted rate.published calendar.published
            dimension.published schema.registered import.completed access.recorded view.attested
            """
        let types = domain.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(SchemaRegistry.builtIn.types == types.sorted())
    }

    @Test func whatMayLieInTheFutureIsWhatPeoplePlan() {
        let planned = SchemaRegistry.builtIn.types.filter {
            SchemaRegistry.builtIn.schema(type: $0)?.isPlanned ?? false
        }
        #expect(
            planned == [
                "calendar.published", "campaign.ended", "campaign.started", "campaign.targeted",
                "coupon.issued",
                "followup.planned", "membership.changed", "policy.adopted", "rate.published",
            ])
    }

    @Test func theLedgersOwnTypesHaveNoSubjectAndCannotBeVoided() throws {
        let own = SchemaRegistry.builtIn.types.compactMap { SchemaRegistry.builtIn.schema(type: $0) }
            .filter(\.isLedgerOwn)
        #expect(
            own.map(\.type) == [
                "access.recorded", "calendar.published", "customer.erased", "dimension.published",
                "import.completed", "model.fitted", "policy.adopted", "rate.published", "schema.registered",
                "view.attested",
            ])
        for schema in own {
            #expect(!schema.isVoidable)
            #expect(schema.subject == (schema.type == "customer.erased" ? .required : .forbidden))
        }
    }

    @Test func personalFieldsAreThoseThatTheDomainMarks() throws {
        let person = ["/name", "/email", "/phone", "/birth_date", "/gender"]
        for type in SchemaRegistry.builtIn.types {
            let schema = try #require(SchemaRegistry.builtIn.schema(type: type))
            let expected =
                switch type {
                case "customer.registered", "customer.updated": person
                case "contact.logged", "followup.done", "feedback.received", "survey.answered",
                    "churn.reason_given", "relationship.ended":
                    ["/text"]
                case let name where name.hasPrefix("complaint."): ["/text"]
                default: [String]()
                }
            #expect(schema.personalPaths == expected, "\(type)")
        }
    }
}
