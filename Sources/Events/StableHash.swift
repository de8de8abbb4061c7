// Unsafe: reads words of eight bytes within a span, whose length is checked first. Byte by byte, the reading
// costs more than the mixing, and a line has half a dozen texts to hash.
/// SipHash-1-3 under a fixed key: the same 64 bits for the same bytes, in every process and every version.
///
/// What is stored (the keys of facts, the index of identities) relies on it: it never changes. It is no
/// protection against someone who seeks collisions; what matches by hash is confirmed by the bytes.
public enum StableHash {
    /// The hash of some bytes. Different seeds give unrelated hashes.
    public static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var state = State(seed: seed)
        let count = bytes.count
        let left = count & 7
        var last = UInt64(truncatingIfNeeded: count) << 56
        unsafe bytes.withUnsafeBytes { bytes in
            func word(_ offset: Int) -> UInt64 {
                unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            var index = 0
            while index + 8 <= count {
                state.absorb(word(index))
                index += 8
            }
            if left > 0, count >= 8 {
                // The last eight bytes, without those that were read before.
                last |= word(count - 8) >> UInt64(64 - 8 * left)
            } else {
                for offset in 0..<left { last |= UInt64(unsafe bytes[offset]) << UInt64(8 * offset) }
            }
        }
        state.absorb(last)
        return state.finish()
    }

    /// The hash of a text's UTF-8 bytes.
    public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        hash(text.utf8.span, seed: seed)
    }

    /// The hash of a string of a text, a zero byte, and another string: what ``EventKey/hash`` is.
    static func hash(_ reader: JSONReader, _ first: Int, _ second: Int) -> UInt64 {
        reader.withText(first) { first in
            reader.withText(second) { second in
                var stream = Stream(seed: 0)
                for index in first.indices { stream.absorb(first[index]) }
                stream.absorb(0)
                for index in second.indices { stream.absorb(second[index]) }
                return stream.finish()
            }
        }
    }

    /// Bytes that come one by one.
    private struct Stream {
        var state: State
        var word: UInt64 = 0
        var count: UInt64 = 0

        init(seed: UInt64) { state = State(seed: seed) }

        @inline(__always)
        mutating func absorb(_ byte: UInt8) {
            word |= UInt64(byte) << (8 * (count & 7))
            count &+= 1
            if count & 7 == 0 {
                state.absorb(word)
                word = 0
            }
        }

        mutating func finish() -> UInt64 {
            state.absorb(word | count << 56)
            return state.finish()
        }
    }

    /// The four words of SipHash's state: one round for each word of input, three at the end.
    private struct State {
        var a: UInt64
        var b: UInt64
        var c: UInt64
        var d: UInt64

        init(seed: UInt64) {
            // The key: "daybook " and "identity" as little-endian words, the first mixed with the seed.
            let key0: UInt64 = 0x206B_6F6F_6279_6164 ^ seed
            let key1: UInt64 = 0x7974_6974_6E65_6469
            a = key0 ^ 0x736F_6D65_7073_6575
            b = key1 ^ 0x646F_7261_6E64_6F6D
            c = key0 ^ 0x6C79_6765_6E65_7261
            d = key1 ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func round() {
            a = a &+ b
            b = b << 13 | b >> 51
            b ^= a
            a = a << 32 | a >> 32
            c = c &+ d
            d = d << 16 | d >> 48
            d ^= c
            a = a &+ d
            d = d << 21 | d >> 43
            d ^= a
            c = c &+ b
            b = b << 17 | b >> 47
            b ^= c
            c = c << 32 | c >> 32
        }

        @inline(__always)
        mutating func absorb(_ word: UInt64) {
            d ^= word
            round()
            a ^= word
        }

        @inline(__always)
        mutating func finish() -> UInt64 {
            c ^= 0xFF
            round()
            round()
            round()
            return a ^ b ^ c ^ d
        }
    }
}
