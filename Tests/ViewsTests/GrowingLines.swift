import Events
import Foundation
import Synchronization
import Views

/// A log in memory of which a test shows more and more.
final class GrowingLines: LineSource {
    let origin = "daybook.local/test"
    private let lines: [[UInt8]]
    private let keys: [EventKey]
    private let subjects: [String?]
    private let shown: Mutex<UInt64>
    private let lent = Mutex(0)

    init(_ events: [JSONValue]) {
        lines = events.map(\.canonicalBytes)
        keys = events.map { EventKey(source: $0["source"]!.stringValue!, id: $0["id"]!.stringValue!) }
        subjects = events.map { $0["subject"]?.stringValue }
        shown = Mutex(0)
    }

    var count: UInt64 { UInt64(lines.count) }
    /// How many lines were lent.
    var lentCount: Int { lent.withLock { $0 } }

    func show(_ head: UInt64) {
        shown.withLock { $0 = min(max($0, head), UInt64(lines.count)) }
    }

    func head() -> UInt64 { shown.withLock { $0 } }

    func line(_ position: UInt64) -> [UInt8] { lines[Int(position)] }

    func forEachLine(in range: Range<UInt64>, _ body: (UInt64, Span<UInt8>) throws -> Void) throws {
        for position in range where position < head() {
            let line = lines[Int(position)]
            lent.withLock { $0 += 1 }
            try body(position, line.span)
        }
    }

    func position(of key: EventKey) -> UInt64? {
        keys[..<Int(head())].firstIndex(of: key).map(UInt64.init)
    }

    func positions(ofCustomer id: String) -> [UInt64] {
        subjects[..<Int(head())].indices.filter { subjects[$0] == id }.map(UInt64.init)
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
