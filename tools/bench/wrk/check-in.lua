-- args: report.lua, key, sites, run
function init(args)
  dofile(args[1])
  key, sites, run, n = args[2], tonumber(args[3]), args[4], 0
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
