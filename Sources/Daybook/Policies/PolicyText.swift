import Events
import ReadModels

/// A policy as a YAML file with every parameter, each under a comment that says what it does.
struct PolicyText {
    private var lines: [String] = []

    /// Writes a policy, whose absent parameters have their defaults.
    ///
    /// - Parameter heading: comment lines on top.
    init(_ policy: JSONValue, heading: [String]) {
        lines = heading.map { $0.isEmpty ? "#" : "# " + $0 }
        for name in CorePolicy.freeMembers.sorted() {
            guard let value = policy[name] else { continue }
            lines += ["", "\(name): \(value.text())"]
        }
        var open: [String] = []
        for parameter in CorePolicy.parameters {
            let steps = parameter.path.split(separator: ".").map(String.init)
            let groups = steps.dropLast()
            let shared = zip(open, groups).prefix { $0 == $1 }.count
            if shared == 0 { lines.append("") }
            for depth in shared..<groups.count {
                lines.append(Self.indent(depth) + groups[depth] + ":")
            }
            open = Array(groups)
            let value = policy.value(at: parameter.path) ?? parameter.standard
            let indent = Self.indent(groups.count)
            lines += Self.comment(parameter, value).map { indent + "# " + $0 }
            lines.append("\(indent)\(steps[groups.count]): \(value.text())")
        }
    }

    /// The file.
    var text: String { lines.joined(separator: "\n") + "\n" }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    /// What it does, its unit and default, where the default comes from; and where it was changed, that it was.
    private static func comment(_ parameter: CoreParameter, _ value: JSONValue) -> [String] {
        let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
        let changed = value == parameter.standard ? "" : " CHANGED."
        return [
            parameter.meaning.prefix(1).uppercased() + parameter.meaning.dropFirst() + ".",
            "Default \(parameter.standard.text())\(unit) (\(parameter.source)); \(parameter.allowed).\(changed)",
        ]
    }
}
