-- Those of the events $1 of which the consumer $2 has neither an effect noted in the inbox nor a dead letter.
select id
from unnest($1::text[]) id
where not exists (select from inbox where consumer = $2 and event_id = id)
  and not exists (select from dead_letters where event_id = id and consumer = $2)
