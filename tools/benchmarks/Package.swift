// swift-tools-version: 6.2
import PackageDescription

// What is measured within one process. A package of its own, so that building Daybook does not build it.
let package = Package(
    name: "daybook-benchmarks",
    dependencies: [.package(name: "daybook", path: "../..")],
    targets: [
        .executableTarget(
            name: "Measure",
            dependencies: [.product(name: "Daybook", package: "daybook")])
    ]
)
