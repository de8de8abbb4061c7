#include "CSimdJSON.h"

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "Numbers.h"
#include "Shapes.h"
#include "Strings.h"

namespace {

constexpr uint32_t maximum_depth = 64;
// Objects with more members than this are checked for duplicate names when they end, by sorting.
constexpr uint32_t small_object = 24;

struct Level {
    // The node of the array or object.
    uint32_t node;
    // Which hashes of names have been seen in it.
    uint64_t seen;
};

bool is_space(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool ends_scalar(uint8_t byte) {
    return is_space(byte) || byte == ',' || byte == '}' || byte == ']' || byte == ':';
}

// Where stage one failed it says what, but not where: these find the place, and are not on the fast path.

uint32_t first_invalid_utf8(const uint8_t *text, uint32_t length) {
    uint32_t at = 0;
    while (at < length) {
        uint8_t lead = text[at];
        uint32_t more = lead < 0x80 ? 0 : lead >= 0xC2 && lead < 0xE0 ? 1 : lead >= 0xE0 && lead < 0xF0 ? 2
            : lead >= 0xF0 && lead < 0xF5 ? 3 : 4;
        if (more == 4 || at + more >= length + (more == 0 ? 1 : 0)) { return at; }
        for (uint32_t step = 1; step <= more; step++) {
            if ((text[at + step] & 0xC0) != 0x80) { return at; }
        }
        if ((lead == 0xE0 && text[at + 1] < 0xA0) || (lead == 0xED && text[at + 1] > 0x9F)
            || (lead == 0xF0 && text[at + 1] < 0x90) || (lead == 0xF4 && text[at + 1] > 0x8F)) {
            return at;
        }
        at += more + 1;
    }
    return length;
}

// The first control character inside a string, if it is sought, or the beginning of the string that is not
// closed. A backslash outside of strings comes first: stage one lets it hide a quote.
json_tape_outcome string_problem(const uint8_t *text, uint32_t length, bool control) {
    bool inside = false;
    uint32_t began = 0;
    for (uint32_t at = 0; at < length; at++) {
        uint8_t byte = text[at];
        if (inside) {
            if (control && byte < 0x20) { return {JSON_TAPE_CONTROL_CHARACTER, at, 0}; }
            if (byte == '\\') { at++; }
            else if (byte == '"') { inside = false; }
        } else if (byte == '"') {
            inside = true;
            began = at;
        } else if (byte == '\\') {
            return {JSON_TAPE_BAD_LITERAL, at, 0};
        }
    }
    return {JSON_TAPE_UNCLOSED_STRING, began, 0};
}

// What a text that is no JSON really is, if it can be told from its first bytes.
int32_t disguise(const uint8_t *text, uint32_t length) {
    if (length >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF) {
        return JSON_TAPE_BYTE_ORDER_MARK;
    }
    if (length >= 2
        && ((text[0] == 0xFF && text[1] == 0xFE) || (text[0] == 0xFE && text[1] == 0xFF)
            || (text[0] == 0) != (text[1] == 0))) {
        return JSON_TAPE_UTF16;
    }
    for (uint32_t at = 0; at < length; at++) {
        if (!is_space(text[at])) { return JSON_TAPE_OK; }
    }
    return JSON_TAPE_EMPTY;
}

}  // namespace

struct json_tape_parser {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
    uint32_t capacity = 0;
    std::vector<uint32_t> names;
    daybook::Shapes shapes;
};

namespace {

// The walk over the tokens that stage one has found.
class Walk {
public:
    Walk(json_tape_parser &parser, uint8_t *text, uint32_t length, json_tape_node *nodes)
        : parser(parser), text(text), length(length), nodes(nodes),
          tokens(parser.implementation->structural_indexes.get()),
          tokens_end(tokens + parser.implementation->n_structural_indexes) {}

    json_tape_outcome run() {
        int32_t code = walk();
        if (code != JSON_TAPE_OK) {
            for (uint32_t level = 0; level < depth; level++) { nodes[levels[level].node].next = count; }
            int32_t disguised = disguise(text, length);
            if (disguised != JSON_TAPE_OK) { return {disguised, 0, 0}; }
        }
        return {code, problem, count};
    }

private:
    json_tape_parser &parser;
    uint8_t *text;
    uint32_t length;
    json_tape_node *nodes;
    const uint32_t *tokens;
    const uint32_t *tokens_end;
    uint32_t count = 0;
    uint32_t depth = 0;
    uint32_t problem = 0;
    Level levels[maximum_depth];

    int32_t fail(int32_t code, uint32_t offset) {
        problem = offset;
        return code;
    }

    json_tape_node &add(uint8_t kind, uint32_t offset) {
        json_tape_node &node = nodes[count++];
        node.kind = kind;
        node.flags = 0;
        node.level = uint16_t(depth);
        node.next = count;
        node.offset = offset;
        node.length = 0;
        node.prefix = 0;
        return node;
    }

