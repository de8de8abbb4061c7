import Events

extension ValueExpression {
    /// The ids of which an event must have one to meet the condition; nil where it may have any.
    var ids: [String]? {
        switch self {
        case .and(let left, let right): left.ids ?? right.ids
        case .compare("id", .equal, .string(let id)): Self.isOnlyEqualToItself(id) ? [id] : nil
        case .among("id", let literals):
            literals.allSatisfy { $0.stringValue.map(Self.isOnlyEqualToItself) ?? false }
                ? literals.compactMap(\.stringValue) : nil
        case .or, .not, .compare, .among, .truth: nil
        }
    }

    /// Whether no text of other bytes is equal: the Kelvin sign is equal to a K, a Greek question mark to a semicolon,
    /// a varia to a grave accent, and letters beyond ASCII can be written in more ways than one.
    private static func isOnlyEqualToItself(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0x80 && !"K;`".utf8.contains($0) }
    }
}
