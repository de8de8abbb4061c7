#ifndef DAYBOOK_CSIMDJSON_H
#define DAYBOOK_CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One JSON text, read completely and strictly, as a flat list of nodes in document order.
//
// Every byte is visited: stage one of simdjson finds the tokens and checks UTF-8, the walk over the tokens
// checks literals, numbers, strings, duplicate names, nesting and what follows the value. No exception and
// no allocation of C++ crosses this boundary; buffers belong to the caller.

enum json_tape_kind {
    JSON_TAPE_NULL = 0,
    JSON_TAPE_FALSE = 1,
    JSON_TAPE_TRUE = 2,
    JSON_TAPE_NUMBER = 3,
    JSON_TAPE_STRING = 4,
    JSON_TAPE_ARRAY = 5,
    JSON_TAPE_OBJECT = 6,
    JSON_TAPE_NAME = 7,
};

enum json_tape_flag {
    // A string or name that was written with escapes: it may hold what canonical JSON must escape again.
    JSON_TAPE_ESCAPED = 1,
    // A number whose token is its canonical form already.
    JSON_TAPE_CANONICAL = 2,
    // A string or name of which it is known that all bytes are 0x20 to 0x7E.
    JSON_TAPE_ORDINARY = 4,
    // Free for the caller.
    JSON_TAPE_MARKED = 8,
    // A string that belongs to the shape of the text: it is the same in all texts of the shape.
    JSON_TAPE_OF_SHAPE = 16,
};

// One value, or the name before a value.
typedef struct {
    uint8_t kind;
    uint8_t flags;
    // Nesting: 0 for the root.
    uint16_t level;
    // The node after this one and all that is inside it.
    uint32_t next;
    // Where the value begins in the buffer; for strings and names, where their unescaped text begins.
    uint32_t offset;
    // Strings and names: bytes of text. Numbers: bytes of the token. Arrays: elements. Objects: members.
    uint32_t length;
    union {
        // Numbers.
        double number;
        // Names: the first eight bytes of text, big-endian, filled up with zeros.
        uint64_t prefix;
    };
} json_tape_node;

enum json_tape_code {
    JSON_TAPE_OK = 0,
    JSON_TAPE_MORE_NODES = 1,
    JSON_TAPE_OUT_OF_MEMORY = 2,
    JSON_TAPE_EMPTY = 3,
    JSON_TAPE_BYTE_ORDER_MARK = 4,
    JSON_TAPE_UTF16 = 5,
    JSON_TAPE_INVALID_UTF8 = 6,
    JSON_TAPE_CONTROL_CHARACTER = 7,
    JSON_TAPE_UNCLOSED_STRING = 8,
    JSON_TAPE_TRUNCATED = 9,
    JSON_TAPE_TRAILING = 10,
    JSON_TAPE_BAD_LITERAL = 11,
    JSON_TAPE_BAD_NUMBER = 12,
    JSON_TAPE_NUMBER_RANGE = 13,
    JSON_TAPE_NUMBER_PRECISION = 14,
    JSON_TAPE_BAD_ESCAPE = 15,
    JSON_TAPE_LONE_SURROGATE = 16,
    JSON_TAPE_DUPLICATE_NAME = 17,
    JSON_TAPE_TOO_DEEP = 18,
    JSON_TAPE_EXPECTED_VALUE = 19,
    JSON_TAPE_EXPECTED_NAME = 20,
    JSON_TAPE_EXPECTED_COLON = 21,
    JSON_TAPE_EXPECTED_COMMA = 22,
    JSON_TAPE_TOO_LONG = 23,
};

typedef struct {
    int32_t code;
    // Where in the buffer the problem is.
    uint32_t offset;
    // Nodes written; with JSON_TAPE_MORE_NODES, nodes needed.
    uint32_t nodes;
} json_tape_outcome;

typedef struct json_tape_parser json_tape_parser;

// What is known of a text because another one of its shape was read before.
typedef struct {
    // A number that stands for the shape: texts with the same number have the same nodes, but for the texts of
    // strings that do not belong to it and the values of numbers. 0 where the shape was new.
    uint32_t shape;
    // The text is as RFC 8785 has it; false says nothing.
    bool canonical;
} json_tape_likeness;

// Bytes that must be readable behind the text. Their contents do not matter.
size_t json_tape_padding(void);

// NULL when there is no memory.
json_tape_parser *json_tape_parser_create(void);
void json_tape_parser_destroy(json_tape_parser *parser);

// Reads `length` bytes of `text`, behind which `json_tape_padding()` bytes must be readable. Strings written
// with escapes are unescaped in place. Fails with JSON_TAPE_MORE_NODES, and the text untouched, where
// `capacity` is too small. After other failures the nodes written so far form a complete tape, whose last
// node is where the problem is.
json_tape_outcome json_tape_parse(
    json_tape_parser *parser, uint8_t *text, uint32_t length, json_tape_node *nodes, uint32_t capacity);

// The same, for texts that are much alike: the parser remembers what stands between the strings and numbers of
// texts, and reads others of the same shape in a fraction of the time. Nothing is left unchecked.
json_tape_outcome json_tape_parse_alike(
    json_tape_parser *parser, uint8_t *text, uint32_t length, json_tape_node *nodes, uint32_t capacity,
    json_tape_likeness *likeness);

// Says that few texts differ in what the member of this name of the root is, if it is a string: then that string
// belongs to the shape. To be called before the first text is read; where it turns out to be wrong, such strings are
// read like any other. False when there is no memory.
bool json_tape_expect_few(json_tape_parser *parser, const uint8_t *name, size_t length);

// Writes the shortest text that reads back as `number`, in the form of ECMAScript (which is that of
// RFC 8785), and returns its length, at most 25. The number must be finite; -0 is written as 0.
size_t json_number_write(double number, uint8_t *text);

// The double nearest to `number` rounded to so many significant decimal digits (1 to 17), ties as the exact
// binary value decides.
double json_number_rounded(double number, int digits);

#ifdef __cplusplus
}
#endif

#endif
