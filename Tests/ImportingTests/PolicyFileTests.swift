import Events
import Importing
import Testing

@Suite("Policy files")
struct PolicyFileTests {
    @Test func whatJSONCanSayIsReadAsJSON() throws {
        let text = """
            lifecycle:
              mu0_days: 40     # slower
              theta_dormant: 2.5
            tiers: {window_days: null, basis: net_revenue}
            channels: {offered: [phone, "no", 'on']}
            labels:
              A: "007"
              B: -1.5e3
              C: true
            """
        let file = try PolicyFile(parsing: text, named: "p.yaml")
        #expect(
            file.document
                == [
                    "lifecycle": ["mu0_days": 40, "theta_dormant": 2.5],
                    "tiers": ["window_days": .null, "basis": "net_revenue"],
                    "channels": ["offered": ["phone", "no", "on"]],
                    "labels": ["A": "007", "B": -1500, "C": true],
                ])
        #expect(file.line(of: "lifecycle.theta_dormant") == 3)
        #expect(file.line(of: "tiers.a_share") == 4)
        #expect(file.line(of: "churn.horizon_days") == nil)
        #expect(try PolicyFile(parsing: file.document.text(), named: "p.json").document == file.document)
    }

    @Test(arguments: [
        "yes", "No", "ON", "y", "True", "NULL", "0777", "0o17", "0x1F", "1_000", "12:30", "2026-01-01", ".5",
        "+5",
        "-.inf", ".nan", "=", "<<", "01", "1.", "--1",
    ])
    func whatReadersOfYAMLDifferInIsRefused(value: String) {
        let error = #expect(throws: MappingError.self) {
            try PolicyFile(parsing: "name: ok\na: \(value)\n", named: "p.yaml")
        }
        #expect(error?.line == 2, "\(error?.description ?? "")")
        #expect(throws: Never.self) { try PolicyFile(parsing: "a: \"\(value)\"\n", named: "p.yaml") }
    }

    @Test(arguments: [
        "", "# nothing\n", "- 1\n", "7\n", "a: 1\na: 2\n", "b: *x\n", "a:\n", "a: [1\n",
        "a: 1\n---\nb: 2\n",
        "a: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: {b: 1}}}}}}}}}}}}}}}}\n",
    ])
    func whatIsNoPolicyIsRefused(text: String) {
        #expect(throws: MappingError.self) { try PolicyFile(parsing: text, named: "p.yaml") }
    }

    @Test func aFileThatAliasesBlowUpIsRefused() {
        var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(throws: MappingError.self) { try PolicyFile(parsing: text, named: "p.yaml") }
    }

    @Test func aLargeFileIsNotReadAtAll() {
        let text = "note: " + String(repeating: "x", count: 1 << 20)
        #expect(throws: MappingError.self) { try PolicyFile(parsing: text, named: "p.yaml") }
    }
}
