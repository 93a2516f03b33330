-- Shared by the loads: counts answers that are not as they should be and prints the result as JSON.
-- A script sets `expect(status, body)`; it must return true for a good answer.
bad = 0

function response(status, headers, body)
  if not expect(status, body) then
    bad = bad + 1
    if bad == 1 then print('BAD ' .. status .. ' ' .. body:gsub('%s+', ' ')) end
  end
end

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get('bad') end
  local e = summary.errors
  wrong = wrong + e.connect + e.read + e.write + e.timeout
  print(string.format('RESULT {"requests":%d,"perSecond":%.1f,"p50":%.2f,"p99":%.2f,"bad":%d}', summary.requests,
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, wrong))
end
