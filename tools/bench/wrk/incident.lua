-- Every incident is a condition of its own, so that each makes an order. args: key, sites, run
dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'report.lua')

function init(args)
  key, sites, run, n = args[1], tonumber(args[2]), args[3], 0
  headers = { ['content-type'] = 'application/json', ['x-api-key'] = key }
end

function request()
  n = n + 1
  return wrk.format('POST', '/incidents', headers, string.format(
    '{"site_id":"bench-%d","host_id":"box-1","incident_type":"backup_failed","severity":"high","check_type":"backup-%s-%d",' ..
    '"details":{"message":"the repository did not answer","attempt":%d},"pre_state":{"last_success":"2026-01-01T00:00:00Z"},' ..
    '"hipaa_controls":["164.308(a)(7)(ii)(A)"]}', n % sites, run, n, n))
end

function expect(status, body)
  return status == 200 and body:find('"order_id":"', 1, true) ~= nil
end
