#!/usr/bin/env python3
"""Checks what a Daybook ledger proved, without Daybook: one file, nothing but Python's standard library.

    verify.py proof FILE… --key KEY [--witness KEY]     tlog-proofs, bundles in JSON, checkpoints
    verify.py lines FILE --checkpoint FILE --key KEY    a sealed export (daybook export --sealed)
    verify.py tiles FOLDER --key KEY [--from FILE]      a static log (daybook export --tiles)

Ends with status 0 where all holds, 2 where something does not, and says what. Keys are those that `daybook
checkpoint --public-key` prints; get them from somebody you trust, not from where the proof came from.

Written from RFC 6962 and RFC 9162 (trees and proofs), RFC 8032 (Ed25519) and the C2SP pages signed-note,
tlog-checkpoint, tlog-cosignature, tlog-proof and tlog-tiles, and not from Daybook's own code.
"""
import argparse
import base64
import binascii
import hashlib
import json
import os
import sys


class Invalid(Exception):
    """Something does not hold."""


# Ed25519: RFC 8032, section 5.1. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def double(p):
    a, b = p[0] * p[0] % P, p[1] * p[1] % P
    c, h = 2 * p[2] * p[2] % P, a + b
    e, g = h - (p[0] + p[1]) ** 2 % P, a - b
    f = c + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, p):
    result = (0, 1, 1, 0)
    for bit in bin(number)[2:]:
        result = double(result)
        if bit == "1":
            result = add(result, p)
    return result


def decompress(encoded):
    number = int.from_bytes(encoded, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def compress(p):
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, message, signature):
    """Whether an Ed25519 signature of 64 bytes is of this key over this message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    point, scalar = decompress(key), int.from_bytes(signature[32:], "little")
    if point is None or scalar >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus = (P - point[0], point[1], 1, P - point[3])
    return compress(add(times(scalar, BASE), times(k, minus))) == signature[:32]


# Trees: RFC 6962, section 2.1; the verification of proofs is that of RFC 9162, sections 2.1.3.2 and 2.1.4.2.


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The tree over leaves that come one after the other: the roots of its full subtrees, largest first."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def append(self, leaf):
        self.peaks.append(leaf)
        self.size += 1
        rest = self.size
        while rest & 1 == 0:
            right = self.peaks.pop()
            self.peaks[-1] = node_hash(self.peaks[-1], right)
            rest >>= 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def check_inclusion(leaf, index, size, path, root):
    if index >= size:
        raise Invalid(f"leaf {index} cannot be in a tree of {size}")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise Invalid("the inclusion proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn & 1 == 0 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise Invalid("the inclusion proof is too short")
    if r != root:
        raise Invalid("the inclusion proof leads to another root")


def check_consistency(first, second, path, first_root, second_root):
    if not 0 < first <= second:
        raise Invalid(f"no proof leads from {first} leaves to {second}")
    if first == second:
        if path or first_root != second_root:
            raise Invalid("two roots of one size differ")
        return
    path = list(path)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        raise Invalid("the consistency proof is empty")
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise Invalid("the consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn & 1 == 0 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise Invalid("the consistency proof is too short")
    if fr != first_root:
        raise Invalid("the consistency proof does not lead to the earlier root")
    if sr != second_root:
        raise Invalid("the consistency proof does not lead to the later root")


# Texts.


def unbase64(text):
    """The bytes of base64 in its one spelling."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise Invalid(f"'{text[:60]}' is not base64") from None
    if base64.b64encode(found).decode() != text:
        raise Invalid(f"'{text[:60]}' is base64 in another spelling")
    return found


def hash_of(text):
    if not isinstance(text, str):
        raise Invalid("a hash is not text")
    found = unbase64(text)
    if len(found) != 32:
        raise Invalid("a hash is not 32 bytes long")
    return found


def decimal(text):
    if not (text.isascii() and text.isdigit()) or (text != "0" and text[0] == "0") or int(text) >= 1 << 64:
        raise Invalid(f"'{text[:60]}' is no number in decimal digits")
    return int(text)


