public import Projection

/// Under which heads of a customer's profile the core views stand: DOMAIN.md section 24.
extension ValueModel {
    /// What the customer brings in.
    public static let head = ProfileHead.profitability
}

extension ProfitModel {
    /// What the customer brings in.
    public static let head = ProfileHead.profitability
}

extension CreditModel {
    /// What the customer owes.
    public static let head = ProfileHead.profitability
}

extension YearOnYearModel {
    /// What the customer brings in, year by year.
    public static let head = ProfileHead.profitability
}

extension LoyaltyModel {
    /// What the customer has earned.
    public static let head = ProfileHead.promotion
}

extension BenefitsModel {
    /// What was given, and used.
    public static let head = ProfileHead.promotion
}

extension ReferralModel {
    /// Whom the customer brought.
    public static let head = ProfileHead.promotion
}

extension TerritoryModel {
    /// Where goods go.
    public static let head = ProfileHead.performance
}

extension PortfolioModel {
    /// What is to be expected.
    public static let head = ProfileHead.prospecting
}

extension ChurnModel {
    /// What is to be expected.
    public static let head = ProfileHead.prospecting
}

extension SatisfactionModel {
    /// What was done for the customer.
    public static let head = ProfileHead.performance
}

extension ComplaintsModel {
    /// What was done for the customer.
    public static let head = ProfileHead.performance
}

extension InteractionModel {
    /// What was done for the customer.
    public static let head = ProfileHead.performance
}

extension NeedsModel {
    /// What was done for the customer, or is to be done.
    public static let head = ProfileHead.performance
}

extension FeedbackModel {
    /// What was done for the customer, or is to be done.
    public static let head = ProfileHead.performance
}

extension PriorityModel {
    /// What was done for the customer, or is to be done.
    public static let head = ProfileHead.performance
}

extension ServiceModel {
    /// What was done for the customer, or is to be done.
    public static let head = ProfileHead.performance
}

extension FollowupModel {
    /// What was done for the customer, or is to be done.
    public static let head = ProfileHead.performance
}

extension CareModel {
    /// What was done for the customer, or is to be done.
    public static let head = ProfileHead.performance
}

extension ActivitiesModel {
    /// What was offered.
    public static let head = ProfileHead.promotion
}
