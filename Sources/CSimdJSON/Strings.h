#ifndef DAYBOOK_STRINGS_H
#define DAYBOOK_STRINGS_H

#include <cstdint>
#include <cstring>

#include "CSimdJSON.h"

namespace daybook {

// The first eight bytes, big-endian, filled up with zeros: two names with different prefixes differ. Reads
// eight bytes whatever the length: the text is padded.
inline uint64_t prefix_of(const uint8_t *bytes, uint32_t length) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    word = __builtin_bswap64(word);
    return length >= 8 ? word : length == 0 ? 0 : word & (~uint64_t(0) << (64 - 8 * length));
}

// Which bytes of a word are a quote or a backslash: their highest bits, exactly up to the first of them.
inline uint64_t quotes_and_backslashes(uint64_t word) {
    constexpr uint64_t ones = 0x0101010101010101u;
    constexpr uint64_t highs = 0x8080808080808080u;
    uint64_t quote = word ^ (ones * '"');
    uint64_t backslash = word ^ (ones * '\\');
    return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & highs;
}

// The first quote or backslash. Stage one has closed every string, so there is one. `unusual` collects the
// highest bits of bytes that are not 0x20 to 0x7E (control characters cannot occur); what follows the string
// within its last word counts, so that it may be set for ordinary strings too.
inline uint32_t first_special(const uint8_t *text, uint32_t at, uint64_t &unusual) {
    for (;;) {
        uint64_t word;
        std::memcpy(&word, text + at, 8);
        uint64_t found = quotes_and_backslashes(word);
        unusual |= word | (word + 0x0101010101010101u);
        if (found != 0) { return at + uint32_t(__builtin_ctzll(found) >> 3); }
        at += 8;
    }
}

inline int32_t hexadecimal(const uint8_t *text) {
    int32_t value = 0;
    for (int index = 0; index < 4; index++) {
        uint8_t byte = text[index];
        int32_t digit = byte >= '0' && byte <= '9' ? byte - '0'
            : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
            : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
        if (digit < 0) { return -1; }
        value = value << 4 | digit;
    }
    return value;
}

inline uint8_t *encode(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = uint8_t(scalar);
    } else if (scalar < 0x800) {
        *out++ = uint8_t(0xC0 | scalar >> 6);
        *out++ = uint8_t(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *out++ = uint8_t(0xE0 | scalar >> 12);
        *out++ = uint8_t(0x80 | (scalar >> 6 & 0x3F));
        *out++ = uint8_t(0x80 | (scalar & 0x3F));
    } else {
        *out++ = uint8_t(0xF0 | scalar >> 18);
        *out++ = uint8_t(0x80 | (scalar >> 12 & 0x3F));
        *out++ = uint8_t(0x80 | (scalar >> 6 & 0x3F));
        *out++ = uint8_t(0x80 | (scalar & 0x3F));
    }
    return out;
}

// One escape sequence: `at` stands on the backslash and is moved behind it.
inline int32_t unescape(const uint8_t *text, uint32_t &at, uint8_t *&out) {
    uint8_t letter = text[at + 1];
    uint8_t plain = 0;
    switch (letter) {
    case '"': case '\\': case '/': plain = letter; break;
    case 'b': plain = '\b'; break;
    case 'f': plain = '\f'; break;
    case 'n': plain = '\n'; break;
    case 'r': plain = '\r'; break;
    case 't': plain = '\t'; break;
    case 'u': {
        int32_t unit = hexadecimal(text + at + 2);
        if (unit < 0) { return JSON_TAPE_BAD_ESCAPE; }
        uint32_t scalar = uint32_t(unit);
        uint32_t size = 6;
        if (unit >= 0xD800 && unit <= 0xDFFF) {
            if (unit >= 0xDC00 || text[at + 6] != '\\' || text[at + 7] != 'u') {
                return JSON_TAPE_LONE_SURROGATE;
            }
            int32_t low = hexadecimal(text + at + 8);
            if (low < 0xDC00 || low > 0xDFFF) { return JSON_TAPE_LONE_SURROGATE; }
            scalar = 0x10000 + ((uint32_t(unit) - 0xD800) << 10) + (uint32_t(low) - 0xDC00);
            size = 12;
        }
        out = encode(scalar, out);
        at += size;
        return JSON_TAPE_OK;
    }
    default: return JSON_TAPE_BAD_ESCAPE;
    }
    *out++ = plain;
    at += 2;
    return JSON_TAPE_OK;
}

// Reads the string whose first byte (behind the quote) is at `begin`. Escapes are undone in place: what they
// stand for is never longer than they are.
inline int32_t read_string(uint8_t *text, uint32_t begin, uint32_t &length, uint8_t &flags, uint32_t &bad) {
    uint64_t unusual = 0;
    uint32_t at = first_special(text, begin, unusual);
    if (text[at] == '"') {
        length = at - begin;
        if ((unusual & 0x8080808080808080u) == 0) { flags |= JSON_TAPE_ORDINARY; }
        return JSON_TAPE_OK;
    }
    flags |= JSON_TAPE_ESCAPED;
    uint8_t *out = text + at;
    while (text[at] != '"') {
        if (text[at] == '\\') {
            uint32_t escape = at;
            if (int32_t code = unescape(text, at, out)) {
                bad = escape;
                return code;
            }
        } else {
            *out++ = text[at++];
        }
    }
    length = uint32_t(out - (text + begin));
    return JSON_TAPE_OK;
}

}  // namespace daybook

#endif