    int32_t walk() {
        if (int32_t code = value()) { return code; }
        while (depth > 0) {
            Level &level = levels[depth - 1];
            json_tape_node &container = nodes[level.node];
            bool object = container.kind == JSON_TAPE_OBJECT;
            if (tokens == tokens_end) { return fail(JSON_TAPE_TRUNCATED, length); }
            uint32_t at = *tokens++;
            uint8_t byte = text[at];
            if (byte == (object ? '}' : ']')) {
                if (int32_t code = close()) { return code; }
                continue;
            }
            if (container.length > 0) {
                if (byte != ',') { return fail(JSON_TAPE_EXPECTED_COMMA, at); }
                if (tokens == tokens_end) { return fail(JSON_TAPE_TRUNCATED, length); }
                at = *tokens++;
                byte = text[at];
            }
            container.length++;
            if (object) {
                if (byte != '"') { return fail(JSON_TAPE_EXPECTED_NAME, at); }
                if (int32_t code = name(level, container, at)) { return code; }
                if (tokens == tokens_end) { return fail(JSON_TAPE_TRUNCATED, length); }
                at = *tokens++;
                if (text[at] != ':') { return fail(JSON_TAPE_EXPECTED_COLON, at); }
            } else {
                tokens--;
            }
            if (int32_t code = value()) { return code; }
        }
        return tokens == tokens_end ? JSON_TAPE_OK : fail(JSON_TAPE_TRAILING, *tokens);
    }

    int32_t value() {
        if (tokens == tokens_end) { return fail(JSON_TAPE_TRUNCATED, length); }
        uint32_t at = *tokens++;
        switch (text[at]) {
        case '"': return string(add(JSON_TAPE_STRING, at), at);
        case '{': return open(JSON_TAPE_OBJECT, at);
        case '[': return open(JSON_TAPE_ARRAY, at);
        case 't': return literal(JSON_TAPE_TRUE, at, "true", 4);
        case 'f': return literal(JSON_TAPE_FALSE, at, "false", 5);
        case 'n': return literal(JSON_TAPE_NULL, at, "null", 4);
        case '-': case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9': return number(at);
        case '}': case ']': case ',': case ':': return fail(JSON_TAPE_EXPECTED_VALUE, at);
        default: return fail(JSON_TAPE_BAD_LITERAL, at);
        }
    }

    int32_t open(uint8_t kind, uint32_t at) {
        if (depth == maximum_depth) { return fail(JSON_TAPE_TOO_DEEP, at); }
        levels[depth] = {count, 0};
        add(kind, at);
        depth++;
        return JSON_TAPE_OK;
    }

    int32_t close() {
        json_tape_node &container = nodes[levels[depth - 1].node];
        container.next = count;
        if (container.kind == JSON_TAPE_OBJECT && container.length > small_object) {
            if (int32_t code = check_many_names(levels[depth - 1].node)) { return code; }
        }
        depth--;
        return JSON_TAPE_OK;
    }

    int32_t literal(uint8_t kind, uint32_t at, const char *spelling, uint32_t size) {
        add(kind, at);
        // The padding makes it safe to look behind the end; what stands there never counts.
        if (at + size > length || std::memcmp(text + at, spelling, size) != 0
            || (at + size < length && !ends_scalar(text[at + size]))) {
            return fail(JSON_TAPE_BAD_LITERAL, at);
        }
        return JSON_TAPE_OK;
    }

    int32_t number(uint32_t at) {
        json_tape_node &node = add(JSON_TAPE_NUMBER, at);
        uint32_t end = at;
        int32_t code = daybook::read_number(text, length, end, node.number, node.flags);
        if (code != JSON_TAPE_OK) { return fail(code, at); }
        if (end < length && !ends_scalar(text[end])) { return fail(JSON_TAPE_BAD_NUMBER, at); }
        node.length = end - at;
        return JSON_TAPE_OK;
    }

    int32_t string(json_tape_node &node, uint32_t at) {
        node.offset = at + 1;
        uint32_t bad = 0;
        int32_t code = daybook::read_string(text, at + 1, node.length, node.flags, bad);
        return code == JSON_TAPE_OK ? code : fail(code, bad);
    }

    int32_t name(Level &level, json_tape_node &object, uint32_t at) {
        uint32_t index = count;
        json_tape_node &node = add(JSON_TAPE_NAME, at);
        if (int32_t code = string(node, at)) { return code; }
        node.prefix = daybook::prefix_of(text + node.offset, node.length);
        // Most objects are small and most names differ in this hash: only on a match are names compared.
        uint64_t bit = uint64_t(1) << (((node.prefix ^ node.length) * 0x9E3779B97F4A7C15u) >> 58);
        if ((level.seen & bit) != 0 && object.length <= small_object) {
            for (uint32_t other = level.node + 1; other < index; other = nodes[other + 1].next) {
                if (same_name(nodes[other], node)) { return fail(JSON_TAPE_DUPLICATE_NAME, at); }
            }
        }
        level.seen |= bit;
        return JSON_TAPE_OK;
    }

    bool same_name(const json_tape_node &left, const json_tape_node &right) const {
        return left.prefix == right.prefix && left.length == right.length
            && (left.length <= 8
                || std::memcmp(text + left.offset, text + right.offset, left.length) == 0);
    }

