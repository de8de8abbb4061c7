import Events

/// The benchmark profile: one flat stream of events, a few open complaints the only memory.
struct BenchmarkRun {
    private let shop: SyntheticShop
    private var random: SplitMix
    private var writer = EventWriter()
    private var openComplaints: [(customer: Int, complaint: Int)] = []
    private var complaints = 0

    private static let channels = ["phone", "email", "social", "chat", "store"]

    init(shop: SyntheticShop) {
        self.shop = shop
        random = SplitMix(seed: shop.seed)
    }

    mutating func forEachEvent(_ body: (Span<UInt8>) throws -> Void) rethrows {
        let count = shop.benchmarkEvents
        let start = Int64(shop.firstDay.number) * 86_400
        let seconds = Int64(shop.days) * 86_400
        for number in 0..<count {
            // Even steps: times never decrease, whatever the number of events.
            let second = start + Int64((Double(number) / Double(count)) * Double(seconds))
            writer.bytes.removeAll(keepingCapacity: true)
            write(number: number, time: second * 1_000_000)
            try body(writer.bytes.span)
        }
    }

    /// A few customers do most: half of all events are of the 18 % most active.
    private mutating func customer() -> Int {
        let u = random.unit()
        return Int(u * u * (0.25 + 0.75 * u) * Double(shop.customers))
    }

    private mutating func write(number: Int, time: Int64) {
        let kind = random.below(100)
        let customer = customer()
        if kind < 70 {
            let total = 100 + random.below(30_000)
            finish("purchase.completed", customer, number, time) { writer in
                writer.text("currency", "GBP")
                writer.money("total", total)
            }
        } else if kind < 90 {
            let channel = random.one(of: Self.channels)
            let direction = random.chance(0.6) ? "in" : "out"
            finish("contact.logged", customer, number, time) { writer in
                writer.text("channel", channel)
                writer.text("direction", direction)
            }
        } else if kind < 93 {
            complaint(customer, number, time)
        } else {
            let score = 1 + random.below(5)
            finish("survey.answered", customer, number, time) { writer in
                writer.text("dimension", "service")
                writer.text("scale", "csat5")
                writer.integer("score", score)
                writer.text("survey", "s1")
            }
        }
    }

    /// Complaints are opened and resolved in turn, about thirty of them open at a time.
    private mutating func complaint(_ customer: Int, _ number: Int, _ time: Int64) {
        if openComplaints.count < 30 || random.chance(0.5) {
            complaints += 1
            let complaint = complaints
            openComplaints.append((customer, complaint))
            finish("complaint.opened", customer, number, time) { writer in
                writer.text("category", "late")
                writer.text("complaint", "k\(complaint)")
            }
        } else {
            let (owner, complaint) = openComplaints.removeFirst()
            finish("complaint.resolved", owner, number, time) { writer in
                writer.text("complaint", "k\(complaint)")
                writer.text("outcome", "refunded")
            }
        }
    }

    /// Every event of the benchmark has one of a kind of id, not counted by customer: `e1234`.
    private mutating func finish(
        _ type: String, _ customer: Int, _ number: Int, _ time: Int64, _ data: (inout EventWriter) -> Void
    ) {
        writer.flatEvent(type, customer: customer, number: number, time: time, data)
    }
}

extension EventWriter {
    /// An event of the benchmark profile.
    @inline(__always)
    mutating func flatEvent(
        _ type: String, customer: Int, number: Int, time: Int64, _ data: (inout EventWriter) -> Void
    ) {
        bytes.append(contentsOf: "{\"data\":{".utf8)
        data(&self)
        bytes.removeLast()
        bytes.append(contentsOf: "},\"id\":\"e".utf8)
        padded(number, width: 1)
        bytes.append(contentsOf: "\",\"source\":\"urn:synthetic-shop\",\"specversion\":\"1.0\"".utf8)
        bytes.append(contentsOf: ",\"subject\":\"syn-".utf8)
        padded(customer, width: 6)
        bytes.append(contentsOf: "\",\"time\":\"".utf8)
        clockText(time)
        bytes.append(contentsOf: "\",\"type\":\"".utf8)
        bytes.append(contentsOf: type.utf8)
        bytes.append(contentsOf: "\"}".utf8)
    }
}
