import Terminal
import Testing

struct CSVTests {
    @Test func fieldsAreQuotedOnlyWhereTheyMustBe() {
        #expect(
            CSV.line(["a", "b,c", "say \"x\"", "two\r\nlines", " led", "客户", ""])
                == "a,\"b,c\",\"say \"\"x\"\"\",\"two\r\nlines\",\" led\",客户,\r\n")
    }
}
