"""What can be read in a ledger with a plain `sqlite3` shell: `SELECT * FROM v_journal`.

Amounts are stored as whole atoms; the views show them as decimal text. A what-if line shows what it
inherited from its parent up to the fork, then its own.
"""

from collections.abc import Mapping


def _money(atoms: str, per_unit: str = "per_unit") -> str:
    """Atoms as decimal text: exact, with the asset's decimals."""
    return (
        f"CASE WHEN {atoms} < 0 THEN '-' ELSE '' END || (abs({atoms}) / {per_unit})"
        f" || '.' || substr({per_unit} + abs({atoms}) % {per_unit}, 2)"
    )


def _field(body: str, name: str) -> str:
    """A text of an event's body, null if it is null.

    Quotes inside JSON strings have a backslash before them, so the pattern finds only keys.
    """
    begin = f'instr({body}, \'"{name}":"\')'
    rest = f"substr({body}, {begin} + {len(name) + 4})"
    return f"CASE {begin} WHEN 0 THEN NULL ELSE substr({rest}, 1, instr({rest}, '\"') - 1) END"


def _number(body: str, name: str) -> str:
    """A whole number of an event's body."""
    return f"CAST(substr({body}, instr({body}, '\"{name}\":') + {len(name) + 3}) AS INTEGER)"


def body_head(row: str) -> str:
    """How the body of an event's row begins, if the row's columns are true."""
    return (
        f'\'{{"seq":\' || {row}.seq || \',"time":"\' || {row}.time || \'","type":"\' || {row}.type'
        ' || \'","account":"\''
    )


_LINEAGE = """AS
WITH RECURSIVE line (branch_id, source_id, upto) AS (
  SELECT id, id, 9223372036854775807 FROM branches
  UNION
  SELECT line.branch_id, b.parent_id, min(line.upto, b.fork_seq)
  FROM line JOIN branches b ON b.id = line.source_id WHERE b.parent_id IS NOT NULL)
SELECT line.branch_id, b.name AS branch, line.source_id, line.upto
FROM line JOIN branches b ON b.id = line.branch_id"""

_EVENTS = """AS
SELECT s.branch_id, s.branch, e.seq, e.time, e.type, e.account, e.body
FROM v_lineage s JOIN events e ON e.branch_id = s.source_id AND e.seq <= s.upto"""

_LEGS = """AS
SELECT s.branch_id, s.branch, e.seq, e.time, e.type, l.n,
  d.name AS debit, c.name AS credit, d.asset, d.per_unit, l.amount
FROM v_lineage s
JOIN events e ON e.branch_id = s.source_id AND e.seq <= s.upto
JOIN legs l ON l.branch_id = e.branch_id AND l.event_seq = e.seq
JOIN accounts d ON d.id = l.debit_id
JOIN accounts c ON c.id = l.credit_id"""

_BALANCE = f"""AS
SELECT r.name AS branch, a.portfolio, a.class, a.name AS account, a.asset,
  {_money("b.amount", "a.per_unit")} AS amount
FROM balances b JOIN accounts a ON a.id = b.account_id JOIN branches r ON r.id = a.branch_id"""

_POSTING = f"""AS
SELECT branch, seq, time, type, n, account, asset, {_money("amount")} AS amount
FROM (SELECT branch, seq, time, type, n, debit AS account, asset, per_unit, amount FROM v_legs
  UNION ALL
  SELECT branch, seq, time, type, n, credit, asset, per_unit, -amount FROM v_legs)"""

_JOURNAL = f"""AS
SELECT branch, seq, time, type, debit, credit, {_money("amount")} AS amount, asset FROM v_legs"""

_LOANS = f"""AS
SELECT r.name AS branch, p.name AS loan, p.asset,
  {_money("-bp.amount", "p.per_unit")} AS principal,
  {_money("-coalesce(bi.amount, 0)", "p.per_unit")} AS accrued_interest
FROM accounts p JOIN balances bp ON bp.account_id = p.id JOIN branches r ON r.id = p.branch_id
LEFT JOIN accounts i ON i.branch_id = p.branch_id AND i.asset = p.asset
  AND i.name = replace(p.name, 'loan_principal', 'accrued_interest')
LEFT JOIN balances bi ON bi.account_id = i.id
WHERE p.name = 'loan_principal' OR p.name LIKE 'loan~_principal:%' ESCAPE '~'"""

