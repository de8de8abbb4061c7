extension Mapping {
    /// The mapping language, for people: what `daybook help mapping` prints.
    ///
    /// Every example in it is a whole mapping that the tests read.
    public static let language = """
        A MAPPING says how another system's records (JSON Lines, a JSON array, CSV) become events. It is YAML:

            mapping: 1                        # version of this language; required
            summary: Orders of the old shop   # for people
            zone: Europe/Berlin               # of times without an offset
            currency: EUR                     # where a record names none
            defaults:                         # what all rules share
              source: urn:example:old-shop
              id: $id
              subject: $customer
              time: $when
            ignore: [exported_at]             # fields that are known and not wanted
            rules:
              - name: order
                when: {kind: [order, web_order]}
                type: purchase.completed
                data:
                  order: $number
                  channel: {field: kind, table: {order: store, web_order: web}}
                  total: {field: amount, as: money}
                  lines:
                    each: $items
                    into:
                      product: $.sku
                      quantity: $.count
                      net: {field: .net, as: money}
              - name: tests
                when: {kind: test}
                skip: true

        RULES are tried in order; the first whose `when` holds is taken. A record that no rule is for is rejected.
        So is one with a field that its rule neither uses nor ignores: a field that nobody thought of is
        reported, not lost (`ignore:` in a rule or for all; `unexpected: ignore` lets every field through).
          when      all tests must hold. {field: value}, {field: [one, of, these]}, {field: null} for absent,
                    {field: {not: value}}, {field: {present: true}}, {field: {below: 0}}, {field: {at_least: 1}}
          skip      the record is left out, and counted under the rule's name
          type, id, source, subject, time          what every event has; `subject: null` where it has no customer
          recordedtime, authid, authtype, correlationid, causationid, sequence, partitionkey, traceparent,
          tracestate, dataschema, extensions: {name: value}
          data      the members of the event's data
          also      further events of the same record, each with an `id` of its own, and `when` if wanted

        VALUES
          $field, $a.b          a field of the record; a member of an object in it (a dot in a name: a\\\\.b)
          "x-${field}"          a text with fields in it; it is absent if one of them is; $$ is a dollar sign
          $@file $@line $@number   name of the file without its endings, line, number of the record
          anything else         a constant. Plain numbers, true and false are what they look like; all else, and
                                all that is in quotes, is text
          {member: value, …}    an object
          [value, …]            a list of those that are present
          null                  nothing: the member is left out
        A value that is absent or null leaves its member out; an object or a list with nothing in it is absent.
        A mapping with one of these keys is an operation, not an object:
          field: NAME           the same as $NAME
          constant: VALUE       a fixed value, whatever it looks like
          template: TEXT        the same as a text with ${…}
          first: [value, …]     the first that is present
          list: [value, …]      the same as [value, …]
          object: {…}           an object whose members are called like operations
          hash: [value, …]      32 hex digits that stand for the values: an id for records that have none. Two
                                records with equal values get one id, and the second is taken for a repeat: add
                                $@line where equal records are different happenings
          split: TEXT           a text cut `by:` a separator; blanks around the pieces and empty pieces go
          each: $LIST           every element of an array
            into: value         what each piece or element becomes; $. is the element, $.name a member of it,
                                $@index its number
        Beside an operation's key, in the order in which they act:
          trim: true · case: lower|upper
          empty: ["", n/a]      texts that count as absent
          table: NAME or {from: to}   translates values; NAME is one of `tables:`
          otherwise: reject|keep|value   what is done with a value that is not in the table; reject
          decimal: ","          the decimal mark; points, blanks and apostrophes then group digits
          shift: -2             moves the decimal point: 1999 cents are 19.99
          sign: absolute|negate
          rescale: {from: [1, 10], to: [1, 5]}   moves a rating from one scale to another, rounded to six places,
                                or to `places:`
          as: text|number|integer|boolean|money|time|date
          places: N · round: reject|half_up|half_even|down   decimals, and how the others fall away; reject
          currency: value       of money; the `currency` of the data, or of the mapping
          format: F or [F, …] · zone: Z   of a time or a date
          default: value        where the value is absent · required: true   the record is rejected then

        AMOUNTS (`as: money`) get exactly the places of their currency. One with more is rejected unless `round`
        says otherwise. Data with an amount get `currency` from the mapping where they name none.

        TIMES are RFC 3339, and stay as they are. A time without an offset (2024-05-01, 2024-05-01 12:30,
        2024-05-01T12:30:15.5) is one of `zone`: the first of the two where clocks were set back, and as if they
        had not been set where they were set forward. Other forms need `format` (or `time_format` for all):
        yyyy yy MM M dd d HH H hh h a mm ss S XXX, letters in single quotes, or unix, unix_ms, unix_us.

        RATINGS keep their scale: `scale: csat5` for 1 to 5, `scale: nps` for 0 to 10, `scale: ces7`, or
        `scale: {min: 0, max: 100}`; or they are rescaled.

        CSV needs a mapping with `csv:`

            mapping: 1
            csv: {delimiter: ";"}     # and columns: [a, b] where no header names them
            zone: Europe/Berlin
            time_format: dd.MM.yyyy HH:mm
            decimal: ","
            tables:
              channel: {Telefon: phone, Laden: store}
            rules:
              - name: call
                when: {Art: Anruf}
                type: contact.logged
                id: {hash: [$Kunde, $Datum, $@line]}
                source: urn:example:calls
                subject: {field: Kunde, trim: true}
                time: $Datum
                data:
                  direction: in
                  channel: {field: Weg, table: channel, otherwise: other}
                  minutes: {field: Dauer, as: number}
              - name: answer
                type: survey.answered
                id: {hash: [$Kunde, $Datum, $@line]}
                source: urn:example:calls
                subject: {field: Kunde, trim: true}
                time: $Datum
                data:
                  survey: calls
                  dimension: service
                  scale: csat5
                  score: {field: Note, rescale: {from: [6, 1], to: [1, 5]}, places: 0, round: half_up}
                  reasons: {split: $Gründe, by: ","}
                ignore: [Art, Weg, Dauer]

        All cells are texts; empty ones are absent.
        """
}
