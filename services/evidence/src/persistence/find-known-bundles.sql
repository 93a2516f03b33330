-- Which of the bundles ($1 site, $2 bundle id) are recorded, and with them their seal.
select b.site_id, b.bundle_id, b.evidence_id, b.digest, b.signature, b.recorded_at, s.uri, s.retain_until
from unnest($1::text[], $2::text[]) as asked (site_id, bundle_id)
join bundles b using (site_id, bundle_id)
left join seals s using (evidence_id)
