-- What wrk measured, as the JSON object that bench-load prints. `sent` is all that it counted: wrk has no warm-up.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,"sent":%d,"errors":%d,"reply_bytes":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    summary.bytes / summary.requests))
end
