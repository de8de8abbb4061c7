/// What the ledger writes down of who looked at personal data.
enum AccessRecord {
    static let type = "access.recorded"
}
