-- What a run measured, as one line for the bench to read. Times in microseconds.
-- wrk counts as errors what is 400 and more. A script that knows which answer is right counts all
-- others itself, by `count` in its own `response`.

local threads = {}
unexpected = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function count(status, right)
  if status ~= right then
    local key = tostring(status)
    unexpected[key] = (unexpected[key] or 0) + 1
  end
end

function done(summary, latency, requests)
  local errors, seen = summary.errors, {}
  for _, thread in ipairs(threads) do
    for status, times in pairs(thread:get("unexpected") or {}) do
      seen[status] = (seen[status] or 0) + times
    end
  end
  local listed = {}
  for status, times in pairs(seen) do
    table.insert(listed, string.format('"%s": %d', status, times))
  end
  io.write(string.format(
    'BENCH {"requests": %d, "duration": %d, "p50": %d, "p95": %d, "status": %d, "socket": %d, "unexpected": {%s}}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    response and 0 or errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    table.concat(listed, ", ")))
end
