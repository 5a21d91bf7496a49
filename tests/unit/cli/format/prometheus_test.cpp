#include "cli/format/prometheus.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(Prometheus, HasHelpAndTypeOfEachMetric) {
  EXPECT_EQ(format_prometheus({{"uptime_ms", 1500}, {"requests", 7}}),
            "# HELP zmq_filer_uptime_seconds Seconds since the daemon's start.\n"
            "# TYPE zmq_filer_uptime_seconds gauge\n"
            "zmq_filer_uptime_seconds 1.5\n"
            "# HELP zmq_filer_requests_total Requests that were answered.\n"
            "# TYPE zmq_filer_requests_total counter\n"
            "zmq_filer_requests_total 7\n");
}

TEST(Prometheus, HasOneMetricForAllErrors) {
  EXPECT_EQ(format_prometheus({{"not_found", 2}, {"busy", 18446744073709551615U}}),
            "# HELP zmq_filer_errors_total Requests that failed, by error code.\n"
            "# TYPE zmq_filer_errors_total counter\n"
            "zmq_filer_errors_total{code=\"not_found\"} 2\n"
            "zmq_filer_errors_total{code=\"busy\"} 18446744073709551615\n");
}

TEST(Prometheus, HasRequestsByOpInPlaceOfTheirSum) {
  EXPECT_EQ(format_prometheus({{"requests", 5}, {"requests_get", 3}, {"requests_other", 2}}),
            "# HELP zmq_filer_requests_total Requests that were answered, by op.\n"
            "# TYPE zmq_filer_requests_total counter\n"
            "zmq_filer_requests_total{op=\"get\"} 3\n"
            "zmq_filer_requests_total{op=\"other\"} 2\n");
}

TEST(Prometheus, HasDurationsAsAHistogramInSeconds) {
  EXPECT_EQ(
      format_prometheus({{"duration_us_le_10", 4},
                         {"duration_us_le_300000", 6},
                         {"duration_us_count", 7},
                         {"duration_us_sum", 2500001}}),
      "# HELP zmq_filer_request_duration_seconds Time to make a reply, without the time that it was held for "
      "a change.\n"
      "# TYPE zmq_filer_request_duration_seconds histogram\n"
      "zmq_filer_request_duration_seconds_bucket{le=\"1e-05\"} 4\n"
      "zmq_filer_request_duration_seconds_bucket{le=\"0.3\"} 6\n"
      "zmq_filer_request_duration_seconds_bucket{le=\"+Inf\"} 7\n"
      "zmq_filer_request_duration_seconds_count 7\n"
      "zmq_filer_request_duration_seconds_sum 2.500001\n");
}

TEST(Prometheus, HasNumbersOfNewerDaemonsUntyped) {
  const std::string text = format_prometheus({{"something_new", 3}});
  EXPECT_NE(text.find("# TYPE zmq_filer_something_new untyped\nzmq_filer_something_new 3\n"),
            std::string::npos);
}

TEST(Prometheus, LeavesOutNamesThatNoMetricCanHave) {
  EXPECT_EQ(format_prometheus({{"a b", 1}, {"x\n# TYPE", 1}, {"", 1}, {"grün", 1}, {"requests_a\"b", 1}}),
            "");
}

}  // namespace
}  // namespace filer