class Key:
    """A verifier key of a signed note: name, plus, hex id, plus, base64 of type and key."""

    def __init__(self, text):
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise SystemExit(f"'{text}' is no public key: name+id+base64 is expected")
        blob = unbase64(parts[2])
        self.name, self.type, self.bytes = parts[0], blob[:1], blob[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + blob).digest()[:4]
        if self.type not in (b"\x01", b"\x04") or len(self.bytes) != 32 or self.id.hex() != parts[1]:
            raise SystemExit(f"'{text}' is no Ed25519 key, or was changed")

    def signed(self, text, signature):
        if self.type == b"\x01":
            return is_signed(self.bytes, text, signature)
        seconds = int.from_bytes(signature[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % seconds + text
        return len(signature) == 72 and seconds < 1 << 63 and is_signed(self.bytes, message, signature[8:])


class Note:
    """A signed note: its text, and the lines of its signatures."""

    def __init__(self, text):
        if not isinstance(text, str) or any(ord(c) < 32 and c != "\n" for c in text):
            raise Invalid("a note is text without control characters")
        gap = text.rfind("\n\n")
        if gap < 0 or not text.endswith("\n") or gap + 2 >= len(text):
            raise Invalid("a note is text, an empty line, and signatures")
        self.text = text[:gap + 1]
        self.signatures = []
        for line in text[gap + 2:-1].split("\n"):
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "\u2014" or not parts[1]:
                raise Invalid("a signature line is: dash, name, base64")
            blob = unbase64(parts[2])
            if len(blob) <= 4:
                raise Invalid("a signature is too short")
            self.signatures.append((parts[1], blob[:4], blob[4:]))

    def check(self, key):
        """Whether the key signed it; a signature that does not fit is worse than none."""
        own = [s for name, key_id, s in self.signatures if name == key.name and key_id == key.id]
        if len(own) > 1:
            raise Invalid(f"{key.name} signed it more than once")
        for signature in own:
            if not key.signed(self.text.encode(), signature):
                raise Invalid(f"the signature by {key.name} does not fit the text")
        return bool(own)


class Checkpoint:
    def __init__(self, text):
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1]:
            raise Invalid("a checkpoint has three lines at least")
        self.origin, self.size, self.root = lines[0], decimal(lines[1]), hash_of(lines[2])
        self.text = text


class Trust:
    """The keys that are believed in."""

    def __init__(self, keys, witnesses=()):
        self.keys = [Key(key) for key in keys]
        self.witnesses = [Key(key) for key in witnesses]
        if not self.keys or any(key.type != b"\x01" for key in self.keys):
            raise SystemExit("a ledger's public key is needed")

    def check(self, note, origin):
        if not any([key.name == origin and note.check(key) for key in self.keys]):
            raise Invalid(f"no key that was given signed for {origin}")

    def checkpoint(self, note, witnessed=True):
        checkpoint = Checkpoint(note.text)
        self.check(note, checkpoint.origin)
        for witness in self.witnesses if witnessed else ():
            if not note.check(witness):
                raise Invalid(f"the witness {witness.name} did not sign")
        return checkpoint


# Forms of proofs.


def members(value, names):
    if not isinstance(value, dict) or set(value) != set(names):
        raise Invalid(f"expected exactly the members {', '.join(names)}")
    return [value[name] for name in names]


def parse(text):
    """JSON without duplicate names."""

    def unique(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise Invalid("a name stands twice in an object")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"not JSON: {error}") from None


def hashes(value):
    if not isinstance(value, list):
        raise Invalid("a proof is a list of hashes")
    return [hash_of(element) for element in value]


def whole(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value) or value < 0:
        raise Invalid("expected a whole number")
    return int(value)


def encoded(text):
    if not isinstance(text, str):
        raise Invalid("a line or row is text")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Invalid("a line or row is not Unicode text") from None


def entry(value, checkpoint):
    """The position and bytes of an event that is proved to be in the tree."""
    position, line, proof = members(value, ["position", "line", "proof"])
    line = encoded(line)
    check_inclusion(leaf_hash(line), whole(position), checkpoint.size, hashes(proof), checkpoint.root)
    return whole(position), line


def check_tlog_proof(text, trust, line):
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Invalid("not a tlog-proof of version 1")
    if lines and lines[0].startswith("extra "):
        extra = unbase64(lines.pop(0)[6:])
        if line is not None and line != extra:
            raise Invalid("the line is another one than the proof's")
        line = extra
    if line is None:
        raise Invalid("the proof does not bring the event: name the file of its sealed line with --line")
    if not lines or not lines[0].startswith("index "):
        raise Invalid("the proof names no index")
    index = decimal(lines.pop(0)[6:])
    path = [hash_of(one) for one in lines]
    checkpoint = trust.checkpoint(Note(note))
    check_inclusion(leaf_hash(line), index, checkpoint.size, path, checkpoint.root)
    return f"event @{index} of {checkpoint.size} of {checkpoint.origin}"


def check_consistency_bundle(bundle, trust):
    _, earlier, later, proof = members(bundle, ["format", "earlier", "later", "proof"])
    first, second = trust.checkpoint(Note(earlier), witnessed=False), trust.checkpoint(Note(later))
    if first.origin != second.origin:
        raise Invalid("the checkpoints are of two ledgers")
    check_consistency(first.size, second.size, hashes(proof), first.root, second.root)
    return f"{second.size} events of {second.origin} continue {first.size}"


def check_customer_bundle(bundle, trust):
    _, note, stated, events = members(bundle, ["format", "checkpoint", "statement", "events"])
    checkpoint = trust.checkpoint(Note(note))
    statement = Note(stated)
    trust.check(statement, checkpoint.origin)
    lines = statement.text.split("\n")
    if lines.pop(0) != "daybook/customer-events@v1" or lines.pop() != "" or len(lines) < 6:
        raise Invalid("the statement is not one about a customer's events")
    if lines[:3] != checkpoint.text.split("\n")[:3]:
        raise Invalid("the statement is about another checkpoint")
    customers = [parse(line) for line in lines[5:]]
    if not isinstance(events, list):
        raise Invalid("events are a list")
    tree, last = Tree(), -1
    for value in events:
        position, line = entry(value, checkpoint)
        if position <= last:
            raise Invalid("the events are out of order")
        last = position
        event = parse(line)
        if not isinstance(event, dict) or event.get("subject") not in customers:
            raise Invalid(f"the event @{position} is another customer's")
        tree.append(leaf_hash(line))
    if decimal(lines[3]) != tree.size or hash_of(lines[4]) != tree.root():
        raise Invalid("these are not the events that the ledger stated to be all")
    return f"all {tree.size} events of customer {customers[0]} of {checkpoint.origin}, up to {checkpoint.size}"


def check_row_bundle(bundle, trust):
    names = ["format", "checkpoint", "attestation", "row", "index", "proof"]
    _, note, attestation, row, index, proof = members(bundle, names)
    checkpoint = trust.checkpoint(Note(note))
    position, line = entry(attestation, checkpoint)
    event = parse(line)
    if event.get("type") != "view.attested" or event.get("source") != "daybook:":
        raise Invalid("the event attests no views")
    data = event["data"]
    row = encoded(row)
    check_inclusion(
        leaf_hash(row), whole(index), whole(data.get("rows")), hashes(proof), hash_of(data.get("root")))
    value = parse(row)
    return f"{value['view']} of customer {value['customer']}, attested at @{position} of {checkpoint.origin}"


BUNDLES = {
    "daybook/consistency-proof@v1": check_consistency_bundle,
    "daybook/customer-proof@v1": check_customer_bundle,
    "daybook/row-proof@v1": check_row_bundle,
}


def check_proof(data, trust, line=None):
    """Checks a proof of any form; what it proves, in words."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("not UTF-8 text") from None
    if text.startswith("c2sp.org/tlog-proof@"):
        return check_tlog_proof(text, trust, line)
    if not text.startswith("{"):
        checkpoint = trust.checkpoint(Note(text))
        return f"{checkpoint.size} events of {checkpoint.origin}"
    bundle = parse(text)
    form = bundle.get("format") if isinstance(bundle, dict) else None
    if not isinstance(form, str) or form not in BUNDLES:
        raise Invalid("the bundle is of no known format")
    return BUNDLES[form](bundle, trust)


# Whole logs.


def check_lines(path, checkpoint):
    tree = Tree()
    with open(path, "rb") as file:
        for line in file:
            if tree.size == checkpoint.size:
                break
            tree.append(leaf_hash(line.removesuffix(b"\n")))
    if tree.size < checkpoint.size:
        raise Invalid(f"the export has {tree.size} lines, the checkpoint states {checkpoint.size}: the tail was cut")
    if tree.root() != checkpoint.root:
        raise Invalid("the lines have another root than the checkpoint: one was changed, moved, added or left out")
    return f"{tree.size} lines of {checkpoint.origin}"


def tile_path(folder, kind, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return os.path.join(folder, "tile", str(kind), *groups) + ("" if width == 256 else f".p/{width}")


def read_tile(folder, kind, index, width):
    # A partial tile may be gone once the full one is there.
    for path, whole_tile in ((tile_path(folder, kind, index, width), False), (tile_path(folder, kind, index, 256), True)):
        if os.path.exists(path):
            with open(path, "rb") as file:
                return file.read(), whole_tile and width < 256
    raise Invalid(f"{tile_path(folder, kind, index, width)} is not there")


def bundle_entries(data, width, name, may_be_longer):
    entries, offset = [], 0
    while offset < len(data) and len(entries) < width:
        length = int.from_bytes(data[offset:offset + 2], "big")
        found = data[offset + 2:offset + 2 + length]
        if offset + 2 > len(data) or len(found) != length:
            raise Invalid(f"{name} breaks off")
        entries.append(found)
        offset += 2 + length
    if len(entries) != width or (offset != len(data) and not may_be_longer):
        raise Invalid(f"{name} does not hold {width} entries")
    return entries


def check_tiles(folder, trust, earlier=None):
    with open(os.path.join(folder, "checkpoint"), "rb") as file:
        checkpoint = trust.checkpoint(Note(file.read().decode("utf-8", "replace")))
    size, kind, level = checkpoint.size, "entries", []
    roots = {earlier.size: None} if earlier else {}
    tree = Tree()
    for first in range(0, size, 256):
        width = min(256, size - first)
        data, longer = read_tile(folder, "entries", first // 256, width)
        found = [leaf_hash(e) for e in bundle_entries(data, width, f"entries {first // 256}", longer)]
        stored, _ = read_tile(folder, 0, first // 256, width)
        for place, leaf in enumerate(found):
            if stored[32 * place:32 * place + 32] != leaf:
                raise Invalid(f"event @{first + place} is not the one that its tile was made of")
            tree.append(leaf)
            if tree.size in roots:
                roots[tree.size] = tree.root()
        if width == 256:
            part = Tree()
            for leaf in found:
                part.append(leaf)
            level.append(part.root())
    kind = 1
    while level:
        above = []
        for first in range(0, len(level), 256):
            found = level[first:first + 256]
            stored, _ = read_tile(folder, kind, first // 256, len(found))
            if stored[:32 * len(found)] != b"".join(found):
                raise Invalid(f"tile {kind}/{first // 256} is not the one over the tiles below it")
            if len(found) == 256:
                part = Tree()
                for one in found:
                    part.append(one)
                above.append(part.root())
        level, kind = above, kind + 1
    if tree.root() != checkpoint.root:
        raise Invalid("the entries have another root than the checkpoint")
    if earlier:
        if earlier.origin != checkpoint.origin:
            raise Invalid(f"the earlier checkpoint is of {earlier.origin}")
        if earlier.size > size:
            raise Invalid(f"rolled back: {size} entries, but {earlier.size} were signed for before")
        if earlier.size and roots[earlier.size] != earlier.root:
            raise Invalid(f"forked: the first {earlier.size} entries are not those that were signed for before")
    return f"{size} entries of {checkpoint.origin}"


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}") from None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="\n".join(__doc__.splitlines()[2:]),
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("proof", "lines", "tiles"):
        command = commands.add_parser(name)
        command.add_argument("paths", nargs="+" if name == "proof" else 1)
        command.add_argument("--key", action="append", required=True)
        command.add_argument("--witness", action="append", default=[])
        if name == "proof":
            command.add_argument("--line", help="the sealed line, where a tlog-proof does not bring it")
        if name == "lines":
            command.add_argument("--checkpoint", required=True)
        if name == "tiles":
            command.add_argument("--from", dest="earlier", help="an earlier checkpoint, kept outside")
    options = parser.parse_args()
    failed = False
    for path in options.paths:
        try:
            trust = Trust(options.key, options.witness)
            if options.command == "proof":
                line = read(options.line).removesuffix(b"\n") if options.line else None
                done = check_proof(read(path), trust, line)
            elif options.command == "lines":
                note = Note(read(options.checkpoint).decode("utf-8", "replace"))
                done = check_lines(path, trust.checkpoint(note))
            else:
                earlier = None
                if options.earlier:
                    note = Note(read(options.earlier).decode("utf-8", "replace"))
                    earlier = trust.checkpoint(note, witnessed=False)
                done = check_tiles(path, trust, earlier)
            print(f"{path}: holds: {done}")
        except Invalid as reason:
            failed = True
            print(f"{path}: DOES NOT HOLD: {reason}")
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
