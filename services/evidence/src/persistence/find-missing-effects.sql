-- Of the events $1 from the source $2, those that a consumer has had no effect of: the ledger (whose durable is $3), or,
-- when $4 is not null, the consumer $4 with its inbox. A dead letter of that consumer counts as an effect.
select asked.id
from unnest($1::text[]) as asked (id)
where (
    not exists (select from ledger_leaves l where l.event_id = asked.id and l.source = $2)
    and not exists (select from dead_letters d where d.id = $3 || ':' || asked.id and d.redriven_at is null)
  )
  or (
    $4::text is not null
    and not exists (select from inbox i where i.consumer = $4 and i.event_id = asked.id)
    and not exists (select from dead_letters d where d.id = $4 || ':' || asked.id and d.redriven_at is null)
  )
