-- args: report.lua, key, sites, run
function init(args)
  dofile(args[1])
  key, sites, n = args[2], tonumber(args[3]), 0
  headers = { ['x-api-key'] = key }
end

function request()
  n = n + 1
  return wrk.format('GET', string.format('/orders/idle-%d?host_id=box-1', n % sites), headers)
end

function expect(status, body)
  return status == 200 and body:find('"count":0', 1, true) ~= nil
end
