-- Notes a change of retention and what there is to say of it.
--
-- $1 id, $2 evidence id, $3 kind, $4 new end or null, $5 reason, $6 principal, $7 when; $8 outbox id, $9 subject, $10
-- batch of the one event (JSON).
with noted as (
  insert into retention_changes (id, evidence_id, kind, retain_until, reason, principal_id, changed_at)
  values ($1, $2, $3, $4, $5, $6, $7)
)
insert into outbox (id, subject, payload) values ($8, $9, $10)
