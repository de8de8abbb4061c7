import Terminal
import Testing

struct TableTests {
    private func sample() -> Table {
        Table(
            columns: [
                .init("Customer"), .init("Tier"), .init("Net revenue", alignment: .trailing),
                .init("Average order", alignment: .trailing), .init("Remark"),
            ],
            rows: [
                ["alice", "A", "1,234.56 GBP", "41.15 GBP", "buys on Fridays, never on a Monday, likes tea"],
                ["客户-42", "C", "0.00 GBP", "—", ""],
                ["bob", "none", "-12.00 GBP", "7.00 GBP", "moved 🇩🇪"],
            ].map { $0.map { Table.Cell($0) } })
    }

    @Test func aTableIsAsWideAsItLikesWhereThereIsNoTerminal() {
        #expect(
            sample().lines(width: nil) == [
                "Customer  Tier   Net revenue  Average order  Remark",
                "────────  ────  ────────────  ─────────────  ─────────────────────────────────────────────",
                "alice     A     1,234.56 GBP      41.15 GBP  buys on Fridays, never on a Monday, likes tea",
                "客户-42   C         0.00 GBP              —",
                "bob       none    -12.00 GBP       7.00 GBP  moved 🇩🇪",
            ])
    }

    @Test func wordsAreCutBeforeNumbers() {
        #expect(
            sample().lines(width: 70) == [
                "                                Average",
                "Customer  Tier   Net revenue      order  Remark",
                "────────  ────  ────────────  ─────────  ─────────────────────────────",
                "alice     A     1,234.56 GBP  41.15 GBP  buys on Fridays, never on a …",
                "客户-42   C         0.00 GBP          —",
                "bob       none    -12.00 GBP   7.00 GBP  moved 🇩🇪",
            ])
    }

    @Test func headingsAreBrokenBetweenWords() {
        #expect(
            sample().lines(width: 51) == [
                "                                Average",
                "Customer  Tier   Net revenue      order  Remark",
                "────────  ────  ────────────  ─────────  ──────────",
                "alice     A     1,234.56 GBP  41.15 GBP  buys on F…",
                "客户-42   C         0.00 GBP          —",
                "bob       none    -12.00 GBP   7.00 GBP  moved 🇩🇪",
            ])
    }

    @Test func aNarrowTerminalShowsRecords() {
        #expect(
            sample().lines(width: 30).prefix(7) == [
                "Customer       alice",
                "Tier           A",
                "Net revenue    1,234.56 GBP",
                "Average order  41.15 GBP",
                "Remark         buys on Friday…",
                "",
                "Customer       客户-42",
            ])
    }

    @Test(arguments: 18...140)
    func noLineIsWiderThanTheTerminal(width: Int) {
        for line in sample().lines(width: width) {
            #expect(DisplayWidth.columns(of: line) <= max(width, 22), "\(line)")
        }
    }

    @Test func numbersAreNeverCut() {
        for width in 30...140 {
            let text = sample().lines(width: width).joined(separator: "\n")
            for number in ["1,234.56 GBP", "-12.00 GBP", "41.15 GBP"] {
                #expect(text.contains(number), "\(width)")
            }
        }
    }

    @Test func coloursAreWrittenOnlyWhereTheStreamHasThem() {
        let table = Table(columns: [.init("Band")], rows: [[.init("high", style: .bad)]])
        #expect(table.lines(width: 20) == ["Band", "────", "high"])
        #expect(
            table.lines(width: 20, colour: true) == [
                "\u{1B}[1mBand\u{1B}[0m", "\u{1B}[2m────\u{1B}[0m", "\u{1B}[31mhigh\u{1B}[0m",
            ])
    }

    @Test func barsTakeTheRoomThatIsLeftAndGoFirst() {
        let table = Table(
            columns: [.init("Tier"), .init("Customers", alignment: .trailing), .bar()],
            rows: [[.init("A"), .init("12"), .bar(1)], [.init("B"), .init("6"), .bar(0.5)]])
        #expect(
            table.lines(width: 40) == [
                "Tier  Customers",
                "────  ─────────",
                "A            12  ███████████████████████",
                "B             6  ███████████▌",
            ])
        #expect(
            table.lines(width: 20) == [
                "Tier  Customers", "────  ─────────", "A            12", "B             6",
            ])
        #expect(table.lines(width: nil).last?.count == 37)
    }

    @Test func anEventCannotSteerTheTerminal() {
        let table = Table(columns: [.init("Text")], rows: [[.init("\u{1B}[2Jgone")]])
        #expect(table.lines(width: nil).last == "␛[2Jgone")
    }
}