    int32_t check_many_names(uint32_t object) {
        auto &names = parser.names;
        names.clear();
        for (uint32_t at = object + 1; at < count; at = nodes[at + 1].next) { names.push_back(at); }
        std::sort(names.begin(), names.end(), [this](uint32_t left, uint32_t right) {
            const json_tape_node &a = nodes[left];
            const json_tape_node &b = nodes[right];
            if (a.prefix != b.prefix) { return a.prefix < b.prefix; }
            if (a.length != b.length) { return a.length < b.length; }
            int order = std::memcmp(text + a.offset, text + b.offset, a.length);
            return order != 0 ? order < 0 : left < right;
        });
        for (size_t at = 1; at < names.size(); at++) {
            if (same_name(nodes[names[at - 1]], nodes[names[at]])) {
                // The tape ends with the second of the two names, so that the problem is its last node.
                uint32_t second = names[at];
                count = second + 1;
                return fail(JSON_TAPE_DUPLICATE_NAME, nodes[second].offset - 1);
            }
        }
        return JSON_TAPE_OK;
    }
};

int32_t reserve(json_tape_parser &parser, uint32_t length) {
    if (parser.implementation != nullptr && length <= parser.capacity) { return JSON_TAPE_OK; }
    uint32_t capacity = std::max<uint32_t>(4096, length + length / 2);
    simdjson::error_code error = parser.implementation == nullptr
        ? simdjson::get_active_implementation()->create_dom_parser_implementation(
            capacity, maximum_depth, parser.implementation)
        : parser.implementation->set_capacity(capacity);
    if (error != simdjson::SUCCESS) {
        parser.capacity = 0;
        return JSON_TAPE_OUT_OF_MEMORY;
    }
    parser.capacity = capacity;
    return JSON_TAPE_OK;
}

json_tape_outcome stage_one_failure(simdjson::error_code error, const uint8_t *text, uint32_t length) {
    int32_t disguised = disguise(text, length);
    if (disguised != JSON_TAPE_OK) { return {disguised, 0, 0}; }
    // A damaged encoding also confuses the search for quotes: it is the cause to name.
    uint32_t invalid = first_invalid_utf8(text, length);
    if (invalid < length) { return {JSON_TAPE_INVALID_UTF8, invalid, 0}; }
    bool control = error == simdjson::UNESCAPED_CHARS;
    if (control || error == simdjson::UNCLOSED_STRING) { return string_problem(text, length, control); }
    return {JSON_TAPE_OUT_OF_MEMORY, 0, 0};
}

}  // namespace

size_t json_tape_padding(void) { return simdjson::SIMDJSON_PADDING; }

json_tape_parser *json_tape_parser_create(void) { return new (std::nothrow) json_tape_parser(); }

void json_tape_parser_destroy(json_tape_parser *parser) { delete parser; }

json_tape_outcome json_tape_parse(
    json_tape_parser *parser, uint8_t *text, uint32_t length, json_tape_node *nodes, uint32_t capacity) {
    try {
        if (length == 0) { return {JSON_TAPE_EMPTY, 0, 0}; }
        // Stage one counts in 32 bits, and its own margins must fit too.
        if (length > (uint32_t(1) << 30)) { return {JSON_TAPE_TOO_LONG, 0, 0}; }
        if (int32_t code = reserve(*parser, length)) { return {code, 0, 0}; }
        simdjson::error_code error =
            parser->implementation->stage1(text, length, simdjson::stage1_mode::regular);
        if (error != simdjson::SUCCESS) { return stage_one_failure(error, text, length); }
        // Every node comes from a token of its own.
        uint32_t needed = parser->implementation->n_structural_indexes;
        if (needed > capacity) { return {JSON_TAPE_MORE_NODES, 0, needed}; }
        return Walk(*parser, text, length, nodes).run();
    } catch (...) {
        return {JSON_TAPE_OUT_OF_MEMORY, 0, 0};
    }
}

json_tape_outcome json_tape_parse_alike(
    json_tape_parser *parser, uint8_t *text, uint32_t length, json_tape_node *nodes, uint32_t capacity,
    json_tape_likeness *likeness) {
    *likeness = {0, false};
    try {
        uint32_t count = 0;
        if (length > 0 && length <= (uint32_t(1) << 30)
            && parser->shapes.read(text, length, nodes, capacity, count, *likeness)) {
            return {JSON_TAPE_OK, 0, count};
        }
        json_tape_outcome outcome = json_tape_parse(parser, text, length, nodes, capacity);
        // A text with escapes, whose bytes are changed by reading it, is not learned.
        if (outcome.code == JSON_TAPE_OK) { parser->shapes.learn(text, length, nodes, outcome.nodes); }
        return outcome;
    } catch (...) {
        return {JSON_TAPE_OUT_OF_MEMORY, 0, 0};
    }
}

bool json_tape_expect_few(json_tape_parser *parser, const uint8_t *name, size_t length) {
    try {
        parser->shapes.expect_few(name, length);
        return true;
    } catch (...) {
        return false;
    }
}

size_t json_number_write(double number, uint8_t *text) { return daybook::write_number(number, text); }

double json_number_rounded(double number, int digits) { return daybook::rounded(number, digits); }
