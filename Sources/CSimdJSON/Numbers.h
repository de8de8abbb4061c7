#ifndef DAYBOOK_NUMBERS_H
#define DAYBOOK_NUMBERS_H

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "CSimdJSON.h"

namespace daybook {

// The shortest decimal digits that read back as a double: 0.d1d2…dn × 10^point.
struct Decimal {
    char digits[17];
    int count;
    int point;
};

inline Decimal shortest(double magnitude) {
    char text[32];
    auto result = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific);
    Decimal decimal{};
    const char *at = text;
    for (; at < result.ptr && *at != 'e'; at++) {
        if (*at != '.') { decimal.digits[decimal.count++] = *at; }
    }
    int exponent = 0;
    bool negative = at[1] == '-';
    for (at += 2; at < result.ptr; at++) { exponent = exponent * 10 + (*at - '0'); }
    decimal.point = (negative ? -exponent : exponent) + 1;
    return decimal;
}

inline bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

// A number token taken apart: its significant digits without zeros at either end, as above.
struct Token {
    // The first 19 significant digits.
    uint64_t significand = 0;
    // How many significant digits there are, zeros at the end included; the point counts from the first.
    int digits = 0;
    int64_t point = 0;
    bool negative = false;
    bool has_exponent = false;
    bool has_fraction = false;
    uint32_t begin = 0, end = 0;

    // Whether the token is what ECMAScript would print, given that the number keeps all its digits.
    bool is_canonical(const uint8_t *text) const {
        return !has_exponent && point <= 21 && point > -6 && !(has_fraction && text[end - 1] == '0');
    }
};

// Grammar of RFC 8259: no leading zero, no plus, digits on both sides of a point.
inline bool scan_number(const uint8_t *text, uint32_t length, uint32_t at, Token &token) {
    token.begin = at;
    if (text[at] == '-') {
        token.negative = true;
        at++;
    }
    if (at >= length || !is_digit(text[at])) { return false; }
    if (text[at] == '0' && at + 1 < length && is_digit(text[at + 1])) { return false; }
    auto take = [&](uint8_t byte, bool whole) {
        uint64_t digit = uint64_t(byte - '0');
        if (token.digits == 0 && digit == 0) {
            if (!whole) { token.point--; }
            return;
        }
        if (token.digits < 19) { token.significand = token.significand * 10 + digit; }
        token.digits++;
        if (whole) { token.point++; }
    };
    for (; at < length && is_digit(text[at]); at++) { take(text[at], true); }
    if (at < length && text[at] == '.') {
        at++;
        if (at >= length || !is_digit(text[at])) { return false; }
        token.has_fraction = true;
        for (; at < length && is_digit(text[at]); at++) { take(text[at], false); }
    }
    if (at < length && (text[at] | 0x20) == 'e') {
        at++;
        token.has_exponent = true;
        bool negative = at < length && text[at] == '-';
        if (at < length && (text[at] == '-' || text[at] == '+')) { at++; }
        if (at >= length || !is_digit(text[at])) { return false; }
        int64_t exponent = 0;
        for (; at < length && is_digit(text[at]); at++) {
            if (exponent < 1000000000) { exponent = exponent * 10 + (text[at] - '0'); }
        }
        token.point += negative ? -exponent : exponent;
    }
    token.end = at;
    return true;
}

// Whether the token's significant digits, zeros at its end ignored, are those of the decimal.
inline bool same_digits(const uint8_t *text, const Token &token, const Decimal &decimal) {
    if (token.point != decimal.point) { return false; }
    int index = 0;
    bool begun = false;
    for (uint32_t at = token.begin; at < token.end && (text[at] | 0x20) != 'e'; at++) {
        if (!is_digit(text[at])) { continue; }
        begun = begun || text[at] != '0';
        if (!begun) { continue; }
        char expected = index < decimal.count ? decimal.digits[index] : '0';
        if (char(text[at]) != expected) { return false; }
        index++;
    }
    return index >= decimal.count;
}

constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Reads a number and refuses those that a double does not keep: whose value differs from that of the
// shortest text of the double nearest to it.
inline int32_t read_number(
    const uint8_t *text, uint32_t length, uint32_t &at, double &number, uint8_t &flags) {
    Token token;
    if (!scan_number(text, length, at, token)) { return JSON_TAPE_BAD_NUMBER; }
    at = token.end;
    if (token.digits == 0) {
        // RFC 8785 writes minus zero as 0, and so do we.
        number = 0;
        return JSON_TAPE_OK;
    }
    if (token.is_canonical(text)) { flags |= JSON_TAPE_CANONICAL; }
    // Up to 15 digits always survive, and with small powers of ten one exactly rounded operation reads them.
    int64_t exponent = token.point - token.digits;
    if (token.digits <= 15 && exponent >= -22 && exponent <= 22) {
        double magnitude = double(token.significand);
        magnitude = exponent < 0 ? magnitude / powers_of_ten[-exponent] : magnitude * powers_of_ten[exponent];
        number = token.negative ? -magnitude : magnitude;
        return JSON_TAPE_OK;
    }
    const char *first = reinterpret_cast<const char *>(text + token.begin);
    const char *last = reinterpret_cast<const char *>(text + token.end);
    auto result = std::from_chars(first, last, number);
    if (result.ec != std::errc() || !std::isfinite(number) || number == 0) { return JSON_TAPE_NUMBER_RANGE; }
    return same_digits(text, token, shortest(std::fabs(number))) ? JSON_TAPE_OK : JSON_TAPE_NUMBER_PRECISION;
}

inline uint8_t *write_integer(uint64_t value, uint8_t *out) {
    char digits[20];
    auto result = std::to_chars(digits, digits + sizeof digits, value);
    size_t size = size_t(result.ptr - digits);
    std::memcpy(out, digits, size);
    return out + size;
}

// ECMAScript's Number::toString, which RFC 8785 prescribes.
inline size_t write_number(double number, uint8_t *text) {
    uint8_t *out = text;
    double magnitude = std::fabs(number);
    if (number < 0) { *out++ = '-'; }
    if (magnitude < 9007199254740992.0 && magnitude == double(uint64_t(magnitude))) {
        return size_t(write_integer(uint64_t(magnitude), out) - text);
    }
    Decimal decimal = shortest(magnitude);
    int count = decimal.count;
    int point = decimal.point;
    auto digits = [&](int from, int to) {
        for (int index = from; index < to; index++) {
            *out++ = uint8_t(index < count ? decimal.digits[index] : '0');
        }
    };
    if (point > 21 || point <= -6) {
        digits(0, 1);
        if (count > 1) {
            *out++ = '.';
            digits(1, count);
        }
        *out++ = 'e';
        *out++ = point > 0 ? '+' : '-';
        out = write_integer(uint64_t(std::abs(point - 1)), out);
    } else if (point <= 0) {
        *out++ = '0';
        *out++ = '.';
        for (int index = point; index < 0; index++) { *out++ = '0'; }
        digits(0, count);
    } else {
        digits(0, point);
        if (count > point) {
            *out++ = '.';
            digits(point, count);
        }
    }
    return size_t(out - text);
}

inline double rounded(double number, int digits) {
    if (number == 0 || !std::isfinite(number)) { return number; }
    char text[40];
    auto written =
        std::to_chars(text, text + sizeof text, number, std::chars_format::scientific, digits - 1);
    double result = 0;
    auto read = std::from_chars(text, written.ptr, result);
    return read.ec == std::errc() ? result : number;
}

}  // namespace daybook

#endif
