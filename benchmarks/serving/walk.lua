-- Walks a log of addresses, one a request, and tells as one line of JSON what came of it.
local requests, at = {}, 0

function init(args)
  local path = os.getenv("WALK_PATH")
  for line in io.lines(os.getenv("WALK_LOG")) do
    if path ~= "" then line = line:gsub("^[^?]*", path, 1) end
    requests[#requests + 1] = wrk.format("GET", line)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, all)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local told = '{"requests": %d, "seconds": %.6f, "p50": %.4f, "p90": %.4f, "p99": %.4f,'
    .. ' "slowest": %.4f, "bytes": %d, "failed": %d}'
  io.write(string.format(told .. "\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, summary.bytes, failed))
end
