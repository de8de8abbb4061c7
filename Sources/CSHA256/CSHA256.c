#include "CSHA256.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

#define WITH_INSTRUCTIONS __attribute__((target("sha,sse4.1,ssse3")))

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The eight words of a hash as the instructions want them: a, b, e, f and c, d, g, h.
typedef struct {
    __m128i abef;
    __m128i cdgh;
} state;

// A message in blocks of 64 bytes: where block i is told by `block`.
typedef struct {
    const uint8_t *bytes;
    size_t whole;
    size_t blocks;
    uint8_t first[64];
    // What is left behind the whole blocks, a one bit, zeros, and the length in bits.
    uint8_t rest[128];
} message;

WITH_INSTRUCTIONS static inline __attribute__((always_inline)) state initial(void) {
    state start;
    start.abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
    start.cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
    return start;
}

WITH_INSTRUCTIONS static inline __attribute__((always_inline)) void finish(state end, uint8_t *hash) {
    // From f, e, b, a and h, g, d, c (lowest first) to a, b, c, d and e, f, g, h.
    __m128i feba = _mm_shuffle_epi32(end.abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(end.cdgh, 0xB1);
    __m128i low = _mm_blend_epi16(feba, dchg, 0xF0);
    __m128i high = _mm_alignr_epi8(dchg, feba, 8);
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    _mm_storeu_si128((__m128i *)hash, _mm_shuffle_epi8(low, swap));
    _mm_storeu_si128((__m128i *)(hash + 16), _mm_shuffle_epi8(high, swap));
}

// One block of each of `width` messages, 1 or 2: written once, unrolled for both.
WITH_INSTRUCTIONS static inline __attribute__((always_inline)) void compress(
    state *states, const uint8_t *const *blocks, const int width) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i words[2][4];
    state now[2];
    for (int lane = 0; lane < width; lane++) {
        now[lane] = states[lane];
        for (int part = 0; part < 4; part++) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(blocks[lane] + 16 * part));
            words[lane][part] = _mm_shuffle_epi8(bytes, swap);
        }
    }
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) {
        __m128i addends = _mm_load_si128((const __m128i *)(constants + 4 * step));
#pragma clang loop unroll(full)
        for (int lane = 0; lane < width; lane++) {
            __m128i *schedule = words[lane];
            __m128i sum = _mm_add_epi32(schedule[step & 3], addends);
            now[lane].cdgh = _mm_sha256rnds2_epu32(now[lane].cdgh, now[lane].abef, sum);
            now[lane].abef =
                _mm_sha256rnds2_epu32(now[lane].abef, now[lane].cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (step < 12) {
                // The four words that come sixteen words later.
                __m128i last = schedule[(step + 3) & 3];
                __m128i next = _mm_sha256msg1_epu32(schedule[step & 3], schedule[(step + 1) & 3]);
                next = _mm_add_epi32(next, _mm_alignr_epi8(last, schedule[(step + 2) & 3], 4));
                schedule[step & 3] = _mm_sha256msg2_epu32(next, last);
            }
        }
    }
    for (int lane = 0; lane < width; lane++) {
        states[lane].abef = _mm_add_epi32(states[lane].abef, now[lane].abef);
        states[lane].cdgh = _mm_add_epi32(states[lane].cdgh, now[lane].cdgh);
    }
}

// The zero byte and a line of `length` bytes.
static inline void set_line(message *line, const uint8_t *bytes, size_t length) {
    size_t total = length + 1;
    line->bytes = bytes;
    line->whole = total / 64;
    size_t left = total % 64;
    line->blocks = line->whole + (left + 9 <= 64 ? 1 : 2);
    size_t end = (line->blocks - line->whole) * 64;
    memset(line->rest, 0, end);
    if (line->whole > 0) {
        line->first[0] = 0;
        memcpy(line->first + 1, bytes, 63);
        memcpy(line->rest, bytes + length - left, left);
    } else {
        memcpy(line->rest + 1, bytes, length);
    }
    line->rest[left] = 0x80;
    uint64_t bits = __builtin_bswap64((uint64_t)total * 8);
    memcpy(line->rest + end - 8, &bits, 8);
}

