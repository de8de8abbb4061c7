import Daybook
import Dispatch
import EventLog
import Foundation

/// Measures what only shows within one process, and prints it as one JSON object of seconds and rates.
///
/// `Measure fold LEDGER DAY ROUNDS` · `Measure customer LEDGER ID DAY ROUNDS` · `Measure append LEDGER CLIENTS COMMITS`
@main
enum Measure {
    static func main() async throws {
        ProcessMemory.keepFreed()
        let arguments = CommandLine.arguments
        guard arguments.count == 5 || arguments.count == 6 else {
            FileHandle.standardError.write(Data("usage: Measure fold|customer|append LEDGER …\n".utf8))
            exit(64)
        }
        switch arguments[1] {
        case "fold": try await fold(arguments[2], day: arguments[3], rounds: Int(arguments[4]) ?? 3)
        case "customer":
            try await customer(
                arguments[2], id: arguments[3], day: arguments[4], rounds: Int(arguments.last ?? "") ?? 100)
        case "append":
            try await append(arguments[2], clients: Int(arguments[3]) ?? 1, commits: Int(arguments[4]) ?? 1)
        default: exit(64)
        }
    }

    private static let coreViews = ["value", "lifecycle", "satisfaction", "churn"]

    private static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let clock = ContinuousClock()
        let elapsed = try await clock.measure { try await work() }
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    /// The core views of everybody with one worker and with two, all views of the catalogue, and the core views from
    /// facts extracted again from the sealed lines.
    private static func fold(_ path: String, day: String, rounds: Int) async throws {
        var results: [String: Double] = [:]
        for (name, workers, views) in [
            ("one", 1, coreViews), ("two", 2, coreViews), ("all", 2, Ledger.views.map(\.name)),
        ] {
            let ledger = try Ledger(path: path, access: .read, options: LogOptions(), workers: workers)
            let question = Question(effectiveAt: try TimeArgument(parsing: day))
            _ = try await ledger.foldEverybody(views, at: question)
            var times: [Double] = []
            for _ in 0..<rounds {
                times.append(try await seconds { _ = try await ledger.foldEverybody(views, at: question) })
            }
            results[name] = median(times)
        }
        let ledger = try Ledger(path: path, access: .read, options: LogOptions())
        let question = Question(effectiveAt: try TimeArgument(parsing: day))
        results["lines"] = try await seconds {
            _ = try await ledger.foldEverybody(coreViews, at: question, extractingInto: path + ".again")
        }
        try show(results)
    }

    /// One customer's state, and the whole answer, while the ledger is open.
    private static func customer(_ path: String, id: String, day: String, rounds: Int) async throws {
        let ledger = try Ledger(path: path, access: .read, options: LogOptions())
        let question = Question(effectiveAt: try TimeArgument(parsing: day))
        _ = try await ledger.customer(id, at: question, views: coreViews)
        var times: [Double] = []
        for _ in 0..<rounds {
            times.append(
                try await seconds { _ = try await ledger.customer(id, at: question, views: coreViews) })
        }
        let state = try await seconds {
            _ = try await ledger.foldCustomer(id, coreViews, at: question, times: rounds)
        }
        try show(["answer": median(times), "state": state / Double(rounds)])
    }

    /// Clients that each append one event and wait until it is durable, again and again.
    private static func append(_ path: String, clients: Int, commits: Int) async throws {
        let ledger = try Ledger(path: path, access: .write, options: LogOptions())
        let start = DispatchTime.now().uptimeNanoseconds
        let elapsed = try await seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<clients {
                    group.addTask {
                        for number in 0..<(commits / clients) {
                            let event = """
                                {"specversion":"1.0","id":"b\(start)-\(client)-\(number)","source":"urn:bench",\
                                "type":"purchase.completed","subject":"bench-\(client)",\
                                "time":"2024-01-01T00:00:00Z","data":{"total":"12.50","currency":"GBP"}}
                                """
                            _ = try await ledger.append(Array(event.utf8))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try ledger.close()
        try show(["rate": Double(commits / clients * clients) / elapsed])
    }

    private static func show(_ results: [String: Double]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(results), as: UTF8.self))
    }
}
