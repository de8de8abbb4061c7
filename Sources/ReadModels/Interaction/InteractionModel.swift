public import Projection

/// How often and where a customer is in touch: DOMAIN.md section 11. One conversation is one contact.
public struct InteractionModel: ReadModel {
    /// The name of the view.
    public static let name = "interaction"
    /// The version of the rules.
    public static let version = 1
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

    private struct Conversation: Sendable {
        var day: Int32
        var code: UInt32
        var isInbound: Bool
    }

    private struct ChannelTail: Sendable {
        var code: UInt32
        /// When the last message of the channel's latest conversation was.
        var time: Int64
    }

    let windowDays: Int
    let offeredChannels: [String]
    let recentDays: Int
    private let gap: Int64
    private let windowFrom: Int32
    private let recentFrom: Int32
    private let earlierFrom: Int32

    private var conversations: [Conversation] = []
    private var threads = KeyIndex()
    private var tails: [ChannelTail] = []
    private var state = State()

    /// The channels of all customers so far; those of customer i end at `channelEnds[i]`.
    private(set) var channels: [ChannelCount] = []
    private(set) var channelEnds: [Int] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        windowDays = try policy.whole("interaction.window_days")
        offeredChannels = try policy.texts("channels.offered")
        gap = Int64(try policy.whole("interaction.conversation_minutes")) * 60_000_000
        windowFrom = context.firstDay(ofTrailing: windowDays)
        recentDays = try policy.whole("churn.recent_days")
        recentFrom = context.firstDay(ofTrailing: recentDays)
        earlierFrom = context.firstDay(ofTrailing: 2 * recentDays)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        guard !conversations.isEmpty else { return }
        conversations.removeAll(keepingCapacity: true)
        tails.removeAll(keepingCapacity: true)
        threads.removeAll()
        state = State()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .contact { take(fact) }
    }

    private mutating func take(_ fact: borrowing Fact) {
        guard !fact.flags.contains(.bulk) else { return }
        let isInbound = fact.flags.contains(.inbound)
        if isInbound {
            state.lastInbound = fact.position + 1
            state.lastInboundDay = fact.day
        }
        guard beginsConversation(fact) else { return }
        state.contacts += 1
        if isInbound { state.inbound += 1 }
        conversations.append(Conversation(day: fact.day, code: fact.code, isInbound: isInbound))
    }

    /// A thread is one conversation however long it lasts; other messages belong together while no pause on
    /// their channel is longer than the policy's.
    private mutating func beginsConversation(_ fact: borrowing Fact) -> Bool {
        if fact.key != 0 {
            return threads.value(of: fact.key, orInsert: 0) == nil
        }
        for index in tails.indices where tails[index].code == fact.code {
            let pause = fact.time - tails[index].time
            tails[index].time = fact.time
            return pause > gap
        }
        tails.append(ChannelTail(code: fact.code, time: fact.time))
        return true
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var measure = Measure(state: state, inbound: 0, outbound: 0, recentInbound: 0, earlierInbound: 0)
        let firstChannel = channels.count
        let first = min(windowFrom, earlierFrom)
        for conversation in conversations.reversed() {
            if conversation.day < first { break }
            if conversation.isInbound {
                if conversation.day >= recentFrom {
                    measure.recentInbound += 1
                } else if conversation.day >= earlierFrom {
                    measure.earlierInbound += 1
                }
            }
            guard conversation.day >= windowFrom else { continue }
            if conversation.isInbound { measure.inbound += 1 } else { measure.outbound += 1 }
            count(conversation.code, from: firstChannel)
        }
        channelEnds.append(channels.count)
        return (state, measure)
    }

    private mutating func count(_ code: UInt32, from first: Int) {
        for index in first..<channels.count where channels[index].code == code {
            channels[index].count += 1
            return
        }
        channels.append(ChannelCount(code: code, count: 1))
    }

    /// Adds what another worker's instance counted over its customers.
    public mutating func absorb(_ other: Self) {
        let offset = channels.count
        channels.append(contentsOf: other.channels)
        channelEnds.append(contentsOf: other.channelEnds.lazy.map { $0 + offset })
    }
}
