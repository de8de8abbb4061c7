import Events
import Foundation
import Testing

struct LedgerCommandTests {
    private func purchase(_ id: String, _ customer: String, _ day: String, _ total: String) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"urn:shop","type":"purchase.completed","subject":"\(customer)",\
        "time":"\(day)T09:30:00Z","data":{"total":"\(total)","currency":"GBP"}}
        """
    }

    /// A ledger with four purchases of two customers, at positions 1 to 4.
    private func shop() async throws -> Program {
        let program = try Program()
        let made = try await program.run("init", "--zone", "Europe/London", "--currency", "GBP")
        #expect(made.status == 0, "\(made.errors)")
        let lines = [
            purchase("p1", "ann", "2026-01-05", "10.00"), purchase("p2", "ann", "2026-02-05", "20.00"),
            purchase("p3", "bob", "2026-02-06", "5.50"), purchase("p4", "ann", "2026-03-05", "30.00"),
        ]
        let appended = try await program.run("append", "--json", input: lines.joined(separator: "\n"))
        #expect(appended.status == 0, "\(appended.errors)")
        #expect(try appended.json().arrayValue?.map { $0["position"] } == [1, 2, 3, 4])
        #expect(try appended.json().arrayValue?.allSatisfy { $0["outcome"] == "created" } == true)
        return program
    }

    @Test func everyQuestionBeforeInitSaysWhatToDo() async throws {
        let program = try Program()
        for command in [
            ["customers"], ["customer", "x"], ["report", "value"], ["trail"], ["status"], ["append"],
        ] {
            let outcome = try await program.run(command, input: "{}")
            #expect(outcome.status == 3, "\(command): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.lastError.contains("daybook init"), "\(outcome.errors)")
        }
    }

    @Test func initSaysWhatItDidAndRefusesToDoItTwice() async throws {
        let program = try Program()
        let made = try await program.run("init", "--zone", "Asia/Shanghai", "--currency", "CNY", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(try made.json()["position"] == 1)
        #expect(made.errors.contains("Asia/Shanghai") && made.lastError.hasPrefix("Next: "))
        let again = try await program.run("init")
        #expect(again.status == 4, "\(again.errors)")
    }

    @Test(arguments: [["--zone", "Europe/Atlantis"], ["--zone", "CST"], ["--currency", "XQQ"]])
    func initRefusesWhatIsNoZoneOrCurrency(options: [String]) async throws {
        let program = try Program()
        let outcome = try await program.run(["init"] + options)
        #expect(outcome.status == 65 || outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(options[1]))
        #expect(!FileManager.default.fileExists(atPath: program.ledger))
    }

    @Test func anEventAppendedTwiceExists() async throws {
        let program = try await shop()
        let again = try await program.run(
            "append", "--json", input: purchase("p2", "ann", "2026-02-05", "20.00"))
        #expect(again.status == 0)
        #expect(try again.json() == [["position": 2, "outcome": "exists"]])
        #expect(again.errors.contains("nothing changed"))
    }

    @Test func theSameIdWithOtherContentIsAConflict() async throws {
        let program = try await shop()
        let other = try await program.run("append", input: purchase("p2", "ann", "2026-02-05", "21.00"))
        #expect(other.status == 4, "\(other.errors)")
        #expect(other.output.isEmpty)
        #expect(try await program.run("trail", "--json").json().arrayValue?.count == 5)
    }

    @Test func aBadEventKeepsItsWholeBatchOut() async throws {
        let program = try await shop()
        let batch = [
            purchase("p5", "cat", "2026-03-06", "1.00"), purchase("p6", "cat", "2026-03-07", "-1.00"),
        ]
        let outcome = try await program.run("append", input: batch.joined(separator: "\n"))
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("line 2") && outcome.errors.contains("/data/total"))
        #expect(try await program.run("customer", "cat").status == 3)
    }

    @Test(arguments: [
        ("none", "ann", 4), ("none", "zoe", 0), ("exists", "zoe", 4), ("3", "ann", 0), ("2", "ann", 4),
    ])
    func appendHoldsToTheExpectedRevision(expected: String, customer: String, status: Int) async throws {
        let program = try await shop()
        let event = purchase("new", customer, "2026-03-09", "1.00")
        let outcome = try await program.run("append", "--expect", expected, input: event)
        #expect(Int(outcome.status) == status, "\(outcome.errors)")
    }

    @Test func nothingToAppendIsNoFault() async throws {
        let program = try await shop()
        let outcome = try await program.run("append", "/dev/null", "--json")
        #expect(outcome.status == 0)
        #expect(try outcome.json() == [])
        #expect(outcome.errors.contains("nothing to append"))
    }

    @Test func aCustomerIsAnsweredAtBothTimes() async throws {
        let program = try await shop()
        let now = try await program.run("customer", "ann", "--json", "--effective-at", "2026-03-31")
        #expect(now.status == 0, "\(now.errors)")
        #expect(try now.json().value(at: "value.net_revenue.amount") == "60.00")
        let past = try await program.run("customer", "ann", "--json", "--effective-at", "2026-02-28")
        #expect(try past.json().value(at: "value.net_revenue.amount") == "30.00")
        let known = try await program.run(
            "customer", "ann", "--json", "--known-at", "@2", "--effective-at", "2026-03-31")
        #expect(try known.json().value(at: "value.net_revenue.amount") == "10.00")
        #expect(try known.json()["position"] == 2)
        let page = try await program.run("customer", "ann", "--effective-at", "2026-03-31")
        #expect(page.output.contains("60.00 GBP") && !page.output.contains("\u{1B}"))
        #expect(page.errors.isEmpty)
    }

    @Test func aCustomerWhoIsNotThereIsStatus3() async throws {
        let program = try await shop()
        let outcome = try await program.run("customer", "nobody")
        #expect(outcome.status == 3)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("nobody"))
        #expect(outcome.lastError.contains("daybook customers"))
    }

    @Test func customersAreFilteredSortedAndCut() async throws {
        let program = try await shop()
        let all = try await program.run("customers", "--json", "--effective-at", "2026-03-31")
        #expect(try all.json().arrayValue?.map { $0["customer"] } == ["ann", "bob"])
        let rich = try await program.run(
            "customers", "--format", "jsonl", "--where", "value.net_revenue > 50", "--effective-at",
            "2026-03-31")
        #expect(rich.output.split(separator: "\n").count == 1, "\(rich.output) \(rich.errors)")
        let sorted = try await program.run(
            "customers", "--sort", "-value.purchases", "--limit", "1", "--columns", "value.purchases",
            "--format", "csv")
        #expect(sorted.output == "customer,value.purchases\r\nann,3\r\n", "\(sorted.errors)")
        let wrong = try await program.run("customers", "--where", "value.tier = ")
        #expect(wrong.status == 64, "\(wrong.errors)")
        let unknown = try await program.run("customers", "--where", "valeu.tier = \"A\"")
        #expect(unknown.status == 64, "\(unknown.errors)")
    }

    @Test func everyReportOfTheCatalogueIsPrintedInAllFormats() async throws {
        let program = try await shop()
        for name in ["value", "lifecycle", "churn", "satisfaction"] {
            for format in ["table", "json", "jsonl", "csv"] {
                let outcome = try await program.run(
                    "report", name, "--format", format, "--effective-at", "2026-03-31")
                #expect(outcome.status == 0, "\(name) \(format): \(outcome.errors)")
                #expect(!outcome.output.isEmpty)
            }
            let series = try await program.run(
                "report", name, "--json", "--every", "month", "--effective-at", "2026-03-31")
            #expect(try series.json()["series"]?.arrayValue?.count == 3, "\(series.output)")
        }
        let unknown = try await program.run("report", "nothing")
        #expect(unknown.status == 3)
        #expect(unknown.errors.contains("lifecycle"))
    }

    @Test func theSameQuestionGivesTheSameBytes() async throws {
        let program = try await shop()
        let question = ["report", "value", "--json", "--effective-at", "2026-03-31", "--known-at", "@5"]
        let first = try await program.run(question)
        let appended = try await program.run("append", input: purchase("late", "bob", "2026-01-01", "99.00"))
        #expect(appended.status == 0)
        #expect(try await program.run(question).output == first.output)
    }

    @Test func aVoidIsAnsweredWithItsPositionAndCanBeVoided() async throws {
        let program = try await shop()
        let void = try await program.run(
            "void", "p4", "--reason", "entered twice", "--actor", "ann", "--json")
        #expect(void.status == 0, "\(void.errors)")
        #expect(try void.json()["position"] == 5)
        let page = try await program.run("event", "p4", "--json")
        #expect(try page.json().value(at: "voided_by.position") == 5, "\(page.output)")
        let revenue = "value.net_revenue.amount"
        #expect(try await program.run("customer", "ann", "--json").json().value(at: revenue) == "30.00")
        #expect(try await program.run("void", "@5", "--reason", "it was real").status == 0)
        #expect(try await program.run("customer", "ann", "--json").json().value(at: revenue) == "60.00")
        #expect(try await program.run("void", "p9", "--reason", "x").status == 3)
    }

    @Test func aCorrectionReplacesTheDataOrMovesTheTime() async throws {
        let program = try await shop()
        let corrected = try await program.run(
            "correct", "p3", "--data", #"{"total":"7.50","currency":"GBP"}"#, "--reason", "typing error")
        #expect(corrected.status == 0, "\(corrected.errors)")
        #expect(
            try await program.run("customer", "bob", "--json").json().value(at: "value.net_revenue.amount")
                == "7.50")
        let moved = try await program.run(
            "correct", "p3", "--time", "2026-01-02T10:00:00Z", "--reason", "wrong day")
        #expect(moved.status == 0, "\(moved.errors)")
        #expect(
            try await program.run("customer", "bob", "--json").json().value(at: "value.last_purchase")
                == "2026-01-02")
        let broken = try await program.run("correct", "p3", "--data", "{", "--reason", "x")
        #expect(broken.status == 65, "\(broken.errors)")
        let invalid = try await program.run("correct", "p3", "--data", #"{"total":1}"#, "--reason", "x")
        #expect(invalid.status == 65, "\(invalid.errors)")
    }

    @Test func mergedCustomersAnswerAsOneUntilTheyAreSplit() async throws {
        let program = try await shop()
        let merged = try await program.run("merge", "bob", "ann", "--reason", "same person")
        #expect(merged.status == 0, "\(merged.errors)")
        let answer = try await program.run("customer", "bob", "--json").json()
        #expect(answer["customer"] == "ann")
        #expect(answer["aliases"] == ["bob"])
        #expect(answer.value(at: "value.net_revenue.amount") == "65.50")
        let cycle = try await program.run("merge", "ann", "bob", "--reason", "wrong way round")
        #expect([4, 65].contains(cycle.status), "\(cycle.status) \(cycle.errors)")
        #expect(try await program.run("split", "bob", "ann", "--reason", "two people").status == 0)
        #expect(try await program.run("customer", "bob", "--json").json()["customer"] == "bob")
    }

    @Test func aTrailIsFilteredAndGoesOn() async throws {
        let program = try await shop()
        let trail = try await program.run("trail", "--customer", "ann", "--json").json().arrayValue ?? []
        #expect(trail.map { $0["id"] } == ["p1", "p2", "p4"])
        let days = try await program.run("trail", "--from", "2026-02-05", "--to", "2026-02-06", "--json")
        #expect(try days.json().arrayValue?.map { $0["id"] } == ["p2", "p3"])
        let rest = try await program.run(
            "trail", "--type", "purchase.*", "--after", "2", "--limit", "1", "--json")
        #expect(try rest.json().arrayValue?.map { $0["id"] } == ["p3"])
        let none = try await program.run("trail", "--actor", "nobody")
        #expect(none.status == 0 && none.output.isEmpty && none.errors == "No event fits.\n")
        let misspelt = try await program.run("trail", "--type", "purchase.complete")
        #expect(misspelt.status == 0 && misspelt.output.isEmpty)
        let hint = "There is no type purchase.complete: did you mean purchase.completed"
        #expect(misspelt.errors.contains(hint))
    }

    @Test func whatIsExportedCanBeAppendedElsewhere() async throws {
        let program = try await shop()
        let exported = try await program.run("export", "--type", "purchase.*")
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(exported.output.split(separator: "\n").count == 4)
        let other = try Program()
        _ = try await other.run("init", "--currency", "GBP", "--zone", "Europe/London")
        let appended = try await other.run("append", input: exported.output)
        #expect(appended.status == 0, "\(appended.errors)")
        let sealed = try await program.run("export", "--sealed", "--limit", "1")
        #expect(sealed.status == 64)
    }

    @Test func comparingTellsWhoChanged() async throws {
        let program = try await shop()
        let outcome = try await program.run(
            "compare", "--from", "2026-01-31", "--to", "2026-03-31", "--fields", "lifecycle.stage", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let changes = try outcome.json().arrayValue ?? []
        #expect(
            changes.contains { $0["customer"] == "ann" && $0["from"] == "first_time" }, "\(outcome.output)")
        #expect(try await program.run("compare", "--from", "2026-01-31", "--to", "2026-03-31").status == 0)
    }

    @Test func viewsAreListedMadeAgainAndVerified() async throws {
        let program = try await shop()
        #expect(try await program.run("views", "list", "--json").json().arrayValue?.isEmpty == false)
        let rebuilt = try await program.run("views", "rebuild", "--json")
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        let verified = try await program.run("views", "verify", "--json")
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(try verified.json()["same"] == true)
        try FileManager.default.removeItem(atPath: program.ledger + "/views")
        #expect(try await program.run("customers", "--json").json().arrayValue?.count == 2)
        #expect(try await program.run("views", "rebuild").status == 0)
    }

    @Test func statusAndDoctorLookAfterTheLedger() async throws {
        let program = try await shop()
        let status = try await program.run("status", "--json").json()
        #expect(status["position"] == 5 && status["customers"] == 2)
        #expect(status["root"]?.stringValue?.isEmpty == false)
        let doctor = try await program.run("doctor", "--json")
        #expect(doctor.status == 0, "\(doctor.output)")
        let gone = try await program.run("doctor", "--ledger", program.folder.path + "/nothing")
        #expect(gone.status == 1)
        #expect(gone.output.contains("daybook init"))
    }

    @Test func aWriterThatHasToWaitTooLongIsStatus5() async throws {
        let program = try await shop()
        let holder = Process()
        holder.executableURL = URL(filePath: Program.path)
        holder.arguments = ["import", "-"]
        holder.environment = ["DAYBOOK_LEDGER": program.ledger]
        let pipe = Pipe()
        holder.standardInput = pipe
        holder.standardError = FileHandle.nullDevice
        try holder.run()
        try await Task.sleep(for: .seconds(2))
        let second = try await program.run("append", input: purchase("p7", "ann", "2026-03-10", "1.00"))
        #expect(second.status == 5, "\(second.errors)")
        #expect(try await program.run("customers").status == 0)
        try pipe.fileHandleForWriting.close()
        holder.waitUntilExit()
        #expect(holder.terminationStatus == 0)
    }

    @Test func interruptingIsStatus130AndSaysWhatStays() async throws {
        let program = try await shop()
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = ["import", "-"]
        process.environment = ["DAYBOOK_LEDGER": program.ledger]
        let (input, errors) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = errors
        try process.run()
        try await Task.sleep(for: .seconds(2))
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(said.hasPrefix("Interrupted."))
        #expect(try await program.run("status", "--json").json()["position"] == 5)
    }

    @Test func awaitingAPositionThatIsThereGoesOn() async throws {
        let program = try await shop()
        #expect(try await program.run("customers", "--await", "5").status == 0)
    }
}
