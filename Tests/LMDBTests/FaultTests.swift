import Foundation
import LMDB
import Testing

/// Disks that fill up, readers that die, permissions that are missing.
///
/// A full disk is arranged by putting `/dev/full`, whose writes fail with ENOSPC, in the place of the file
/// descriptors through which LMDB writes.
struct FaultTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func code(_ body: () throws -> Void) -> LMDBError.Code? {
        do { try body() } catch let error as LMDBError { return error.code } catch {}
        return nil
    }

    /// The descriptors of data.mdb: the one for pages, or the one for the two first pages, which is opened
    /// with O_DSYNC.
    private func descriptors(ofFirstPages: Bool) -> [Int32] {
        // All that there are: the tests beside this one may have a thousand files open.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { descriptor in
            let path = "/proc/self/fd/\(descriptor)"
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            guard let target, target.hasSuffix(folder.name + "/data.mdb") else { return false }
            return (fcntl(descriptor, F_GETFL) & O_DSYNC != 0) == ofFirstPages
        }
    }

    /// Lets writes through some descriptors fail as long as `body` runs.
    private func withFullDisk(firstPages: Bool, _ body: () throws -> Void) throws {
        let full = unsafe open("/dev/full", O_RDWR)
        defer { close(full) }
        let descriptors = descriptors(ofFirstPages: firstPages)
        try #require(!descriptors.isEmpty)
        let saved = descriptors.map { dup($0) }
        for descriptor in descriptors { dup2(full, descriptor) }
        defer {
            for (descriptor, copy) in zip(descriptors, saved) {
                dup2(copy, descriptor)
                close(copy)
            }
        }
        try body()
    }

    @Test func aFullDiskLosesOnlyTheTransaction() throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let database = try environment.database("things", create: true)
        try environment.write { try $0.put([1].span, for: Key("kept"), in: database) }
        let big = [UInt8](repeating: 1, count: 100_000)
        try withFullDisk(firstPages: false) {
            let code = code { try environment.write { try $0.put(big.span, for: Key("lost"), in: database) } }
            #expect(code == .diskFull)
        }
        #expect(try environment.read { try $0.copy(of: Key("kept"), in: database) } == [1])
        #expect(try environment.read { try $0.contains(Key("lost"), in: database) } == false)
        try environment.write { try $0.put([2].span, for: Key("next"), in: database) }
        #expect(try environment.read { try $0.count(of: database) } == 2)
    }

    @Test func aFailedFirstPagePanicsUntilReopened() throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let database = try environment.database("things", create: true)
        try environment.write { try $0.put([1].span, for: Key("kept"), in: database) }
        try withFullDisk(firstPages: true) {
            let code = code { try environment.write { try $0.put([2].span, for: Key("lost"), in: database) } }
            #expect(code == .diskFull)
        }
        do {
            _ = try environment.beginWriting()
            Issue.record("a write began after the first pages could not be written")
        } catch {
            #expect(error.code == .panic)
            #expect(error.message.contains("reopen"))
        }
        try environment.reopen()
        #expect(try environment.read { try $0.copy(of: Key("kept"), in: database) } == [1])
        try environment.write { try $0.put([3].span, for: Key("next"), in: database) }
        #expect(try environment.read { try $0.copy(of: Key("next"), in: database) } == [3])
    }

    @Test func aReaderThatDiedIsClearedOnOpening() async throws {
        let path = folder.path
        do {
            let environment = try LMDBEnvironment(folder: path, access: .create)
            _ = try environment.database("things", create: true)
        }
        // This process must not have the environment open, or the lock file is kept alive by it.
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let environment = try LMDBEnvironment(folder: path, access: .read)
            let transaction = try environment.beginReading()
            kill(getpid(), SIGKILL)
            _ = transaction.snapshot
        }
        let environment = try LMDBEnvironment(folder: path, access: .write)
        // The last process gone, LMDB starts the table of readers anew; either way nobody pins a page.
        #expect(environment.staleReaderCount <= 1)
        let database = try environment.database("things")
        for round in 0..<50 {
            let value = [UInt8](repeating: UInt8(round), count: 100_000)
            try environment.write { try $0.put(value.span, for: Key("same"), in: database) }
        }
        #expect(try environment.statistics().usedByteCount < 2_000_000)
    }

    @Test func readersThatDieWhileAnotherProcessIsOpenAreCleared() async throws {
        let path = folder.path
        let environment = try LMDBEnvironment(folder: path, access: .create)
        _ = try environment.database("things", create: true)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let other = try LMDBEnvironment(folder: path, access: .read)
            let transaction = try other.beginReading()
            kill(getpid(), SIGKILL)
            _ = transaction.snapshot
        }
        await #expect(processExitsWith: .success) { [path = path as String] in
            let third = try LMDBEnvironment(folder: path, access: .read)
            if third.staleReaderCount != 1 { exit(1) }
        }
    }

    @Test func aWriterThatDiedDoesNotBlockTheNext() async throws {
        let path = folder.path
        let environment = try LMDBEnvironment(folder: path, access: .create)
        let database = try environment.database("things", create: true)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let other = try LMDBEnvironment(folder: path, access: .write)
            let database = try other.database("things")
            try other.write { transaction in
                try transaction.put([1].span, for: Key("lost"), in: database)
                kill(getpid(), SIGKILL)
            }
        }
        try environment.write { try $0.put([2].span, for: Key("next"), in: database) }
        #expect(try environment.read { try $0.contains(Key("lost"), in: database) } == false)
        #expect(try environment.read { try $0.copy(of: Key("next"), in: database) } == [2])
    }

    @Test func writingInsideWritingTrapsInsteadOfWaitingForEver() async throws {
        let path = folder.path
        await #expect(processExitsWith: .failure) { [path = path as String] in
            let environment = try LMDBEnvironment(folder: path, access: .create)
            try environment.write { _ in try environment.write { _ in } }
        }
    }

    // The superuser is denied nothing.
    @Test(.enabled(if: getuid() != 0, "needs a user who can be denied access"))
    func aMissingPermissionIsNamed() throws {
        do { _ = try LMDBEnvironment(folder: folder.path, access: .create) }
        unsafe chmod(folder.path + "/data.mdb", 0)
        #expect(code { _ = try LMDBEnvironment(folder: folder.path, access: .read) } == .permissionDenied)
        unsafe chmod(folder.path + "/data.mdb", 0o400)
        #expect(code { _ = try LMDBEnvironment(folder: folder.path, access: .write) } == .permissionDenied)
    }

    @Test func threadsReadWhileOneWrites() async throws {
        let environment = try LMDBEnvironment(folder: folder.path, access: .create)
        let database = try environment.database("pairs", create: true)
        try environment.write { try $0.put([0].span, for: Key("left"), in: database) }
        try environment.write { try $0.put([0].span, for: Key("right"), in: database) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try Self.writePairs(database, environment) }
            for _ in 0..<3 { group.addTask { try Self.readPairs(database, environment) } }
            try await group.waitForAll()
        }
    }

    private static func writePairs(_ database: Database, _ environment: LMDBEnvironment) throws {
        for round in 1...100 as ClosedRange<UInt8> {
            try environment.write { transaction in
                try transaction.put([round].span, for: Key("left"), in: database)
                try transaction.put([round].span, for: Key("right"), in: database)
            }
        }
    }

    private static func readPairs(_ database: Database, _ environment: LMDBEnvironment) throws {
        for _ in 0..<2_000 {
            let transaction = try environment.beginReading()
            let left = try transaction.copy(of: Key("left"), in: database)
            let right = try transaction.copy(of: Key("right"), in: database)
            #expect(left == right)
        }
    }
}