_INTEREST = f"""AS
SELECT branch, month, asset, {_money("accrued")} AS accrued, {_money("paid")} AS paid
FROM (SELECT branch, substr(time, 1, 7) AS month, asset, per_unit,
    sum(CASE WHEN debit = 'expense:interest' THEN amount
      WHEN credit = 'expense:interest' THEN -amount ELSE 0 END) AS accrued,
    sum(CASE WHEN type = 'loan_repaid' AND debit LIKE 'accrued~_interest%' ESCAPE '~'
      THEN amount ELSE 0 END) AS paid
  FROM v_legs WHERE type IN ('interest_accrued', 'loan_repaid')
  GROUP BY branch, month, asset, per_unit)"""

_REALISED = f"""AS
SELECT l.branch, l.seq, l.time, l.type, {_field("e.body", "symbol")} AS symbol,
  {_field("e.body", "quantity")} AS quantity, {_field("e.body", "price")} AS price,
  CASE WHEN l.debit = 'realized_pnl' THEN '-' ELSE '' END || ({_money("l.amount", "l.per_unit")})
    AS amount, l.asset
FROM v_legs l JOIN v_events e ON e.branch_id = l.branch_id AND e.seq = l.seq
WHERE l.debit = 'realized_pnl' OR l.credit = 'realized_pnl'"""

_CALL_ENDS = f"""AS
SELECT branch_id, branch, seq, time, type, {_number("body", "call")} AS call,
  {_field("body", "by")} AS by
FROM v_events WHERE type IN ('margin_call_met', 'margin_call_expired')"""

_CALLS = f"""AS
SELECT c.branch, c.seq AS call, c.time, {_field("c.body", "pocket")} AS pocket,
  {_field("c.body", "level")} AS level, {_field("c.body", "shortfall")} AS shortfall,
  {_field("c.body", "due")} AS due,
  CASE WHEN m.seq IS NOT NULL THEN 'met' WHEN x.seq IS NOT NULL THEN 'expired' ELSE 'open' END
    AS state, m.time AS met_at, m.by AS met_by, x.time AS expired_at, x.by AS expired_by
FROM v_events c
LEFT JOIN v_call_ends m ON m.branch_id = c.branch_id AND m.call = c.seq
  AND m.type = 'margin_call_met'
LEFT JOIN v_call_ends x ON x.branch_id = c.branch_id AND x.call = c.seq
  AND x.type = 'margin_call_expired'
WHERE c.type = 'margin_call_issued'"""