static inline const uint8_t *block(const message *line, size_t index) {
    if (index >= line->whole) { return line->rest + (index - line->whole) * 64; }
    return index == 0 ? line->first : line->bytes + index * 64 - 1;
}

WITH_INSTRUCTIONS static void hash_lines(const message *lines, int count, uint8_t *hashes) {
    state states[2] = {initial(), initial()};
    size_t done = 0;
    if (count == 2) {
        size_t both = lines[0].blocks < lines[1].blocks ? lines[0].blocks : lines[1].blocks;
        for (; done < both; done++) {
            const uint8_t *blocks[2] = {block(&lines[0], done), block(&lines[1], done)};
            compress(states, blocks, 2);
        }
    }
    for (int lane = 0; lane < count; lane++) {
        for (size_t index = done; index < lines[lane].blocks; index++) {
            const uint8_t *blocks[1] = {block(&lines[lane], index)};
            compress(&states[lane], blocks, 1);
        }
        finish(states[lane], hashes + 32 * lane);
    }
}

// The one byte and two hashes: 65 bytes, a whole block and one byte.
WITH_INSTRUCTIONS static void hash_pairs(const uint8_t *pairs, int count, uint8_t *hashes) {
    state states[2] = {initial(), initial()};
    uint8_t filled[2][128];
    const uint8_t *blocks[2];
    for (int lane = 0; lane < count; lane++) {
        filled[lane][0] = 1;
        memcpy(filled[lane] + 1, pairs + 64 * lane, 64);
        memset(filled[lane] + 65, 0, 63);
        filled[lane][65] = 0x80;
        filled[lane][126] = 65 * 8 >> 8;
        filled[lane][127] = 65 * 8 & 0xFF;
        blocks[lane] = filled[lane];
    }
    for (int part = 0; part < 2; part++) {
        if (count == 2) {
            compress(states, blocks, 2);
        } else {
            compress(states, blocks, 1);
        }
        for (int lane = 0; lane < count; lane++) { blocks[lane] += 64; }
    }
    for (int lane = 0; lane < count; lane++) { finish(states[lane], hashes + 32 * lane); }
}

bool sha256_has_instructions(void) {
    // Asked once: the answer takes microseconds in a virtual machine. Threads that ask at once get the same.
    static int known = 0;
    int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (answer == 0) {
        unsigned a = 0, b = 0, c = 0, d = 0;
        bool has = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1)
            && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
        answer = has ? 1 : -1;
        __atomic_store_n(&known, answer, __ATOMIC_RELAXED);
    }
    return answer > 0;
}

bool sha256_leaves(const uint8_t *bytes, const uint32_t *starts, size_t count, uint8_t *hashes) {
    if (!sha256_has_instructions()) { return false; }
    message lines[2];
    for (size_t done = 0; done < count; done += 2) {
        int width = count - done < 2 ? 1 : 2;
        for (int lane = 0; lane < width; lane++) {
            const uint32_t *start = starts + done + lane;
            set_line(&lines[lane], bytes + start[0], start[1] - start[0]);
        }
        hash_lines(lines, width, hashes + 32 * done);
    }
    return true;
}

bool sha256_nodes(const uint8_t *pairs, size_t count, uint8_t *hashes) {
    if (!sha256_has_instructions()) { return false; }
    // A pair is read before its hash is written, which lies before all pairs that follow.
    for (size_t done = 0; done < count; done += 2) {
        hash_pairs(pairs + 64 * done, count - done < 2 ? 1 : 2, hashes + 32 * done);
    }
    return true;
}

#else

bool sha256_has_instructions(void) { return false; }

bool sha256_leaves(const uint8_t *bytes, const uint32_t *starts, size_t count, uint8_t *hashes) {
    (void)bytes, (void)starts, (void)count, (void)hashes;
    return false;
}

bool sha256_nodes(const uint8_t *pairs, size_t count, uint8_t *hashes) {
    (void)pairs, (void)count, (void)hashes;
    return false;
}

#endif
