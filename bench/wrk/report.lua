-- What wrk found, as one line of JSON. Times are in microseconds.

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"duration":%d,"not_2xx":%d,"broken":%d,"p50":%d,"p99":%d,"max":%d}',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
