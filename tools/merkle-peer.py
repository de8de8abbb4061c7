#!/usr/bin/env python3
"""Compares roots and proofs with those of an independent implementation of RFC 6962, PyPI's pymerkle.

Reads JSON Lines from standard input, smallest size first: {"size", "root"}, with "index" and "path" for a proof of
inclusion, with "from" and "path" for one of consistency; hashes in hexadecimal. Leaf i is the number i in
eight bytes, big-endian. Ends with status 1 at the first difference. Tests/MerkleTests runs it.
"""
import json
import sys

from pymerkle import InmemoryTree

import verify


def main():
    tree = InmemoryTree(algorithm="sha256")
    count = 0
    for line in sys.stdin:
        case = json.loads(line)
        size = case["size"]
        while tree.get_size() < size:
            tree.append_entry(tree.get_size().to_bytes(8, "big"))
        root = tree.get_root(size)
        if root.hex() != case["root"]:
            sys.exit(f"the root of {size} leaves is {root.hex()}, not {case['root']}")
        path = [bytes.fromhex(one) for one in case.get("path", [])]
        if "index" in case:
            index = case["index"]
            # Theirs begins with the leaf's own hash, and counts leaves from one.
            if tree.prove_inclusion(index + 1, size).path[1:] != path:
                sys.exit(f"the proof of leaf {index} of {size} is another one")
            leaf = verify.leaf_hash(index.to_bytes(8, "big"))
            verify.check_inclusion(leaf, index, size, path, root)
        if "from" in case:
            first = case["from"]
            earlier = tree.get_root(first)
            # Theirs are of another form: ours is verified against their roots.
            verify.check_consistency(first, size, path, earlier, root)
        count += 1
    print(count)


if __name__ == "__main__":
    main()
