import Events
import Terminal
import Testing

struct FlatteningTests {
    @Test func nestedMembersAreColumnsWithDottedNames() {
        let flat = FlatRecords([
            [
                "customer": "alice", "value": ["tier": "A", "net": ["amount": "12.00", "currency": "GBP"]],
                "tags": ["x", 1],
            ],
            ["customer": "bob", "value": ["tier": nil, "net": nil]],
        ])
        #expect(flat.paths == ["customer", "value.tier", "value.net.amount", "value.net.currency", "tags"])
        #expect(flat.rows[1] == ["bob", .null, nil, nil, nil])
    }

    @Test func aColumnThatOnlySomeRecordsHaveStandsWhereTheyHaveIt() {
        let flat = FlatRecords([["a": 1, "c": 3], ["a": 1, "b": 2, "c": 3], ["z": 0, "a": 1]])
        #expect(flat.paths == ["z", "a", "b", "c"])
    }

    @Test func nothingThatSaysSomethingIsLost() {
        let flat = FlatRecords([["a": ["b": 1]], ["a": 7], ["a": nil]])
        #expect(flat.paths == ["a.b", "a"] || flat.paths == ["a", "a.b"])
        #expect(FlatRecords([["a": ["b": 1]], ["a": nil], ["a": [:]]]).paths == ["a.b"])
    }

    @Test func csvHasAHeaderAndOneLineARecord() {
        var text = ""
        FlatRecords([
            ["id": "a,b", "n": 1.5, "flag": true, "list": ["x", ["y": 2]], "none": nil],
            ["id": "客户", "n": nil],
        ]).csv { text += $0 }
        #expect(
            text == """
                id,n,flag,list,none\r
                "a,b",1.5,true,"[""x"",{""y"":2}]",\r
                客户,,,,\r

                """)
    }

    @Test func noRecordsAreAnEmptyFileWithAnEmptyHeader() {
        var text = ""
        FlatRecords([]).csv { text += $0 }
        #expect(text == "\r\n")
    }
}
