#ifndef DAYBOOK_SHAPES_H
#define DAYBOOK_SHAPES_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "CSimdJSON.h"
#include "Numbers.h"

namespace daybook {

// The shapes of texts that were read: what stands between their strings and numbers. A text of a known shape is
// read by comparing those bytes and finding the ends of what is between, which takes a fraction of the time and
// gives the same tape: whatever the walk over tokens checks but for the strings and numbers themselves it has
// checked in the text that the shape was learned from, byte for byte.
//
// The pieces of all shapes form a tree: texts that begin alike share its branches. Texts with escapes are left to
// the walk. A string of which few are expected is part of a piece, until there are more than may follow one another:
// then the tree is begun anew without such strings.
class Shapes {
public:
    // From now on, a string that the member of this name of the root has is part of the shape.
    void expect_few(const uint8_t *name, size_t length) {
        few.emplace_back(reinterpret_cast<const char *>(name), length);
    }

    // Reads a text if its shape is known; `capacity` nodes have room. Behind the text are bytes to read.
    bool read(
        const uint8_t *text, uint32_t length, json_tape_node *nodes, uint32_t capacity, uint32_t &count,
        json_tape_likeness &likeness) {
        uint32_t at = 0;
        uint32_t *list = &first;
        count = 0;
        bool canonical = true;
        for (;;) {
            const Piece *piece = take(*list, text, length, at);
            if (piece == nullptr || count + piece->node_count > capacity) { return false; }
            for (uint32_t index = 0; index < piece->node_count; index++) {
                nodes[count] = templates[piece->nodes + index];
                nodes[count++].offset += at;
            }
            at += piece->size;
            if (piece->end == End::text) {
                for (uint32_t index = 0; index < piece->container_count; index++) {
                    const Container &container = containers[piece->containers + index];
                    nodes[container.node].next = container.next;
                    nodes[container.node].length = container.length;
                }
                likeness = {uint32_t(piece - pieces.data()) + 1, canonical && piece->canonical};
                return true;
            }
            json_tape_node &value = nodes[count - 1];
            value.offset = at;
            if (piece->end == End::string) {
                if (!end_of_string(text, length, at, value.flags)) { return false; }
            } else {
                uint32_t end = at;
                if (read_number(text, length, end, value.number, value.flags) != JSON_TAPE_OK) { return false; }
                canonical = canonical && (value.flags & JSON_TAPE_CANONICAL) != 0;
                at = end;
            }
            value.length = at - value.offset;
            list = &pieces[uint32_t(piece - pieces.data())].follower;
        }
    }

    // Remembers the shape of a text that was read.
    void learn(const uint8_t *text, uint32_t length, const json_tape_node *nodes, uint32_t count) {
        if (pieces.size() + count > most_pieces || bytes.size() + length > most_bytes) { return; }
        for (uint32_t index = 0; index < count; index++) {
            if ((nodes[index].flags & JSON_TAPE_ESCAPED) != 0) { return; }
        }
        uint32_t parent = none;
        uint32_t at = 0;
        uint32_t begin = 0;
        for (uint32_t index = 0; index < count; index++) {
            const json_tape_node &node = nodes[index];
            if (node.kind != JSON_TAPE_STRING && node.kind != JSON_TAPE_NUMBER) { continue; }
            if (name_of_few(text, nodes, index) != few.end()) { continue; }
            End end = node.kind == JSON_TAPE_STRING ? End::string : End::number;
            parent = find_or_add(parent, text, at, node.offset, nodes, begin, index + 1, end);
            if (parent == none) { return; }
            at = node.offset + node.length;
            begin = index + 1;
        }
        uint32_t last = find_or_add(parent, text, at, length, nodes, begin, count, End::text);
        if (last == none || pieces[last].container_count > 0) { return; }
        pieces[last].containers = uint32_t(containers.size());
        for (uint32_t index = 0; index < count; index++) {
            if (nodes[index].kind != JSON_TAPE_OBJECT && nodes[index].kind != JSON_TAPE_ARRAY) { continue; }
            containers.push_back({index, nodes[index].next, nodes[index].length});
            pieces[last].container_count++;
        }
        pieces[last].canonical = is_canonical(text, length, nodes, count);
    }

private:
    enum class End : uint8_t { text, string, number };

    static constexpr uint32_t none = UINT32_MAX;
    static constexpr size_t most_pieces = 1 << 14;
    static constexpr size_t most_bytes = 1 << 20;
    // So many may follow one piece. More are not learned: to try them would take longer than to read the text.
    static constexpr uint32_t most_siblings = 48;
    // And so many where they differ in strings of which few were expected.
    static constexpr uint32_t most_few = 32;

    // Bytes that all texts of a shape have at one place, up to a string, a number or the end of the text.
    struct Piece {
        uint32_t bytes;
        uint32_t size;
        // The nodes that begin in it, and that of the value behind it.
        uint32_t nodes;
        uint32_t node_count;
        // At the end of the text: what its arrays and objects are.
        uint32_t containers = 0;
        uint32_t container_count = 0;
        // The first of the pieces that may come behind the value, and the next of those that may stand here.
        uint32_t follower = none;
        uint32_t sibling = none;
        End end;
        bool canonical = false;
    };

