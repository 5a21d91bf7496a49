"""A strict reader of Prometheus' text exposition format 0.0.4: what a scraper might let pass is an error here."""

import math
import re
from dataclasses import dataclass, field

METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
HELP = re.compile(rf"# HELP ({METRIC}) (\S.*)")
TYPE = re.compile(rf"# TYPE ({METRIC}) (counter|gauge|histogram|summary|untyped)")
SAMPLE = re.compile(rf"({METRIC})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf)|NaN")

Labels = frozenset[tuple[str, str]]


class ExpositionError(AssertionError):
    """The text breaks the format; the message has the line."""


@dataclass
class Metric:
    """One metric: samples by their name's suffix and labels."""

    help: str
    type: str = ""
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def value(self, suffix: str = "", **labels: str) -> float:
        return self.samples[suffix, frozenset(labels.items())]


def read_exposition(text: str) -> dict[str, Metric]:
    """The metrics of a text, by name. Raises ExpositionError for anything that is not as the format has it."""
    if not text.endswith("\n"):
        raise ExpositionError("the last line does not end")
    metrics: dict[str, Metric] = {}
    name = ""
    for line in text.removesuffix("\n").split("\n"):
        if match := HELP.fullmatch(line):
            name = match[1]
            require(name not in metrics, "a metric is in two places", line)
            metrics[name] = Metric(match[2])
        elif match := TYPE.fullmatch(line):
            require(match[1] == name and not metrics[name].type, "a type belongs behind its help", line)
            metrics[name].type = match[2]
        elif match := SAMPLE.fullmatch(line):
            require(name != "" and metrics[name].type != "", "a sample has no type", line)
            add_sample(metrics[name], name, match, line)
        else:
            raise ExpositionError(f"neither help nor type nor sample: {line!r}")
    for name, metric in metrics.items():
        check_metric(name, metric)
    return metrics


def require(condition: bool, what: str, line: str) -> None:
    if not condition:
        raise ExpositionError(f"{what}: {line!r}")


def add_sample(metric: Metric, name: str, match: re.Match[str], line: str) -> None:
    suffix = match[1].removeprefix(name)
    allowed = ("_bucket", "_sum", "_count") if metric.type == "histogram" else ("",)
    require(match[1].startswith(name) and suffix in allowed, f"not a sample of {name}", line)
    require(NUMBER.fullmatch(match[3]) is not None, "not a number", line)
    key = (suffix, read_labels(match[2], line))
    require(key not in metric.samples, "a sample is there twice", line)
    metric.samples[key] = float(match[3])


def read_labels(text: str | None, line: str) -> Labels:
    if text is None:
        return frozenset()
    pairs = LABEL.findall(text)
    require(",".join(f'{label}="{value}"' for label, value in pairs) == text, "labels are malformed", line)
    require(len({label for label, _ in pairs}) == len(pairs), "a label is there twice", line)
    return frozenset(pairs)


def check_metric(name: str, metric: Metric) -> None:
    require(metric.type != "" and bool(metric.samples), "a head without samples", name)
    require((metric.type == "counter") == name.endswith("_total"), "counters end in _total, others do not", name)
    if metric.type in ("counter", "histogram"):
        require(all(value >= 0 for value in metric.samples.values()), "it counts below nothing", name)
    if metric.type == "histogram":
        check_histogram(name, metric)


def check_histogram(name: str, metric: Metric) -> None:
    buckets = [(float(dict(labels)["le"]), value) for (suffix, labels), value in metric.samples.items() if suffix == "_bucket"]
    require(len(buckets) > 1 and buckets[-1][0] == math.inf, "the last bucket is not +Inf", name)
    require(sorted(set(bound for bound, _ in buckets)) == [bound for bound, _ in buckets], "bounds do not rise", name)
    require(sorted(value for _, value in buckets) == [value for _, value in buckets], "buckets are not cumulative", name)
    require(metric.value("_count") == buckets[-1][1], "the count is not that of the last bucket", name)
    require(metric.value("_sum") >= 0, "the sum is below nothing", name)
