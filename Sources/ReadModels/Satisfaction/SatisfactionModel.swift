public import Projection
import Statistics

/// What customers answered in surveys: DOMAIN.md section 8.
public struct SatisfactionModel: ReadModel {
    /// Answers of a trailing window can be reported apart.
    public static let reportTakesWindow = true
    /// The name of the view.
    public static let name = "satisfaction"
    /// The version of the rules.
    public static let version = 3
    /// What a person wants to see first.
    public static let headline = ["score", "answers"]

    /// What is known of the customer, whatever the hour: the answers that no later one replaced.
    public struct State: BitwiseCopyable, Sendable, Equatable {
        /// Sums of CSAT scores in millionths.
        public var csatSum: Int64 = 0
        /// Sums of NPS scores in millionths.
        public var npsSum: Int64 = 0
        /// The last NPS score in millionths.
        public var npsLast: Int64 = 0
        /// Where the last NPS answer stands in the log.
        public var npsPosition: UInt64 = 0
        /// Where the last answer of any kind stands in the log.
        public var lastPosition: UInt64 = 0
        /// Sums of CES scores in millionths.
        public var cesSum: Int64 = 0
        /// Sums of answers on other scales, in billionths of a point of a hundred.
        public var otherSum: Int64 = 0
        /// Sums of score − expected in millionths, where an expectation is given.
        public var gapSum: Int64 = 0
        /// Answers.
        public var answers: Int32 = 0
        /// CSAT answers.
        public var csatCount: Int32 = 0
        /// CSAT answers of 4 or 5.
        public var csatTop: Int32 = 0
        /// NPS answers.
        public var npsCount: Int32 = 0
        /// CES answers.
        public var cesCount: Int32 = 0
        /// Answers with an expectation.
        public var gapCount: Int32 = 0
        /// A bit for each scale of these answers: gaps on different scales are not added up.
        public var gapScales: UInt32 = 0
        /// How often the customer was asked.
        public var sent: Int32 = 0
        /// Of these, how often the survey was answered.
        public var returned: Int32 = 0
        var unused: UInt32 = 0
    }

    /// The state at the clock: weights halve with age.
    public struct Measure: BitwiseCopyable, Sendable, Equatable {
        /// What is known, whatever the hour.
        public var state: State
        /// The sum of weights.
        public var weight: Double
        /// The sum of weight · points.
        public var weightedPoints: Double
        /// The sum of squared weights.
        public var squaredWeight: Double
        /// How often the customer was asked in the last days (policy: 90).
        public var sentLately: Int64
    }

    /// What a row needs of everybody.
    public struct Population: Codable, Sendable, Equatable {
        /// The mean of all customers' answers in points of a hundred.
        public var mean: Double
        /// How many answers it is of.
        public var answers: Int
    }

    /// One dimension of one customer.
    struct DimensionScore: Sendable {
        var code: UInt32
        var answers: Int32
        var weight: Double
        var weightedPoints: Double
    }

    /// A survey that was sent.
    struct SentSurvey: Sendable {
        let survey: UInt64
        let day: Int32
        /// The local day of the last answer; `Int32.min` without one.
        var answeredOn = Int32.min

        var isAnswered: Bool { answeredOn != .min }
    }

    let kappa: Double
    let meanWithoutAnswers: Double
    let confidence: Double
    private let decay: Decay
    private let day: Int32
    /// How often a customer may be asked in how many days.
    let cap: (surveys: Int, days: Int)
    private let capFrom: Int32
    private var form = KeyIndex()
    private var answers: [SurveyAnswer] = []
    /// The place of the answer taken last.
    private var latest = 0
    private var sent: [SentSurvey] = []

    /// The answers that count, of all customers so far, for reports over a window.
    private(set) var all: [SurveyAnswer] = []
    private var ownDimensions: [DimensionScore] = []
    /// By customer, the dimensions.
    private(set) var dimensions = CustomerLists<DimensionScore>()

    /// The surveys sent to all customers so far, for reports over a window.
    private(set) var allSent: [SentSurvey] = []

    /// A projector under the context's policy, at its clock. Throws where a parameter cannot be used.
    public init(context: FoldContext) throws {
        let policy = context.policy
        kappa = try policy.real("satisfaction.kappa")
        meanWithoutAnswers = try policy.real("satisfaction.m0_without_answers")
        confidence = try policy.real("satisfaction.confidence")
        decay = Decay(halfLifeDays: try policy.real("satisfaction.half_life_days"))
        day = context.clock.day
        cap = (
            try policy.whole("satisfaction.survey_cap"), try policy.whole("satisfaction.survey_cap_days")
        )
        capFrom = context.firstDay(ofTrailing: cap.days)
    }

