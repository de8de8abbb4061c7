import Events
import Projection

/// Which zone a customer lives in while the facts pass: DOMAIN.md 1.2 and 13 judge the time of day there.
struct CustomerZone: Sendable {
    private let own: Zone
    private let codes: [String]
    private var known: [UInt32: Zone] = [:]
    private(set) var zone: Zone

    init(_ context: FoldContext) {
        own = context.zone
        zone = context.zone
        codes = context.codes
    }

    /// Back to the ledger's zone.
    mutating func begin() {
        zone = own
    }

    /// Takes the code of a zone; a name that no zone has stands for the ledger's.
    mutating func move(to code: UInt32) {
        if let zone = known[code] {
            self.zone = zone
            return
        }
        let name = Int(code) < codes.count ? codes[Int(code)] : ""
        let found: Zone
        do throws(TimeError) { found = try Zone(identifier: name) } catch { found = own }
        known[code] = found
        zone = found
    }
}
