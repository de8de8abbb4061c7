import Foundation
import Testing

@testable import Events

/// The regular expressions of schemas.
struct PatternTests {
    private func accepts(_ pattern: SchemaPattern, _ text: String) -> Bool { pattern.matches(text.utf8.span) }

    private func check(_ pattern: String, matches: [String], fails: [String]) throws {
        let pattern = try SchemaPattern(pattern)
        for text in matches { #expect(accepts(pattern, text), "\(pattern.source) on \(text)") }
        for text in fails { #expect(!accepts(pattern, text), "\(pattern.source) on \(text)") }
    }

    @Test func patternsMatchWhatTheySay() throws {
        try check("b+", matches: ["b", "abba"], fails: ["", "aca"])
        try check("^b+$", matches: ["b", "bbb"], fails: ["", "ab", "ba", "b\n"])
        try check("^a|b$", matches: ["ax", "xb", "a", "b"], fails: ["xax", "bx", ""])
        try check("", matches: ["", "x"], fails: [])
        try check("^$", matches: [""], fails: ["x"])
        try check("$^", matches: [""], fails: ["x"])
        try check("^(?:ab|c){2,3}$", matches: ["abab", "cc", "cabc"], fails: ["ab", "cccc", "abcx"])
        try check("^[^0-9]{2}$", matches: ["ab", "客户"], fails: ["a1", "客", "abc"])
        try check("^.$", matches: ["x", "é", "客", "🎉"], fails: ["", "\n", "\u{2028}", "xx"])
        try check("^[α-ω]+$", matches: ["λόγος".filter { $0 != "ό" }], fails: ["logos", ""])
        try check(#"^\d{4}-\d\d$"#, matches: ["2026-03"], fails: ["2026-3", "٢٠٢٦-٠٣"])
        try check(#"^\w+\s\W$"#, matches: ["ab_1 !", "a\u{00A0}-"], fails: ["é !", "a b"])
        try check(#"^\x41\u0042[\]\-]$"#, matches: ["AB]", "AB-"], fails: ["ABC"])
        try check(
            "^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,4})?$",
            matches: ["0", "0.5", "12.3456", "999999999999.9999"],
            fails: ["", "00", "01", ".5", "1.", "-1", "1e3", "1.23456", "1234567890123"])
    }

    @Test(arguments: [
        "(a", "a)", "[a", "a**", "*a", "a{", "a{2", "a{3,2}", "a{2000}", "(?=a)", "(?!a)", "(?<n>a)", #"\1"#,
        #"\b"#,
        #"\p{L}"#, #"\ud800"#, "a+?", "^*", "[b-a]", #"[a-\d]"#, #"\"#, "]", "}", "((((a{900}){900})))",
    ])
    func whatIsOutsideTheSubsetIsRefused(_ pattern: String) {
        #expect(throws: PatternError.self) { try SchemaPattern(pattern) }
    }

    @Test func timeIsLinearInTheTextWhateverThePattern() throws {
        // A backtracking matcher would need 2^30000 steps.
        let pattern = try SchemaPattern("^(a|a|aa)*(a*)*$")
        let text = String(repeating: "a", count: 30_000)
        #expect(accepts(pattern, text))
        #expect(!accepts(pattern, text + "b"))
    }

    @Test func randomPatternsAgreeWithAnotherEngine() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<2000 {
            let source = expression(depth: 3, using: &random)
            let ours = try SchemaPattern(source)
            let theirs = try NSRegularExpression(pattern: source)
            for _ in 0..<5 {
                let text = String(
                    (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                        "ab0 ".randomElement(using: &random)!
                    })
                let range = NSRange(text.startIndex..., in: text)
                let expected = theirs.firstMatch(in: text, range: range) != nil
                #expect(accepts(ours, text) == expected, "seed \(seed): \(source) on “\(text)”")
            }
        }
    }

    private func expression(depth: Int, using random: inout SeededRandom) -> String {
        let atoms = ["a", "b", "0", ".", "[ab]", "[^a]", "[a-b0]", #"\d"#, #"\w"#, #"\S"#, "(?:)"]
        guard depth > 0 else { return atoms.randomElement(using: &random)! }
        let inner = expression(depth: depth - 1, using: &random)
        let other = expression(depth: depth - 1, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return inner + other
        case 1: return "(\(inner)|\(other))"
        case 2: return "(\(inner))*"
        case 3: return "(?:\(inner))+"
        case 4: return "(\(inner))?"
        case 5: return "(\(inner)){1,2}"
        case 6: return "^\(inner)"
        case 7: return "\(inner)$"
        default: return inner + other
        }
    }
}
