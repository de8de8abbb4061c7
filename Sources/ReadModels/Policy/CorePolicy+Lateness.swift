import Events

extension CorePolicy {
    static let lateness: [CoreParameter] = [
        CoreParameter(
            "lateness.limits", [:], "hours by source", .numbersByName(0...87_600),
            "how late events of a source may be recorded; \"*\" stands for all other sources",
            source: "choice: as late as a day's close allows")
    ]
}
