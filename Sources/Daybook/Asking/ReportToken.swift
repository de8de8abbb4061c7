public import Events

/// What an answer stood on, as text that stands for itself: with it the same question gives the same bytes,
/// whatever is recorded later.
public struct ReportToken: Sendable, Equatable {
    /// The ledger.
    public let origin: String
    /// The events 0 ..< position were known.
    public let position: UInt64
    /// What had been recorded by then, as the answer said it.
    public let knownAt: Instant
    /// What had happened by then.
    public let effectiveAt: Instant
    /// The hash of the policy.
    public let policy: String
    /// By view, the version of its rules.
    public let versions: [String: Int]
    /// The program that answered.
    public let build: String
    /// The Merkle root over those events, in base64, which stands for all that was in them: fitted models, rates,
    /// calendars. Nil in tokens of older programs.
    public let root: String?

    init(
        origin: String, position: UInt64, knownAt: Instant, effectiveAt: Instant, policy: String,
        versions: [String: Int], build: String, root: String?
    ) {
        self.origin = origin
        self.position = position
        self.knownAt = knownAt
        self.effectiveAt = effectiveAt
        self.policy = policy
        self.versions = versions
        self.build = build
        self.root = root
    }

    /// The text: canonical JSON in base64url.
    public var text: String {
        let versions = versions.sorted { $0.key < $1.key }.map {
            ($0.key, JSONValue.number(Double($0.value)))
        }
        var content = JSONObject([
            ("origin", .string(origin)), ("position", .number(Double(position))),
            ("known", .string(knownAt.description)), ("effective", .string(effectiveAt.description)),
            ("policy", .string(policy)), ("versions", .object(JSONObject(versions))),
            ("build", .string(build)),
        ])
        if let root { content["root"] = .string(root) }
        return Base64URL.text(of: JSONValue.object(content).canonicalBytes)
    }

    /// Reads the token of an answer.
    ///
    /// - Throws: `usage` where the text is none.
    public init(parsing text: String) throws(LedgerError) {
        guard let bytes = Base64URL.bytes(of: text), let content = try? JSONValue(parsing: bytes.span),
            let position = content["position"]?.integerValue, position >= 0,
            let known = Self.instant(content["known"]), let effective = Self.instant(content["effective"]),
            let origin = content["origin"]?.stringValue, let policy = content["policy"]?.stringValue,
            let build = content["build"]?.stringValue, let versions = content["versions"]?.objectValue
        else {
            throw LedgerError(
                .usage,
                "\(text.prefix(24))\(text.count > 24 ? "…" : "") is no token: copy the whole `token` of an answer"
            )
        }
        self.init(
            origin: origin, position: UInt64(position), knownAt: known, effectiveAt: effective,
            policy: policy,
            versions: Dictionary(
                versions.map { ($0.name, $0.value.integerValue ?? 0) }, uniquingKeysWith: { $1 }),
            build: build, root: content["root"]?.stringValue)
    }

    private static func instant(_ value: JSONValue?) -> Instant? {
        value?.stringValue.flatMap { try? Instant(parsing: $0) }
    }
}

/// RFC 4648 section 5, without padding.
enum Base64URL {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let rest = min(3, bytes.count - index)
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < rest ? Int(bytes[index + offset]) : 0) }
            for place in 0...rest { text.append(letters[bits >> (18 - 6 * place) & 63]) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil where the text is not what `text(of:)` writes.
    static func bytes(of text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for letter in text.utf8 {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            bits = (bits << 6 | value) & 0xFF_FFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return Self.text(of: bytes) == text ? bytes : nil
    }
}
