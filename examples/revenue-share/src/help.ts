/** What `--help` prints. */
export const HELP = `Shares the revenue of a period among those who earned it, exactly and once.

  npm start                         a period of sample data, from events to balanced payouts
  npm start -- --events FILE ...    your own

One period
  npm start -- --events events.csv --currency SOL --revenue 45.92 --from 2026-10-01 --to 2026-10-15 \\
    --weight post=3 --weight comment=1 --out payouts

All periods of a schedule
  npm start -- --events events.csv --currency SOL --revenue 1 --every biweekly --anchor 2010-08-23 \\
    --weight question=3 --weight answer=3 --out payouts

A file is CSV (.csv, with a header) or NDJSON (.ndjson, .jsonl: one JSON object a line, all values as text), in UTF-8.
Columns may come in any order. Unknown columns and fields are refused, unless --ignore-column names them.
An instant is like 2026-10-01T12:00:00Z, with Z or an offset; a date like 2026-10-01 is its midnight in --time-zone.
Amounts, rates and weights are plain decimals: 45.92, without exponent, spaces or thousands.

Facts
  --events FILE             event_id, kind, participant_id (who is credited), at, actor_id (who acted; may be empty)
  --participants FILE       id, active (true or false), verified (true or false), tier (may be left out)
                            Without it, everyone in the events takes part and is verified.
  --referrals FILE          referrer, referred, since
  --ignore-column NAME      a column that the files may have and that is not read; can be repeated
  --skip-bad-lines          leave lines out that cannot be used, and name each of them; by default the first one ends
                            the run and nothing is written. Contradictions (an id twice with different content) are
                            never left out.

Money
  --currency CODE           of ISO 4217, or SOL, USDC, ETH; or your own with its decimal places: POINTS:0
  --revenue AMOUNT          what every period of the run shares; can be repeated as SOURCE=AMOUNT@RATE, where RATE
                            (0 to 1) is the part that goes into the pool. Left out, the source is "revenue", the rate 1.
  --revenues FILE           instead: period, source, amount, currency (may be left out)
  --rate SOURCE=RATE        the rate of a source in --revenues; left out for all, they are 1
  --minimum AMOUNT          the least that is paid out (default 0); says who would be paid and why others would not

Periods
  --from, --to              one period: from is part of it, to is not
  --period-id ID            its name (default: --from as written)
  --every KIND              or those of a schedule: hourly, daily, weekly (--weekday friday), biweekly (--anchor DATE),
                            semimonthly (1st and 15th), monthly (--day 1), quarterly,
                            last-weekday (--weekday friday --of month|quarter).
                            Periods without an event are left out; one that has not ended stays open.
  --time-zone ZONE          an IANA name, such as Europe/Berlin (default UTC)

Rules
  --weight KIND=N           points for one; repeat it for each kind. Kinds without a weight are refused; 0 is a weight.
                            Default, if none is given: post=3 comment=1 follow=0.5 like=0.25
  --own-acts KIND=yes|no    whether acts on oneself count (default: no for follow and like, yes for all else)
  --cap KIND=N              the most of a kind that counts for one participant
  --id-order ORDER          what breaks ties: code-unit (default) or numeric, for ids that are numbers
  --bonus-rate RATE         of a referred participant's share, to the referrer (default 0.05); repeat it for more levels
  --bonus-funded-by WHO     platform (default) or pool
  --hold-days N             days of 24 hours from the end of the period until shares are available (default 0)
  --hold-until-verified     hold the shares of those who are not verified

Run
  --program NAME            the program of these periods (default revenue-share); programs know nothing of each other
  --data DIR                the folder of the database (default .payout-engines/revenue-share)
  --fresh                   begin with an empty database: everything in DIR is forgotten
  --plan-only               print the plan and its digest; writes nothing
  --commit DIGEST           close only if the plan has this digest; goes on with an interrupted run of that digest even
                            if the input has changed since
  --out DIR                 write payouts.csv and payouts.json
  --deliver FILE            deliver the notifications that wait, to the end of a file of JSON lines
  --explain PARTICIPANT     say why they got what they got; can be repeated
  --json                    the statement as JSON on stdout, everything else on stderr
  --page-size N             participants in one transaction (default 10000)
  --help, -h

Run it again and nothing happens twice: events count once by their id, and a closed period stays closed. A run that
was interrupted goes on where it ended. Other input for a closed period is refused with PLAN_CHANGED.

Exit code: 0 done, 1 the input or the run was refused, 2 the command line is wrong.
`;
