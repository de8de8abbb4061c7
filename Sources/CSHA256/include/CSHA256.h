#ifndef DAYBOOK_CSHA256_H
#define DAYBOOK_CSHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Many short SHA-256 hashes at once, by the processor's own instructions for it (FIPS 180-4 says what is
// computed). Two hashes are computed side by side: one alone leaves the processor waiting for itself.
// Where there are no such instructions the functions do nothing and return false.

// Whether this processor has the instructions.
bool sha256_has_instructions(void);

// The hash of a zero byte and a line, for each of `count` lines: line i is bytes starts[i] ..< starts[i + 1].
// Writes 32 bytes a line.
bool sha256_leaves(const uint8_t *bytes, const uint32_t *starts, size_t count, uint8_t *hashes);

// The hash of a one byte and two hashes, for each of `count` pairs, 64 bytes a pair. Writes 32 bytes a pair;
// `hashes` may be `pairs`.
bool sha256_nodes(const uint8_t *pairs, size_t count, uint8_t *hashes);

#ifdef __cplusplus
}
#endif

#endif
