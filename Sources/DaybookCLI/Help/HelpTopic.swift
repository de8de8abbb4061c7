/// Pages of help that belong to no single command: `daybook help TOPIC`.
enum HelpTopic: String, CaseIterable {
    case exitCodes = "exit-codes"
    case time
    case formats
    case filters
    case mapping
    case proofs

    /// The topic that the arguments ask for, or nil: then `help` is about a command.
    init?(arguments: [String]) {
        guard arguments.count == 2, arguments[0] == "help", let topic = HelpTopic(rawValue: arguments[1])
        else { return nil }
        self = topic
    }

    /// The page.
    var lines: [String] {
        switch self {
        case .exitCodes: HelpTopic.exitCodesPage
        case .time:
            HelpTopic.timePage.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        case .formats:
            HelpTopic.formatsPage.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        case .filters:
            HelpTopic.filtersPage.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        case .mapping:
            HelpTopic.mappingPage.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        case .proofs:
            HelpTopic.proofsPage.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private static var exitCodesPage: [String] {
        ["EXIT STATUS", ""]
            + ExitStatus.allCases.map { status in
                let number = String(status.rawValue)
                return String(repeating: " ", count: 5 - number.count) + number + "  " + status.meaning
            }
            + [
                "",
                "Data goes to standard output, talk to standard error. The last line of an error says what to do.",
            ]
    }
}
