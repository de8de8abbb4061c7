extension [FieldRule] {
    /// The rule that explains a member of a row: that of the longest path which the member's path begins with,
    /// step by step. Nil where none does.
    ///
    /// - Parameter path: the dotted path within the row; empty for all of it.
    public func rule(for path: String) -> FieldRule? {
        filter { $0.explains(path) }.max { $0.path.utf8.count < $1.path.utf8.count }
    }
}

extension FieldRule {
    /// Whether the rule's path is the member's, or the beginning of it.
    func explains(_ member: String) -> Bool {
        path.isEmpty || member == path || member.hasPrefix(path + ".")
    }
}
