import Events
import Testing

@Suite struct StableHashTests {
    // Computed by a separate program, which also gives the vector of SipHash's authors for 2-4.
    @Test(
        arguments: [
            ("", 0x707f_a9f6_cabd_2f3e, 0xe9a7_f81c_9873_00e2),
            ("a", 0xbba0_abda_3a91_eca5, 0x7eb1_dd4e_7b16_601f),
            ("12345678", 0xec29_1ef1_e66a_a8e0, 0x990d_fe64_6e7e_8ff5),
            ("daybook", 0xa1bf_eded_c8e4_98ca, 0x78ce_c7dc_a549_8b8d),
            (String(repeating: "顾客", count: 20), 0x9f70_a6fa_bb00_f5af, 0xf110_675d_aef6_bf55),
        ] as [(String, UInt64, UInt64)])
    func hashesNeverChange(text: String, hash: UInt64, seeded: UInt64) {
        #expect(StableHash.hash(text) == hash)
        #expect(StableHash.hash(text, seed: 7) == seeded)
    }

    @Test func identitiesAreHashedWithAZeroBetweenSourceAndId() {
        #expect(EventKey(source: "/shop/1", id: "a-1").hash == 0xaa25_899e_dfc7_b24d)
        #expect(EventKey(source: "a", id: "bc").hash != EventKey(source: "ab", id: "c").hash)
    }

    /// Texts of every length, hashed in words and byte by byte, as identities are read from a line.
    @Test func wordsAndSingleBytesGiveOneHash() throws {
        let reader = JSONReader()
        for length in 0...40 {
            let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0 * 2 % 90))) })
            let id = text.replacing("\"", with: "-").replacing("\\", with: "-")
            let event: JSONValue = [
                "specversion": "1.0", "id": .string("i" + id), "source": "s", "type": "t",
                "time": "2026-01-01T00:00:00Z", "data": [:],
            ]
            try reader.parse(event.canonicalText)
            let envelope = try Envelope.read(reader)
            #expect(envelope.keyHash == StableHash.hash("s\u{0}i" + id))
        }
    }
}
