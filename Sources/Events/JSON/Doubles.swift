import CSimdJSON

extension Double {
    /// Rounded to 12 significant decimal digits: what is printed, and what comparisons that choose a band or
    /// an order use.
    public var rounded12: Double { json_number_rounded(self, 12) }

    /// The number rounded to 12 significant digits, in its shortest form. It must be finite.
    public var text12: String {
        var bytes: [UInt8] = []
        CanonicalWriter.write(rounded12, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
