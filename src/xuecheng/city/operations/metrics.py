"""The numbers that Prometheus reads (OPS-03): counted in each process, or asked of the database when they are read.

Several web processes serve one address. Under `xuecheng serve` each writes its counts into files of one folder
(`PROMETHEUS_MULTIPROC_DIR`), and whichever process answers adds them up. What is the installation's and no process's
is asked of the database then. Labels have few values: names of routes, queues and points, never anything of a person.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from xuecheng.web import events

from . import gauges

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_own = CollectorRegistry()
_requests = Counter(
    "xuecheng_requests", "Requests answered", ["route", "method", "status"], registry=_own
)  # `_total` is added to a counter's name
_seconds = Histogram(
    "xuecheng_request_seconds",
    "How long a request took",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_own,
)
_queries = Counter(
    "xuecheng_request_queries", "Statements that requests sent to the database", ["route"], registry=_own
)
_security = Counter("xuecheng_security_events", "Events of security, by their stable name", ["event"], registry=_own)
for _event in events.SECURITY:
    _security.labels(_event)


def note_request(route: str, method: str | None, status: int, seconds: float, queries: int) -> None:
    """Count one request."""
    _requests.labels(route, method if method in METHODS else "other", str(status)).inc()
    _seconds.labels(route).observe(seconds)
    if queries:
        _queries.labels(route).inc(queries)


class CountSecurity(logging.Handler):
    """Counts the events of security as they are logged, so that the log and the numbers never differ."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        if (event := events.event_of(record)) in events.SECURITY:
            _security.labels(event).inc()


def page() -> tuple[bytes, str]:
    """Everything, as Prometheus reads it, and its media type."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped there
    else:
        registry.register(_Of(_own))
    registry.register(_Asked())
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Of:
    """One registry's numbers within another."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry

    def collect(self) -> Iterable[Metric]:
        return self.registry.collect()


class _Asked:
    """What the database is asked when the numbers are read."""

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for found in gauges.all_of_them():
            labels = dict(found.labels)
            if found.name not in families:
                families[found.name] = GaugeMetricFamily(found.name, found.meaning, labels=list(labels))
            families[found.name].add_metric(list(labels.values()), found.value)
        yield from families.values()
