-- What a run measured, as one line for the bench to read. Times in microseconds.
-- wrk counts as errors only what is 400 and more; a script that looks closer fills `unexpected`.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function done(summary, latency, requests)
  local errors, seen = summary.errors, {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("unexpected") or {}) do
      seen[status] = (seen[status] or 0) + count
    end
  end
  local listed = {}
  for status, count in pairs(seen) do
    table.insert(listed, string.format('"%s": %d', status, count))
  end
  io.write(string.format(
    'BENCH {"requests": %d, "duration": %d, "p50": %d, "p95": %d, "status": %d, "socket": %d, "unexpected": {%s}}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    table.concat(listed, ", ")))
end
