// swift-tools-version: 6.2
import PackageDescription

// The order of the targets is the order of the data: what stands further down may import what stands
// above it, never the other way round. ARCHITECTURE.md says why; TidyTests holds it.

let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let sqlite: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let numerics: Target.Dependency = .product(name: "Numerics", package: "swift-numerics")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name)] + dependencies,
        swiftSettings: strict)
}

let package = Package(
    name: "daybook",
    products: [
        .library(name: "Daybook", targets: ["Daybook"]),
        .executable(name: "daybook", targets: ["DaybookCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
    ],
    targets: [
        // C and C++ boundaries.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(
            name: "CSimdJSON",
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),

        .target(name: "CSHA256"),

        // Pure: no input or output, no clock, no chance.
        module("Merkle", ["CSHA256", crypto]),
        module("Statistics", [numerics]),
        module("Events", ["CSimdJSON"]),
        module("Projection", ["Events"]),
        module("ReadModels", ["Projection", "Statistics", "Events"]),

        // Storage.
        module("LMDB", ["CLMDB"]),
        module("SortedRuns", ["LMDB"]),
        module("EventLog", ["CZstd", "LMDB", "SortedRuns", "Merkle", "Events", crypto, logging]),
        module("Views", ["CMalloc", "LMDB", "Projection", "Events", crypto]),

        // Doors.
        module("Importing", ["Events", "CZlib", yaml, crypto]),
        module("SyntheticShop", ["Events"]),
        module("Terminal", ["Events"]),
        module("Drawing", ["Terminal", "Projection", "Events"]),
        module(
            "Daybook",
            [
                "CMalloc", "EventLog", "Merkle", "Views", "ReadModels", "Projection", "Events", "Statistics",
                logging, crypto,
            ]),
        module("SQLExport", ["Daybook", "Events", sqlite]),
        .executableTarget(
            name: "DaybookCLI",
            dependencies: [
                "Daybook", "SQLExport", "Importing", "SyntheticShop", "Terminal", "Drawing", "Events",
                arguments, logging,
            ],
            swiftSettings: strict),

        // Tests mirror the targets.
        .testTarget(name: "TidyTests", swiftSettings: strict),
        tests(of: "LMDB"),
        tests(of: "SortedRuns", ["LMDB"]),
        tests(of: "Importing", ["Events", "CZlib"]),
        tests(of: "SyntheticShop", ["Events"]),
        tests(of: "Merkle", [crypto]),
        tests(of: "EventLog", ["LMDB", "SortedRuns", "Merkle", "Events", crypto]),
        tests(of: "Events"),
        tests(of: "Terminal", ["Events"]),
        tests(of: "Drawing", ["Projection", "Events"]),
        tests(of: "Views", ["LMDB", "Projection", "ReadModels", "Events", "SyntheticShop"]),
        tests(of: "Daybook", ["EventLog", "Events", "SyntheticShop", crypto]),
        tests(of: "SQLExport", ["Daybook", "Events", "SyntheticShop"]),
        tests(of: "DaybookCLI", ["Events"]),
        tests(of: "Statistics", [numerics]),
        tests(of: "Projection", ["Events"]),
        tests(of: "ReadModels", ["Projection", "Statistics", "Events"]),
        .testTarget(name: "SchemaTests", dependencies: ["Events"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
