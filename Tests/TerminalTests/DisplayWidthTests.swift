import Terminal
import Testing

struct DisplayWidthTests {
    @Test(
        arguments: [
            ("", 0), ("abc", 3), ("café", 4), ("cafe\u{301}", 4), ("客户", 4), ("ｱｲｳ", 3), ("Ａ", 2), ("한국", 4),
            ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("👨‍👩‍👧", 2), ("🇬🇧", 2), ("❤️", 2), ("👍🏽", 2), ("…", 1),
            ("─", 1), ("█", 1), ("±", 1), ("a\u{200B}b", 2), ("\u{1B}", 0), ("\r\n", 0),
        ] as [(String, Int)])
    func textTakesTheColumnsThatTerminalsGiveIt(text: String, columns: Int) {
        #expect(DisplayWidth.columns(of: text) == columns)
    }

    @Test(
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
            ("客户价值", 8, "客户价值"), ("客户价值", 7, "客户价…"), ("客户价值", 6, "客户…"), ("客户价值", 2, "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ] as [(String, Int, String)])
    func cuttingNeverSplitsACharacterNorPassesTheLimit(text: String, limit: Int, expected: String) {
        let cut = DisplayWidth.truncated(text, to: limit)
        #expect(cut == expected)
        #expect(DisplayWidth.columns(of: cut) <= limit)
    }

    @Test func cuttingStaysWithinTheLimitForAnyText() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        let characters: [Character] = ["a", "é", "客", "😀", "👨‍👩‍👧", "\u{301}", " ", "─", "🇬🇧", "ｱ"]
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    characters.randomElement(using: &random) ?? "a"
                })
            let limit = Int.random(in: 0...14, using: &random)
            let cut = DisplayWidth.truncated(text, to: limit)
            #expect(DisplayWidth.columns(of: cut) <= limit, "seed \(seed): \(text) to \(limit)")
            #expect(
                DisplayWidth.columns(of: text) > limit || cut == text, "seed \(seed): \(text) to \(limit)")
            let padded = DisplayWidth.padded(cut, to: limit)
            #expect(DisplayWidth.columns(of: padded) == limit, "seed \(seed): \(text) to \(limit)")
        }
    }

    @Test func controlCharactersAreShownAsPictures() {
        #expect(DisplayWidth.shown("red \u{1B}[31m\u{7}\u{7F}") == "red ␛[31m␇␡")
        #expect(DisplayWidth.shown("two\nlines") == "two⏎lines")
        #expect(DisplayWidth.shown("\u{9B}2J \u{202E}gpj.exe") == "\u{FFFD}2J \u{FFFD}gpj.exe")
        #expect(DisplayWidth.shown("客户 café 👨‍👩‍👧") == "客户 café 👨‍👩‍👧")
    }

    @Test func textIsBrokenBetweenWords() {
        #expect(DisplayWidth.wrapped("Average order value", to: 8) == ["Average", "order", "value"])
        #expect(DisplayWidth.wrapped("Average order value", to: 13) == ["Average order", "value"])
        #expect(DisplayWidth.wrapped("", to: 8) == [""])
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
