public import Projection
import Statistics

/// How often and where a customer is in touch: DOMAIN.md section 11. One conversation is one contact.
public struct InteractionModel: ReadModel {
    /// The name of the view.
    public static let name = "interaction"
    /// The version of the rules.
    public static let version = 3
    /// What its report is called.
    public static let reportName = "channels"
    /// What a person wants to see first.
    public static let headline = ["contacts", "recency_days"]

    /// What is known of the customer, whatever the hour. Bulk messages are left out.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Where the last inbound message stands in the log, plus 1; 0 without one.
        public var lastInbound: UInt64 = 0
        /// Conversations.
        public var contacts: Int32 = 0
        /// Those the customer began.
        public var inbound: Int32 = 0
        /// The local day of the last inbound message.
        public var lastInboundDay: Int32 = 0
        var unused: Int32 = 0
    }

    /// The state at the clock.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// Conversations in the window that the customer began.
        public var inbound: Int32
        /// Those that we began.
        public var outbound: Int32
        /// Inbound ones in the last days (policy: 90), for churn risk.
        public var recentInbound: Int32
        /// Inbound ones in as many days before.
        public var earlierInbound: Int32
        /// Conversations, each the less the older it is.
        public var decayed: Double
    }

    /// What a row needs of everybody.
    public struct Population: Codable, Sendable, Equatable {
        /// The mean of inbound conversations in the window, over all customers.
        public var meanInbound: Double
    }

    /// How many conversations a customer had on one channel in the window.
    struct ChannelCount: Sendable {
        var code: UInt32
        var count: Int32
    }

    /// How many conversations a customer had on one topic in the window, and in the window before.
    struct TopicCount: Sendable {
        var code: UInt32
        var count: Int32
        var before: Int32
    }

    private struct Conversation: Sendable {
        var day: Int32
        var code: UInt32
        var topic: UInt32 = 0
        var isInbound: Bool
    }

    private struct ChannelTail: Sendable {
        var code: UInt32
        /// When the last message of the channel's latest conversation was.
        var time: Int64
        var conversation: Int
    }

    let windowDays: Int
    let offeredChannels: [String]
    let recentDays: Int
    private let gap: Int64
    private let countsPurchases: Bool
    private let windowFrom: Int32
    private let windowBeforeFrom: Int32
    private let decay: Decay
    private let day: Int32
    private let oldest: Int32
    private let recentFrom: Int32
    private let earlierFrom: Int32

    private var conversations: [Conversation] = []
    private var threads = KeyIndex()
    private var tails: [ChannelTail] = []
    private var state = State()
    /// The message taken last, and the conversation that it belongs to.
    private var lastMessage = (position: UInt64.max, conversation: 0)

    /// By customer, the channels in the window.
    private(set) var channels = CustomerLists<ChannelCount>()
    /// By customer, the topics in the window and in the one before.
    private(set) var topics = CustomerLists<TopicCount>()
    private var counts: [ChannelCount] = []
    private var topicCounts: [TopicCount] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        windowDays = try policy.whole("interaction.window_days")
        offeredChannels = try policy.texts("channels.offered")
        gap = Int64(try policy.whole("interaction.conversation_minutes")) * 60_000_000
        countsPurchases = try policy.truth("interaction.purchases")
        windowFrom = context.firstDay(ofTrailing: windowDays)
        windowBeforeFrom = context.firstDay(ofTrailing: 2 * windowDays)
        let halfLife = try policy.real("interaction.half_life_days")
        decay = Decay(halfLifeDays: halfLife)
        day = context.clock.day
        // After forty half-lives there is less left than is printed.
        oldest = Int32(clamping: Int(day) - Int(min(1e6, 40 * halfLife)))
        recentDays = try policy.whole("churn.recent_days")
        recentFrom = context.firstDay(ofTrailing: recentDays)
        earlierFrom = context.firstDay(ofTrailing: 2 * recentDays)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        guard !conversations.isEmpty else { return }
        lastMessage = (.max, 0)
        conversations.removeAll(keepingCapacity: true)
        tails.removeAll(keepingCapacity: true)
        threads.removeAll()
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .contact {
            take(fact)
        } else if fact.kind == .contactDetail {
            topic(fact)
        } else if countsPurchases, fact.kind == .purchase, fact.code != 0 {
            take(fact, isInbound: true)
        }
    }

    private mutating func take(_ fact: borrowing Fact) {
        guard !fact.flags.contains(.bulk) else { return }
        take(fact, isInbound: fact.flags.contains(.inbound))
    }

    private mutating func take(_ fact: borrowing Fact, isInbound: Bool) {
        if isInbound {
            state.lastInbound = fact.position + 1
            state.lastInboundDay = fact.day
        }
        let conversation = conversation(of: fact)
        lastMessage = (fact.position, conversation)
        guard conversation == conversations.count else { return }
        state.contacts += 1
        if isInbound { state.inbound += 1 }
        conversations.append(Conversation(day: fact.day, code: fact.code, isInbound: isInbound))
    }

    /// Which conversation a message belongs to; a new one is the next.
    ///
    /// A thread is one conversation however long it lasts; other messages belong together while no pause on
    /// their channel is longer than the policy's.
    private mutating func conversation(of fact: borrowing Fact) -> Int {
        let new = conversations.count
        if fact.key != 0 {
            return threads.value(of: fact.key, orInsert: new) ?? new
        }
        for index in tails.indices where tails[index].code == fact.code {
            if fact.time - tails[index].time > gap { tails[index].conversation = new }
            tails[index].time = fact.time
            return tails[index].conversation
        }
        tails.append(ChannelTail(code: fact.code, time: fact.time, conversation: new))
        return new
    }

    /// A conversation is about the first topic that is said in it.
    private mutating func topic(_ fact: borrowing Fact) {
        guard fact.code != 0, fact.position == lastMessage.position else { return }
        let conversation = lastMessage.conversation
        if conversations[conversation].topic == 0 { conversations[conversation].topic = fact.code }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var measure = Measure(
            state: state, inbound: 0, outbound: 0, recentInbound: 0, earlierInbound: 0, decayed: 0)
        counts.removeAll(keepingCapacity: true)
        topicCounts.removeAll(keepingCapacity: true)
        let first = min(windowBeforeFrom, earlierFrom, oldest)
        for conversation in conversations.reversed() {
            if conversation.day < first { break }
            measure.decayed += decay.weight(ageDays: Int(day) - Int(conversation.day))
            if conversation.isInbound {
                if conversation.day >= recentFrom {
                    measure.recentInbound += 1
                } else if conversation.day >= earlierFrom {
                    measure.earlierInbound += 1
                }
            }
            let isInWindow = conversation.day >= windowFrom
            if conversation.topic != 0, conversation.day >= windowBeforeFrom {
                count(topic: conversation.topic, isInWindow: isInWindow)
            }
            guard isInWindow else { continue }
            if conversation.isInbound { measure.inbound += 1 } else { measure.outbound += 1 }
            count(channel: conversation.code)
        }
        for channel in counts { channels.append(channel) }
        for topic in topicCounts { topics.append(topic) }
        channels.endCustomer()
        topics.endCustomer()
        return (state, measure)
    }

    private mutating func count(channel code: UInt32) {
        for index in counts.indices where counts[index].code == code {
            counts[index].count += 1
            return
        }
        counts.append(ChannelCount(code: code, count: 1))
    }

    private mutating func count(topic code: UInt32, isInWindow: Bool) {
        let place = topicCounts.firstIndex { $0.code == code } ?? topicCounts.count
        if place == topicCounts.count { topicCounts.append(TopicCount(code: code, count: 0, before: 0)) }
        if isInWindow { topicCounts[place].count += 1 } else { topicCounts[place].before += 1 }
    }

    /// Adds what another worker's instance counted over its customers.
    public mutating func absorb(_ other: Self) {
        channels.absorb(other.channels)
        topics.absorb(other.topics)
    }
}
