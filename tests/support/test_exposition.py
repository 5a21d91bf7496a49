"""The reader of expositions takes what is right and refuses what is not."""

import pytest

from support.exposition import ExpositionError, read_exposition

HEAD = "# HELP a_total Some words.\n# TYPE a_total counter\n"
HISTOGRAM = "# HELP h Some words.\n# TYPE h histogram\n"


def test_it_reads_labels_and_histograms() -> None:
    text = HEAD + 'a_total{x="1",y="\\"\\n"} 3\n' + HISTOGRAM + 'h_bucket{le="0.5"} 1\nh_bucket{le="+Inf"} 2\nh_count 2\nh_sum 1.5\n'
    metrics = read_exposition(text)
    assert metrics["a_total"].value(x="1", y='\\"\\n') == 3
    assert metrics["h"].value("_bucket", le="0.5") == 1


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "a_total 3",
        HEAD,
        HEAD + "a_total 3\n\n",
        HEAD + "a_total three\n",
        HEAD + "a_total -3\n",
        HEAD + "a_total 3\na_total 4\n",
        HEAD + "a_total 3\n" + HEAD + "a_total{x=\"1\"} 4\n",
        HEAD + "b_total 3\n",
        HEAD + 'a_total{x="1} 3\n',
        HEAD + 'a_total{x="1",x="2"} 3\n',
        HEAD + 'a_total{1x="1"} 3\n',
        "a_total 3\n",
        "# HELP a Some words.\n# TYPE a counter\na 3\n",
        "# TYPE a_total counter\n# HELP a_total Some words.\na_total 3\n",
        HISTOGRAM + 'h_bucket{le="0.5"} 1\nh_count 1\nh_sum 1\n',
        HISTOGRAM + 'h_bucket{le="0.5"} 2\nh_bucket{le="+Inf"} 1\nh_count 1\nh_sum 1\n',
        HISTOGRAM + 'h_bucket{le="0.5"} 1\nh_bucket{le="+Inf"} 2\nh_count 3\nh_sum 1\n',
    ],
)
def test_it_refuses(text: str) -> None:
    with pytest.raises(ExpositionError):
        read_exposition(text)
