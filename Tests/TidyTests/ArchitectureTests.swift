import Foundation
import Testing

/// The invariants of ARCHITECTURE.md, checked against the sources.
struct ArchitectureTests {
    let tree: SourceTree

    init() throws {
        tree = try SourceTree()
        try #require(tree.files.count > 50, "the sources were not found")
    }

    /// What each module may import of ours. A new arrow is a decision: it belongs into ARCHITECTURE.md as well.
    static let mayImport: [String: Set<String>] = [
        "LMDB": ["CLMDB"],
        "SortedRuns": ["LMDB"],
        "Merkle": ["CSHA256"],
        "Statistics": [],
        "Events": ["CSimdJSON"],
        "Projection": ["Events"],
        "ReadModels": ["Projection", "Statistics", "Events"],
        "EventLog": ["CZstd", "LMDB", "SortedRuns", "Merkle", "Events"],
        "Views": ["CMalloc", "LMDB", "Projection", "Events"],
        "Importing": ["Events", "CZlib"],
        "SyntheticShop": ["Events"],
        "Terminal": ["Events"],
        "Drawing": ["Terminal", "Projection", "Events"],
        "Daybook": [
            "CMalloc", "EventLog", "Merkle", "Views", "ReadModels", "Projection", "Events", "Statistics",
        ],
        "SQLExport": ["Daybook", "Events"],
        "DaybookCLI": [
            "Daybook", "SQLExport", "Importing", "SyntheticShop", "Terminal", "Drawing", "Events",
        ],
    ]

    @Test func importsPointDownOnly() {
        let ours = Set(Self.mayImport.keys).union([
            "CLMDB", "CMalloc", "CZlib", "CZstd", "CSimdJSON", "CSHA256",
        ])
        for file in tree.files {
            guard let allowed = Self.mayImport[file.module] else {
                Issue.record("\(file.path): the module \(file.module) is not in the table of this test")
                continue
            }
            for module in SourceTree.imports(of: file) where ours.contains(module) && module != file.module {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func pureModulesDoNoInputOrOutputReadNoClockAndDrawNoRandomNumber() {
        let pure: Set = ["Events", "Projection", "ReadModels", "Statistics", "Merkle"]
        let impure = [
            "FileManager", "FileHandle", "Process(", "Date()", "Date.now", "ContinuousClock",
            "SuspendingClock",
            "SystemRandomNumberGenerator", ".random(", "fopen(", "getenv(", "ProcessInfo", "print(",
            "import Glibc", "import Dispatch", "clock_gettime",
        ]
        for file in tree.files where pure.contains(file.module) {
            for (number, line) in file.lines.enumerated()
            where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                for word in impure where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1): a pure module says \(word)")
                }
            }
        }
    }

    @Test func unsafeCodeStaysInLMDBAndInFilesThatNameTheirReason() {
        for file in tree.files where file.module != "LMDB" {
            let usesUnsafe = file.lines.contains { line in
                let code = line.drop { $0 == " " }
                return !code.hasPrefix("//")
                    && (line.contains(" unsafe ") || line.contains("(unsafe ") || code.hasPrefix("unsafe ")
                        || line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)"))
            }
            guard usesUnsafe else { continue }
            #expect(
                file.lines.contains { $0.contains("// Unsafe:") || $0.contains("// Unchecked:") },
                "\(file.path) uses unsafe code without a line that begins with '// Unsafe:' or '// Unchecked:'"
            )
        }
    }

    @Test func frontEndsNameNoReadModel() throws {
        let models = tree.files.filter { $0.module == "ReadModels" }.flatMap { file in
            file.lines.compactMap { line -> String? in
                guard line.contains(": ReadModel") else { return nil }
                guard let word = line.split(separator: " ").first(where: { $0.hasSuffix(":") }) else {
                    return nil
                }
                return String(word.dropLast())
            }
        }
        try #require(models.count >= 4, "no read models were found: has their shape changed?")
        for file in tree.files where ["DaybookCLI", "Terminal", "Drawing"].contains(file.module) {
            for model in models {
                #expect(!file.lines.contains { $0.contains(model) }, "\(file.path) names \(model)")
            }
        }
    }

    @Test func onlyOneLoopFolds() {
        let callers = tree.files.filter { file in
            file.lines.contains { $0.contains(".fold(") && $0.contains("projector") }
        }
        #expect(callers.map(\.path) == ["Sources/Projection/FoldRun.swift"])
    }

    @Test func filesCanBeReadInOneSitting() {
        for file in tree.files {
            #expect(file.lines.count <= 500, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func nothingIsLeftUnfinished() {
        let marks = ["TO" + "DO", "FIX" + "ME", "not implemented"]
        for file in tree.files {
            for (number, line) in file.lines.enumerated() {
                for mark in marks where line.contains(mark) {
                    Issue.record("\(file.path):\(number + 1): \(mark)")
                }
            }
        }
    }
}
