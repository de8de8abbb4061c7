import Events
import Projection

/// What became of offers: DOMAIN.md section 18, on the purchase days that count.
struct WinbackAssessor {
    /// What is known of an offer at the point.
    enum Outcome: String {
        /// A purchase that counts came within the window.
        case regained
        /// The customer said no, and did not buy.
        case declined
        /// The customer said yes, but has not bought yet.
        case accepted
        /// The window is open.
        case pending
        /// The window closed without a purchase.
        case notRegained = "not_regained"
    }

    private let clock: Clock
    private let context: FoldContext
    private let windowDays: Int
    private let lifecycle: LifecycleRule
    private let days: CustomerLists<Int32>
    private let offers: CustomerLists<WinbackModel.Offer>
    private let cells: [ReturnTable.Cell]

    init(_ base: Base) {
        context = base.context
        clock = base.context.clock
        let projector = base.run(of: WinbackModel.self).projector
        windowDays = projector.windowDays
        offers = projector.offers
        days = base.run(of: PerformanceModel.self).projector.days
        let lifecycle = base.run(of: LifecycleModel.self).projector
        self.lifecycle = lifecycle.rule
        cells = lifecycle.returns.unprompted
    }

    /// The last day of an offer's window.
    func lastDay(of offer: WinbackModel.Offer) -> LocalDay {
        LocalDay(number: offer.day).adding(days: windowDays)
    }

    /// Whether the window has closed: all of its last day has passed.
    func isClosed(_ offer: WinbackModel.Offer) -> Bool {
        context.clock(atEndOf: lastDay(of: offer)).instant <= clock.instant
    }

    /// The first purchase day within the window of an offer.
    func regainedOn(_ offer: WinbackModel.Offer, _ index: Int) -> Int32? {
        let last = lastDay(of: offer).number
        return days[index].first { $0 >= offer.day && $0 <= last }
    }

    func outcome(of offer: WinbackModel.Offer, _ index: Int) -> Outcome {
        if regainedOn(offer, index) != nil { return .regained }
        if offer.answer == .declined { return .declined }
        if isClosed(offer) { return .notRegained }
        return offer.answer == .accepted ? .accepted : .pending
    }

    /// The share of customers in the state that this one was in at the end of a day who, without an offer, bought
    /// within the horizon of the return table; nil where there were none.
    func naturalReturn(_ index: Int, on day: Int32) -> Double? {
        var known = PurchaseDays()
        for purchase in days[index] where purchase <= day { known.add(purchase) }
        guard known.count > 0 else { return nil }
        let stage = lifecycle.stage(known, active: lifecycle.activeStage(known), isEnded: false, on: day)
        let (interval, parts) = lifecycle.interval(
            count: known.count, span: Int64(known.last) - Int64(known.first))
        let band = ReturnTable.band(gap: Int64(day) - Int64(known.last), days: interval, parts: parts)
        let cell = cells[ReturnTable.cell(stage, band: band)]
        return cell.count > 0 ? 1 - Double(cell.lost) / Double(cell.count) : nil
    }
}
