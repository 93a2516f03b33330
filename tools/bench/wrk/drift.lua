-- args: key, sites, run
dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'report.lua')

function init(args)
  key, sites, run, n = args[1], tonumber(args[2]), args[3], 0
  headers = { ['content-type'] = 'application/json', ['x-api-key'] = key }
end

function request()
  n = n + 1
  return wrk.format('POST', '/drift', headers, string.format(
    '{"site_id":"bench-%d","host_id":"box-1","check_type":"configuration-%s-%d","drifted":true,"severity":"medium",' ..
    '"pre_state":{"expected":"a","found":"b"},"recommended_action":"restore","hipaa_controls":["164.308(a)(1)(ii)(D)"]}',
    n % sites, run, n))
end

function expect(status, body)
  return status == 200 and body:find('"order_id":"', 1, true) ~= nil
end