    struct Container {
        uint32_t node;
        uint32_t next;
        uint32_t length;
    };

    std::vector<Piece> pieces;
    std::vector<uint8_t> bytes;
    std::vector<json_tape_node> templates;
    std::vector<Container> containers;
    uint32_t first = none;
    // The names of members of the root whose strings belong to the shape.
    std::vector<std::string> few;

    // The name among them that the node before a string is, or their end.
    std::vector<std::string>::iterator name_of_few(
        const uint8_t *text, const json_tape_node *nodes, uint32_t index) {
        if (nodes[index].kind != JSON_TAPE_STRING || nodes[index].level != 1
            || nodes[index - 1].kind != JSON_TAPE_NAME) {
            return few.end();
        }
        const json_tape_node &name = nodes[index - 1];
        return std::find_if(few.begin(), few.end(), [&](const std::string &one) {
            return one.size() == name.length && std::memcmp(one.data(), text + name.offset, name.length) == 0;
        });
    }

    // Whether there are strings that belong to the shape among some nodes.
    bool has_few(const uint8_t *text, const json_tape_node *nodes, uint32_t begin, uint32_t end) {
        for (uint32_t index = begin; index < end; index++) {
            if (name_of_few(text, nodes, index) != few.end()) { return true; }
        }
        return false;
    }

    // Reads strings like those among some nodes as any others from now on. What was learned is not looked at
    // again, so that each text still has one way through the tree.
    void expect_many(const uint8_t *text, const json_tape_node *nodes, uint32_t begin, uint32_t end) {
        for (uint32_t index = begin; index < end; index++) {
            auto name = name_of_few(text, nodes, index);
            if (name != few.end()) { few.erase(name); }
        }
        first = none;
    }

    static bool is_ordinary(const uint8_t *text, uint32_t length) {
        return std::all_of(text, text + length, [](uint8_t byte) { return byte >= 0x20 && byte < 0x7F; });
    }

    // Compares short texts, without the call that memcmp is.
    static bool is_same(const uint8_t *left, const uint8_t *right, uint32_t size) {
        auto word = [](const uint8_t *bytes) {
            uint64_t word;
            std::memcpy(&word, bytes, 8);
            return word;
        };
        if (size < 8) {
            for (uint32_t at = 0; at < size; at++) {
                if (left[at] != right[at]) { return false; }
            }
            return true;
        }
        for (uint32_t at = 0; at + 8 < size; at += 8) {
            if (word(left + at) != word(right + at)) { return false; }
        }
        return word(left + size - 8) == word(right + size - 8);
    }

    bool stands(const Piece &piece, const uint8_t *text, uint32_t length, uint32_t at) const {
        if (piece.size > length - at || !is_same(text + at, bytes.data() + piece.bytes, piece.size)) {
            return false;
        }
        uint32_t behind = at + piece.size;
        switch (piece.end) {
        case End::text: return behind == length;
        case End::string: return true;
        case End::number: return behind < length && (text[behind] == '-' || is_digit(text[behind]));
        }
        return false;
    }

    // The piece of a list that stands at a place of the text, which is moved to the beginning of the list: the
    // next text is likely to have it too.
    const Piece *take(uint32_t &list, const uint8_t *text, uint32_t length, uint32_t at) {
        uint32_t *link = &list;
        while (*link != none) {
            uint32_t number = *link;
            Piece &piece = pieces[number];
            if (stands(piece, text, length, at)) {
                if (link != &list) {
                    *link = piece.sibling;
                    piece.sibling = list;
                    list = number;
                }
                return &piece;
            }
            link = &piece.sibling;
        }
        return nullptr;
    }

    // Moves to the quote that ends a string without escapes. Other letters than those of ASCII are checked to be
    // UTF-8, and the flag is taken away that there are none.
    static bool end_of_string(const uint8_t *text, uint32_t length, uint32_t &at, uint8_t &flags) {
        uint32_t begin = at;
        bool ordinary = true;
        bool ascii = true;
        if (!find_quote(text, length, at, ordinary, ascii)) { return false; }
        if (!ordinary) { flags &= uint8_t(~JSON_TAPE_ORDINARY); }
        return ascii || simdjson::validate_utf8(reinterpret_cast<const char *>(text + begin), at - begin);
    }

