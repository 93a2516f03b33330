-- args: key, sites, run
dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'report.lua')

function init(args)
  key, sites, n = args[1], tonumber(args[2]), 0
  headers = { ['x-api-key'] = key }
end

function request()
  n = n + 1
  return wrk.format('GET', string.format('/orders/idle-%d?host_id=box-1', n % sites), headers)
end

function expect(status, body)
  return status == 200 and body:find('"count":0', 1, true) ~= nil
end
