/// The codes that the policy's `labels` may name by themselves: DOMAIN.md section 4.4.
public enum LabelledCodes {
    private static let members: [(name: String, codes: [String])] = [
        ("tier", ValueCuts.Tier.allCases.map(\.rawValue)),
        ("stage", LifecycleStage.allCases.map(\.code)),
        ("position", CustomerPosition.allCases.map(\.rawValue)),
        ("band", ["low", "medium", "high"]),
        ("group", CustomerGroup.allCases.map(\.rawValue)),
    ]

    /// The members of answers that hold a code; none for what is no code, but the name of a member.
    public static func members(of code: String) -> [String] {
        members.filter { $0.codes.contains(code) }.map(\.name)
    }
}
