-- Sends bundles that were signed before the run, one per line. args: key, file
dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'report.lua')

function init(args)
  headers = { ['content-type'] = 'application/json', ['x-api-key'] = args[1] }
  lines = io.lines(args[2])
  spent = false
end

function request()
  local line = lines()
  if line == nil then
    spent = true
    wrk.thread:stop()
    return wrk.format('GET', '/livez')
  end
  return wrk.format('POST', '/evidence', headers, line)
end

function expect(status, body)
  return spent or (status == 200 and body:find('"evidence_id":"', 1, true) ~= nil)
end