    /// Forgets the customer before.
    public mutating func begin() {
        if !sent.isEmpty { sent.removeAll(keepingCapacity: true) }
        guard !answers.isEmpty else { return }
        answers.removeAll(keepingCapacity: true)
        form.removeAll()
    }

    /// Takes one fact.
    @inline(__always)
    public mutating func fold(_ fact: borrowing Fact) {
        if fact.kind == .survey {
            take(fact)
        } else if fact.kind == .surveySent {
            sent.append(SentSurvey(survey: fact.key, day: fact.day))
        } else if fact.kind == .surveyDetail {
            if fact.extra != 0 { answered(UInt64(bitPattern: fact.extra), on: fact.day) }
            if fact.amount != 0 { stand(fact) }
        }
    }

    /// An answer is to the last survey of its name that was sent and has none; further answers of that day are
    /// taken for other questions of the same form.
    private mutating func answered(_ survey: UInt64, on day: Int32) {
        for index in sent.indices.reversed() where sent[index].survey == survey {
            if sent[index].answeredOn == day { return }
            if !sent[index].isAnswered {
                sent[index].answeredOn = day
                return
            }
        }
    }

    /// Forms of different customers may have the same id.
    private mutating func stand(_ fact: borrowing Fact) {
        guard latest < answers.count, answers[latest].position == fact.position else { return }
        let place = UInt64(bitPattern: fact.amount)
        answers[latest].question = UInt32(truncatingIfNeeded: place)
        answers[latest].form = (place >> 32) << 32 | UInt64(fact.customer)
    }

    private mutating func take(_ fact: borrowing Fact) {
        let answer = SurveyAnswer(fact)
        if answer.kind != .other, !sent.isEmpty { answered(fact.reference, on: fact.day) }
        // The same question of the same filled-in form: the later answer replaces the earlier one.
        if fact.key != 0, let place = form.value(of: fact.key, orInsert: answers.count) {
            answers[place] = answer
            latest = place
        } else {
            latest = answers.count
            answers.append(answer)
        }
    }

    /// The results for the customer begun last.
    public mutating func finish() -> (state: State, measure: Measure) {
        var state = State()
        var measure = Measure(state: state, weight: 0, weightedPoints: 0, squaredWeight: 0, sentLately: 0)
        ownDimensions.removeAll(keepingCapacity: true)
        var lastTime = Int64.min
        for answer in answers {
            answer.add(to: &state)
            // A replaced answer keeps its place in the list: "last" is by time.
            if (answer.time, answer.position) > (lastTime, state.lastPosition) || state.answers == 1 {
                lastTime = answer.time
                state.lastPosition = answer.position
            }
            let weight = decay.weight(ageDays: Int(day) - Int(answer.day))
            let points = answer.points
            measure.weight += weight
            measure.weightedPoints += weight * points
            measure.squaredWeight += weight * weight
            if answer.code != 0 {
                addDimension(answer.code, weight, points)
            }
        }
        setLastRecommendation(&state)
        for survey in sent {
            state.sent += 1
            if survey.isAnswered { state.returned += 1 }
            if survey.day >= capFrom { measure.sentLately += 1 }
        }
        allSent.append(contentsOf: sent)
        measure.state = state
        all.append(contentsOf: answers)
        for dimension in ownDimensions { dimensions.append(dimension) }
        dimensions.endCustomer()
        return (state, measure)
    }

    private func setLastRecommendation(_ state: inout State) {
        var last = Int64.min
        for answer in answers
        where answer.kind == .nps && (answer.time, answer.position) >= (last, state.npsPosition) {
            last = answer.time
            state.npsLast = answer.score
            state.npsPosition = answer.position
        }
    }

    private mutating func addDimension(_ code: UInt32, _ weight: Double, _ points: Double) {
        for index in ownDimensions.indices where ownDimensions[index].code == code {
            ownDimensions[index].answers += 1
            ownDimensions[index].weight += weight
            ownDimensions[index].weightedPoints += weight * points
            return
        }
        ownDimensions.append(
            DimensionScore(code: code, answers: 1, weight: weight, weightedPoints: weight * points))
    }

    /// Adds what another worker's instance counted over its customers.
    public mutating func absorb(_ other: Self) {
        all.reserveCapacity(all.count + other.all.count)
        all.append(contentsOf: other.all)
        allSent.append(contentsOf: other.allSent)
        dimensions.absorb(other.dimensions)
    }
}
