-- What an auditor asks by. Read from the event when its leaf is made, for looking into the text of every leaf would be slow
-- and an index over it dear; null for leaves that were made before.
alter table ledger_leaves
  add column principal_id text,
  add column route text,
  add column error_code text;

-- Few leaves have these, and only they are in the indexes.
create index ledger_leaves_principal on ledger_leaves (principal_id, leaf_index) where principal_id is not null;
create index ledger_leaves_route on ledger_leaves (route, leaf_index) where route is not null;
create index ledger_leaves_error_code on ledger_leaves (error_code, leaf_index) where error_code is not null;
-- Types of which every incident makes some are left out: they are found by walking back from the newest leaf, and an entry for each
-- would cost an append a tenth. audit-reader.ts has the same list.
create index ledger_leaves_rare_type on ledger_leaves (type, leaf_index)
  where type not in ('gateway.incident-reported.v1', 'gateway.evidence-submitted.v1', 'runbooks.selected.v1',
    'runbooks.escalated.v1', 'runbooks.resolved.v1', 'orders.issued.v1', 'orders.joined.v1', 'orders.delivered.v1',
    'orders.acknowledged.v1', 'orders.closed.v1', 'evidence.recorded.v1');
-- Every leaf has a trace and a time: an index with an entry for each would cost every append. These say in which pages to look.
create index ledger_leaves_trace on ledger_leaves
  using brin (trace_id text_bloom_ops) with (pages_per_range = 32, autosummarize = on);
create index ledger_leaves_time on ledger_leaves using brin (time) with (pages_per_range = 32, autosummarize = on);