    static bool find_quote(
        const uint8_t *text, uint32_t length, uint32_t &at, bool &ordinary, bool &ascii) {
#if defined(__SSE2__)
        const __m128i quote = _mm_set1_epi8('"');
        const __m128i backslash = _mm_set1_epi8('\\');
        const __m128i control = _mm_set1_epi8(0x1F);
        const __m128i last = _mm_set1_epi8(0x7F);
        for (; at < length; at += 16) {
            __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i *>(text + at));
            __m128i refused = _mm_or_si128(
                _mm_cmpeq_epi8(_mm_min_epu8(piece, control), piece), _mm_cmpeq_epi8(piece, backslash));
            uint32_t quotes = uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(piece, quote)));
            uint32_t bad = uint32_t(_mm_movemask_epi8(refused));
            uint32_t high = uint32_t(_mm_movemask_epi8(piece));
            uint32_t deleted = uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(piece, last)));
            uint32_t end = quotes == 0 ? 16 : uint32_t(__builtin_ctz(quotes));
            uint32_t own = (1u << end) - 1;
            if ((bad & own) != 0) { return false; }
            ascii = ascii && (high & own) == 0;
            ordinary = ordinary && ((high | deleted) & own) == 0;
            if (quotes != 0) {
                at += end;
                return at < length;
            }
        }
        return false;
#else
        for (; at < length; at++) {
            uint8_t byte = text[at];
            if (byte == '"') { return true; }
            if (byte < 0x20 || byte == '\\') { return false; }
            ascii = ascii && byte < 0x80;
            ordinary = ordinary && byte < 0x7F;
        }
        return false;
#endif
    }

    // The number of the piece behind another one (or the first), which is added where there is none.
    uint32_t find_or_add(
        uint32_t parent, const uint8_t *text, uint32_t begin, uint32_t end, const json_tape_node *nodes,
        uint32_t first_node, uint32_t end_node, End kind) {
        uint32_t head = parent == none ? first : pieces[parent].follower;
        uint32_t siblings = 0;
        for (uint32_t number = head; number != none; number = pieces[number].sibling) {
            const Piece &piece = pieces[number];
            if (piece.end == kind && piece.size == end - begin
                && std::memcmp(text + begin, bytes.data() + piece.bytes, piece.size) == 0) {
                return number;
            }
            siblings++;
        }
        bool with_few = has_few(text, nodes, first_node, end_node);
        if (with_few && siblings >= most_few) { expect_many(text, nodes, first_node, end_node); }
        if (siblings >= (with_few ? most_few : most_siblings)) { return none; }
        Piece piece{};
        piece.bytes = uint32_t(bytes.size());
        piece.size = end - begin;
        piece.nodes = uint32_t(templates.size());
        piece.node_count = end_node - first_node;
        piece.sibling = head;
        piece.end = kind;
        bytes.insert(bytes.end(), text + begin, text + end);
        for (uint32_t index = first_node; index < end_node; index++) {
            json_tape_node node = nodes[index];
            node.offset -= begin;
            if (node.kind == JSON_TAPE_STRING) {
                bool of_shape = kind == End::text || index + 1 < end_node;
                bool ordinary = !of_shape || is_ordinary(text + nodes[index].offset, node.length);
                node.flags = uint8_t((of_shape ? JSON_TAPE_OF_SHAPE : 0) | (ordinary ? JSON_TAPE_ORDINARY : 0));
            }
            if (node.kind == JSON_TAPE_NUMBER) { node.flags = 0; }
            templates.push_back(node);
        }
        uint32_t number = uint32_t(pieces.size());
        pieces.push_back(piece);
        (parent == none ? first : pieces[parent].follower) = number;
        return number;
    }

    // Whether a text without escapes is as RFC 8785 has it, but for its numbers: no white space, and members in
    // order. Names of other letters than those of ASCII are left to others.
    static bool is_canonical(
        const uint8_t *text, uint32_t length, const json_tape_node *nodes, uint32_t count) {
        uint64_t size = 0;
        for (uint32_t index = 0; index < count; index++) {
            const json_tape_node &node = nodes[index];
            switch (node.kind) {
            case JSON_TAPE_NULL: case JSON_TAPE_TRUE: size += 4; break;
            case JSON_TAPE_FALSE: size += 5; break;
            case JSON_TAPE_NUMBER: size += node.length; break;
            case JSON_TAPE_STRING: size += node.length + 2; break;
            case JSON_TAPE_NAME: size += node.length + 3; break;
            default: size += 2 + (node.length > 0 ? node.length - 1 : 0); break;
            }
            if (node.kind == JSON_TAPE_OBJECT && !is_sorted(text, nodes, index)) { return false; }
        }
        return size == length;
    }

    static bool is_sorted(const uint8_t *text, const json_tape_node *nodes, uint32_t object) {
        uint32_t before = none;
        for (uint32_t name = object + 1; name < nodes[object].next; name = nodes[name + 1].next) {
            const uint8_t *letters = text + nodes[name].offset;
            uint32_t size = nodes[name].length;
            for (uint32_t index = 0; index < size; index++) {
                if (letters[index] >= 0x80) { return false; }
            }
            if (before != none) {
                uint32_t other = nodes[before].length;
                int order = std::memcmp(text + nodes[before].offset, letters, other < size ? other : size);
                if (order > 0 || (order == 0 && other >= size)) { return false; }
            }
            before = name;
        }
        return true;
    }
};

}  // namespace daybook

#endif
