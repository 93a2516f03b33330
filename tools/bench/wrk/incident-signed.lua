-- Sends incidents that were written before the run, one per line: credential, content-digest, signature-input, signature
-- (the three are empty when nothing is signed), body. args: key (not used), file
dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'report.lua')

function init(args)
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
  local key, digest, input, signature, body = line:match('^(%S+)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$')
  local headers = { ['content-type'] = 'application/json', ['x-api-key'] = key }
  if input ~= '' then
    headers['content-digest'], headers['signature-input'], headers['signature'] = digest, input, signature
  end
  return wrk.format('POST', '/incidents', headers, body)
end

function expect(status, body)
  return spent or (status == 200 and body:find('"order_id":"', 1, true) ~= nil)
end
