public import Projection

/// All read models, in the order in which their populations are computed: each may use those before it.
///
/// Adding one is one file with the type, one line here and one golden test.
public let coreReadModels: [RegisteredReadModel] = [
    RegisteredReadModel(ValueModel.self),
    RegisteredReadModel(LifecycleModel.self),
    RegisteredReadModel(SatisfactionModel.self),
    RegisteredReadModel(ComplaintsModel.self),
    RegisteredReadModel(NeedsModel.self),
    RegisteredReadModel(InteractionModel.self),
    RegisteredReadModel(PriorityModel.self),
    RegisteredReadModel(FeedbackModel.self),
    RegisteredReadModel(ServiceModel.self),
    RegisteredReadModel(CareModel.self),
    RegisteredReadModel(FollowupModel.self),
    RegisteredReadModel(ActivitiesModel.self),
    RegisteredReadModel(AgentsModel.self),
    RegisteredReadModel(ChurnModel.self),
    RegisteredReadModel(ProfitModel.self),
    RegisteredReadModel(LoyaltyModel.self),
    RegisteredReadModel(ReferralModel.self),
    RegisteredReadModel(CreditModel.self),
    RegisteredReadModel(YearOnYearModel.self),
    RegisteredReadModel(AcquisitionModel.self),
    RegisteredReadModel(BenefitsModel.self),
    RegisteredReadModel(TerritoryModel.self),
    RegisteredReadModel(ConcentrationModel.self),
    RegisteredReadModel(PortfolioModel.self),
    RegisteredReadModel(PositionsModel.self),
    RegisteredReadModel(RebalancingModel.self),
]
