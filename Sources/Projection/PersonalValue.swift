/// Where a personal value stands that was looked at unseen: in the data of an event.
public struct PersonalValue: Sendable, Hashable {
    /// The member of the data.
    public let member: String
    /// The event's position.
    public let position: UInt64

    /// The value of a member of an event's data.
    public init(member: String, position: UInt64) {
        self.member = member
        self.position = position
    }
}

extension Base {
    /// Says that an answer shows what came of personal values that were looked at unseen.
    public func noteShown(_ values: [PersonalValue]) throws {
        for value in values { _ = try data(value.member, at: value.position) }
    }
}
