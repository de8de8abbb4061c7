import Importing

extension HelpTopic {
    static let timePage = """
        TIME HAS TWO AXES

        Every question is about a point on both. Both are now unless said otherwise.

          --effective-at E   what had happened by E, and the moment at which risk, recency
                             and stages are judged. A time or a date.
          --known-at K       what had been recorded by K. A time, a date, or @N: exactly
                             the first N events of the log.

        A time is RFC 3339 with an offset: 2017-06-30T18:00:00+08:00, 2017-06-30T10:00:00Z.
        A date is the end of that local day in the ledger's zone, so 2017-06-30 includes the 30th.

          daybook report value --effective-at 2017-06-30
              the end of June, with all that is known today: late events and corrections included
          daybook report value --effective-at 2017-06-30 --known-at 2017-06-30
              what would have been said on that evening
          daybook customer alice --known-at @1200
              what the first 1,200 events say; the answer stays the same for ever

        Corrections, voids, merges and splits are corrections of knowledge: once known, they hold
        for every effective time.

        --await N waits until the ledger holds N events, so that one reads what one wrote.
        Every report carries a token: the same token gives the same bytes, next year too.

        Spans of days are written 180d, 26w or 12m.
        """

    static let formatsPage = """
        FORMATS

          --format table   for people: fits the terminal; nothing is cut where output is piped
          --format json    one JSON value, indented (--json for short)
          --format jsonl   one JSON value a line
          --format csv     RFC 4180; nested members are columns with dotted names: churn.risk

        All four hold the same values, except that tables show a choice of columns.

        Money is {"amount": "12.34", "currency": "GBP"}: a decimal string, never a float.
        Shares and probabilities are fractions; NPS is in points from -100 to 100.
        null is unknown, 0 is a count of nothing. Days are local dates, moments are UTC.
        Numbers have at most 12 significant digits. Members keep their order.

        Colour and progress bars are for terminals only; NO_COLOR=1 turns colour off.
        """

    static let filtersPage = """
        FILTERS

        daybook customers --where EXPR, with the fields that `daybook customers --format csv` names:

          value.tier = "A"                          equal; != for not equal
          churn.risk >= 0.5                         < <= > >= for numbers, amounts and dates
          lifecycle.stage in ("dormant", "churned")
          value.tier = "A" and not (churn.band = "low" or churn.band = null)

          daybook customers --where 'value.tier = "A" and churn.risk > 0.5' --sort -churn.risk --limit 20

        --sort takes a field; a minus before it sorts downwards. What is unknown comes last.

        daybook trail and daybook export take --customer, --type (complaint.* for all that begin so),
        --from and --to (when it happened), --recorded-from and --recorded-to (when it was recorded),
        --actor, --channel, --source, --correlation, --causation, --text and --where. All that are given
        must hold.

          daybook trail --type 'complaint.*' --from 2026-01-01 --newest-first --limit 20
          daybook trail --where 'data.total > 100 and data.currency = "EUR"'
          daybook trail --text "broken pump" --sealed      personal values are neither opened nor searched

        In --where, what an event says of itself begins with data.; the others are type, customer, source,
        id, actor, channel, correlation and causation. Where a page ends, --after POSITION goes on: later
        events never move what was on it. daybook trail --access says who looked at personal data, as far as
        the policy has it written down (access.record).
        """

    static let mappingPage =
        Mapping.language + """


            Try it first:          daybook import FILE --mapping M.yaml --dry-run
            Set bad lines aside:   daybook import FILE --mapping M.yaml --rejects rejects.jsonl
            More examples are in tools/mappings.
            """
}
