extension HelpTopic {
    static let proofsPage = """
        PROOFS

        Every event is a leaf of one Merkle tree (RFC 6962): SHA-256 of a zero byte and its sealed line, as
        `daybook export --sealed` prints it. A checkpoint states how many leaves there are and the root over
        them, signed with the ledger's Ed25519 key (C2SP signed-note, tlog-checkpoint).

          daybook checkpoint --public-key             the key that everything is checked with
          daybook checkpoint                          give this to somebody else to keep
          daybook prove inclusion ID                  this event is in the ledger (C2SP tlog-proof)
          daybook prove consistency --from FILE       nothing before an earlier checkpoint was changed
          daybook prove customer ID                   all events of a customer, and that these are all
          daybook prove row CUSTOMER VIEW             what the ledger stood by (after daybook attest)
          daybook check-proof FILE --key KEY          without the ledger; tools/verify.py does the same

        A proof holds or it does not: exit status 0, or 2 with the reason. The key must come from somebody
        you trust by another way than the proof. A ledger that took new keys has several: give --key for each.

        Bundles in JSON have exactly these members; hashes are base64 of 32 bytes, lines are text:

          daybook/consistency-proof@v1   format, earlier, later (signed notes), proof (hashes)
          daybook/customer-proof@v1      format, checkpoint, statement (signed notes),
                                         events: [{position, line, proof}]
          daybook/row-proof@v1           format, checkpoint, attestation {position, line, proof},
                                         row, index, proof

        The statement is a note: daybook/customer-events@v1, the checkpoint's three lines, the number of
        events, the Merkle root over their lines, and the customer's ids as JSON strings, the one that goes on
        first, then those that were merged into it.
        A row is the canonical JSON of {customer, row, view}; rows are leaves of a tree of their own, sorted by
        customer, then in the order of the views; a view.attested event holds its root. Where a row would say
        what events hold beyond figures (names, birthdays, ids of complaints), an attested row says null: it can
        be computed again without any key, also after a customer was erased.

        A witness signs a checkpoint too (C2SP tlog-cosignature, or a plain note signature):

          daybook checkpoint --add cosigned.txt --witness-key KEY
          daybook check-proof FILE --key KEY --witness KEY
        """
}