INVARIANTS = {
    "legs claimed are legs present": """
  SELECT 1 FROM events e WHERE n_legs <> (SELECT count(*) FROM legs l
    WHERE l.branch_id = e.branch_id AND l.event_seq = e.seq)""",
    "no leg without its event": """
  SELECT 1 FROM legs l WHERE NOT EXISTS (SELECT 1 FROM events e
    WHERE e.branch_id = l.branch_id AND e.seq = l.event_seq)""",
    "a leg joins two accounts of one asset and branch": """
  SELECT 1 FROM legs l LEFT JOIN accounts d ON d.id = l.debit_id
    LEFT JOIN accounts c ON c.id = l.credit_id
  WHERE d.asset IS NOT c.asset OR d.per_unit IS NOT c.per_unit OR d.id IS c.id
    OR d.branch_id IS NOT l.branch_id OR c.branch_id IS NOT l.branch_id""",
    "amounts are whole and above zero": """
  SELECT 1 FROM legs WHERE typeof(amount) <> 'integer' OR amount <= 0""",
    "events are numbered without gaps": """
  SELECT 1 FROM branches b JOIN (SELECT branch_id, min(seq) AS low, max(seq) AS high,
      count(*) AS found FROM events GROUP BY branch_id) n ON n.branch_id = b.id
  WHERE low <> coalesce(b.fork_seq, 0) + 1 OR high - low + 1 <> found""",
    "market time never goes backwards": """
  SELECT 1 FROM events e JOIN events p ON p.branch_id = e.branch_id AND p.seq = e.seq - 1
  WHERE e.time < p.time""",
    "each event carries the hash of the one before": """
  SELECT 1 FROM events e JOIN branches b ON b.id = e.branch_id
    LEFT JOIN events p ON p.branch_id = e.branch_id AND p.seq = e.seq - 1
  WHERE e.prev_hash <> coalesce(p.hash, b.genesis)""",
    "balances are the sums of their legs": """
  SELECT 1 FROM accounts a LEFT JOIN balances b ON b.account_id = a.id
  WHERE b.amount IS NOT a.opening
    + coalesce((SELECT sum(amount) FROM legs WHERE debit_id = a.id), 0)
    - coalesce((SELECT sum(amount) FROM legs WHERE credit_id = a.id), 0)""",
    "balances sum to zero for each asset": """
  SELECT 1 FROM balances b JOIN accounts a ON a.id = b.account_id
  GROUP BY a.branch_id, a.asset, a.per_unit HAVING sum(b.amount) <> 0""",
    "nobody owes less than nothing": """
  SELECT 1 FROM balances b JOIN accounts a ON a.id = b.account_id
  WHERE a.class = 'liability' AND b.amount > 0""",
    "a holding of nothing costs nothing": """
  SELECT 1 FROM accounts p JOIN balances pb ON pb.account_id = p.id
    JOIN accounts q ON q.branch_id = p.branch_id AND q.name = 'qty:' || substr(p.name, 10)
    JOIN balances qb ON qb.account_id = q.id
  WHERE p.name LIKE 'position:%' AND qb.amount = 0 AND pb.amount <> 0""",
    "columns say what the body says": f"""
  SELECT 1 FROM events e
  WHERE substr(body, 1, length({body_head("e")})) IS NOT {body_head("e")}""",
    "a call is met, expired or open, and only once": """
  SELECT 1 FROM v_margin_calls GROUP BY branch, call HAVING count(*) > 1
  UNION ALL
  SELECT 1 FROM v_call_ends e WHERE NOT EXISTS (
    SELECT 1 FROM v_events c WHERE c.branch_id = e.branch_id AND c.seq = e.call
      AND c.seq < e.seq AND c.type = 'margin_call_issued')""",
    "a what-if line opens with the balances at its fork": """
  SELECT 1 FROM accounts a JOIN branches b ON b.id = a.branch_id
    LEFT JOIN accounts p ON p.branch_id = b.parent_id AND p.name = a.name AND p.asset = a.asset
  WHERE a.opening <> coalesce(p.opening
    + coalesce((SELECT sum(amount) FROM legs l
      WHERE l.debit_id = p.id AND l.event_seq <= b.fork_seq), 0)
    - coalesce((SELECT sum(amount) FROM legs l
      WHERE l.credit_id = p.id AND l.event_seq <= b.fork_seq), 0), 0)""",
    "no forced exit reaches the long-term account": """
  SELECT 1 FROM legs l JOIN events e ON e.branch_id = l.branch_id AND e.seq = l.event_seq
    JOIN accounts a ON a.id IN (l.debit_id, l.credit_id)
  WHERE a.portfolio = 'longterm' AND e.type <> 'swept'""",
    "legs are numbered from one": """
  SELECT 1 FROM legs GROUP BY branch_id, event_seq HAVING min(n) <> 1 OR max(n) <> count(*)""",
    "every event was committed once": """
  SELECT 1 FROM branches b WHERE
    (SELECT count(*) FROM events WHERE branch_id = b.id) <> coalesce(
      (SELECT sum(last_seq - first_seq + 1) FROM commit_log WHERE branch_id = b.id), 0)""",
}
"""Each query finds the rows that break its law; `v_invariants` counts them."""

_NEW_IN_2 = frozenset({"legs are numbered from one"})


def _invariants(laws: Mapping[str, str]) -> str:
    return "AS\n" + "\nUNION ALL\n".join(
        f"SELECT '{law}' AS law, CASE count(*) WHEN 0 THEN 'OK' ELSE 'FAIL' END AS verdict,"
        f" count(*) AS broken FROM ({query})"
        for law, query in laws.items()
    )


VIEWS = {
    "v_lineage": _LINEAGE,
    "v_events": _EVENTS,
    "v_legs": _LEGS,
    "v_balance": _BALANCE,
    "v_posting": _POSTING,
    "v_journal": _JOURNAL,
    "v_loans": _LOANS,
    "v_interest_by_month": _INTEREST,
    "v_realised": _REALISED,
    "v_call_ends": _CALL_ENDS,
    "v_margin_calls": _CALLS,
    "v_invariants": _invariants(INVARIANTS),
}

VIEWS_OF_1 = VIEWS | {
    "v_lineage": _LINEAGE.replace("UNION", "UNION ALL"),
    "v_invariants": _invariants({k: q for k, q in INVARIANTS.items() if k not in _NEW_IN_2}),
}
"""The views of ledgers of format 1. A branch that is its own ancestor makes these run for ever."""
