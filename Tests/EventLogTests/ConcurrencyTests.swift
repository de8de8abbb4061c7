import EventLog
import Events
import Foundation
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
    @Test func concurrentAppendersGetGaplessPositionsEachOnce() throws {
        let ledger = try TestLedger(flushCount: 100)
        let log = try ledger.log()
        let positions = Mutex<[UInt64]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { writer in
            for number in 0..<40 {
                let batch = (0..<number % 3 + 1).map { event("\(writer)-\(number)-\($0)", of: "c\(writer)") }
                do {
                    let result = try log.append(batch)
                    let got = result.outcomes.compactMap { $0.position?.rawValue }
                    #expect(got == (0..<UInt64(batch.count)).map { got[0] + $0 }, "a batch stands together")
                    positions.withLock { $0.append(contentsOf: got) }
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
        let all = positions.withLock { $0.sorted() }
        #expect(all == Array(1..<UInt64(all.count + 1)))
        #expect(try log.head() == UInt64(all.count + 1))
        try log.read { view in
            for writer in 0..<8 {
                let revision = try view.revision(ofCustomer: "c\(writer)")
                #expect(revision == UInt64(all.count / 8))
            }
            let root = try view.root(ofFirst: view.head)
            #expect(root == view.root)
        }
    }

    @Test func blockingAndAsynchronousAppendersShareTheQueue() async throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let thread = Thread {
            for number in 0..<50 { _ = try? log.append([event("thread-\(number)")]) }
        }
        thread.start()
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<20 {
                group.addTask {
                    for number in 0..<10 { _ = try? await log.append([event("task-\(writer)-\(number)")]) }
                }
            }
        }
        while !thread.isFinished { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try log.head() == 251)
    }

    /// Tasks that block their threads, of which there are as many as processors, must not keep those from writing who
    /// were called to write without a thread.
    @Test func tasksThatBlockTheirThreadsShareTheQueueWithThoseThatDoNot() async throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        func block(_ number: Int) throws { try log.append([event("blocking-\(number)")]) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    if number % 3 == 0 {
                        try block(number)
                    } else {
                        _ = try await log.append([event("waiting-\(number)")])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try log.head() == 401)
        #expect(Set(try log.allLines()).count == 401)
    }

    @Test func aRefusedBatchTakesNothingFromTheOthersOfItsCommit() throws {
        let ledger = try TestLedger()
        let log = try ledger.log()
        let refused = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { writer in
            for number in 0..<30 {
                let isGood = (writer + number) % 2 == 0
                let batch = [
                    event("\(writer)-\(number)"),
                    event(
                        "\(writer)-\(number)-b", at: isGood ? "2025-01-01T00:00:00Z" : "2030-01-01T00:00:00Z"),
                ]
                if (try? log.append(batch)) == nil { refused.withLock { $0 += 1 } }
            }
        }
        #expect(refused.withLock { $0 } == 120)
        #expect(try log.head() == 241)
    }

    @Test func aViewDoesNotSeeWhatComesLater() throws {
        let ledger = try TestLedger(flushCount: 5)
        let log = try ledger.log()
        try log.append((0..<3).map { event("\($0)") })
        try log.read { view in
            try log.append((3..<9).map { event("\($0)") })
            try log.append((9..<12).map { event("\($0)") })
            #expect(view.head == Position(4))
            #expect(try view.positions(.customer("c1")).map(\.rawValue) == [1, 2, 3])
            #expect(try view.find(EventKey(source: "urn:test", id: "5")) == nil)
            #expect(try log.read { try $0.positions(.customer("c1")).count } == 12)
            #expect(try view.positions(.customer("c1")).map(\.rawValue) == [1, 2, 3])
        }
    }

    @Test func anotherProcessReadsWhileThisOneWrites() async throws {
        let ledger = try TestLedger(flushCount: 50)
        let log = try ledger.log()
        try await log.append((0..<120).map { event("\($0)", of: "c\($0 % 3)") })
        await #expect(processExitsWith: .success) { [folder = ledger.folder as String] in
            let other = try EventLog(opening: folder, access: .read)
            try other.read { view in
                try #require(view.head.rawValue >= 121)
                try #require(view.positions(.customer("c1")).count == 40)
                try #require(view.find(id: "77").map(\.rawValue) == [78])
                try #require(view.root(ofFirst: view.head) == view.root)
            }
            try other.close()
            do {
                _ = try EventLog(opening: folder, access: .write(waitSeconds: 0.1))
                Issue.record("two processes write")
            } catch let error as LogError {
                try #require(error.category == .locked)
            }
        }
    }
}
