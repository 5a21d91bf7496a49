#include "cli/format/prometheus.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(Prometheus, HasHelpAndTypeOfEachMetric) {
  EXPECT_EQ(format_prometheus({{"uptime_ms", 1500}, {"requests", 7}}),
            "# HELP zmq_filer_uptime_seconds Seconds since the daemon's start.\n"
            "# TYPE zmq_filer_uptime_seconds gauge\n"
            "zmq_filer_uptime_seconds 1.500\n"
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

TEST(Prometheus, HasNumbersOfNewerDaemonsUntyped) {
  const std::string text = format_prometheus({{"something_new", 3}});
  EXPECT_NE(text.find("# TYPE zmq_filer_something_new untyped\nzmq_filer_something_new 3\n"),
            std::string::npos);
}

TEST(Prometheus, LeavesOutNamesThatNoMetricCanHave) {
  EXPECT_EQ(format_prometheus({{"a b", 1}, {"x\n# TYPE", 1}, {"", 1}, {"grün", 1}}), "");
}

}  // namespace
}  // namespace filer
