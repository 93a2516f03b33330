-- args: key, sites, run
dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'report.lua')

function init(args)
  key, sites, run, n = args[1], tonumber(args[2]), args[3], 0
  headers = { ['content-type'] = 'application/json', ['x-api-key'] = key }
end

function request()
  n = n + 1
  local site = n % sites
  return wrk.format('POST', '/checkin', headers, string.format(
    '{"site_id":"bench-%d","host_id":"box-1","deployment_mode":"direct","policy_version":"1.0","agent_version":"%s"}', site, run))
end

function expect(status, body)
  return status == 200 and body:find('"server_public_key":"', 1, true) ~= nil
end
