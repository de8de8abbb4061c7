import Events
import Projection

/// Which zone a customer lives in while the facts pass: DOMAIN.md 1.2 and 13 judge the time of day there.
struct CustomerZone: Sendable {
    private let own: Zone
    private let codes: [String]
    private var known: [UInt32: Zone] = [:]
    private var zone: Zone
    private var isOwn = true
    /// Where the offset that was asked for last holds: neighbouring moments mostly share it.
    private var stretch: ZoneStretch

    init(_ context: FoldContext) {
        own = context.zone
        zone = own
        codes = context.codes
        stretch = own.stretch(at: Instant(microseconds: context.clock.instant))
    }

    /// Back to the ledger's zone.
    @inline(__always)
    mutating func begin() {
        if !isOwn { change(to: own) }
        isOwn = true
    }

    /// Takes the code of a zone; a name that no zone has stands for the ledger's.
    mutating func move(to code: UInt32) {
        isOwn = false
        if let zone = known[code] { return change(to: zone) }
        let name = Int(code) < codes.count ? codes[Int(code)] : ""
        let found: Zone
        do throws(TimeError) { found = try Zone(identifier: name) } catch { found = own }
        known[code] = found
        change(to: found)
    }

    private mutating func change(to zone: Zone) {
        self.zone = zone
        stretch = zone.stretch(at: Instant(microseconds: 0))
    }

    /// What the customer's clock shows at a moment, in microseconds UTC.
    @inline(__always)
    mutating func moment(_ time: Int64) -> LocalMoment {
        let quotient = time / 1_000_000
        let second = time < quotient * 1_000_000 ? quotient - 1 : quotient
        if !stretch.seconds.contains(second) { stretch = zone.stretch(at: Instant(microseconds: time)) }
        return LocalMoment(time, offsetSeconds: stretch.offsetSeconds)
    }
}
