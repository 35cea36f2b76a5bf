"""Batch posting against django-hordak in the same round (`ledger.md` §6, B4 and B5)."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from . import ledger as ours
from .frame import Context, Sides, alternate, measure
from .peers import Peer
from .server import fresh_database, server, template, timed

_BATCH = 8_000


_kept: list[tuple[list[float], list[float], list[float]]] = []


def _hordak(context: Context) -> Peer:
    """A hordak with as many accounts and transfers as our ledger."""
    made = ours.inside(context)
    name = "bench_hordak"

    def peer_on(database: str) -> Peer:
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.apart.hordak_settings",
            "PEER_DATABASE": database,
            "PEER_HOST": str(server(context.home).socket_folder),
        }
        return Peer("hordak_peer", environment=environment, log=context.home / "hordak.log")

    # As full as ours when it was new: what other measurements post since would only burden the peer.
    as_full = {"accounts": sum(map(len, made.accounts.values())), "filled": context.amount(60_000, 1_000_000)}

    def prepared() -> None:
        peer = peer_on(full)
        peer.ask("migrate")
        peer.ask("prepare", **as_full)
        peer.end()

    full = "bench_hordak_template"
    made_of = [
        "django-hordak",
        version("django-hordak"),
        str(as_full),
        Path(__file__).parent / "apart" / "hordak_peer.py",
    ]
    template(context, full, made_of=made_of, make=prepared)
    fresh_database(context, name, with_ledger=False, template=full).close()
    peer = peer_on(name)
    peer.ask("prepare", **as_full)
    return peer


def _batches(context: Context) -> float:
    """Transfers per second of two batches, each inside one book."""
    made = ours.inside(context)
    ours.ledger.balance(account=made.accounts[0][0])  # Connects, outside the clock.
    prepared = [made.transfers(_BATCH, [book]) for book in (0, 4)]
    return 2 * _BATCH / timed(lambda: [ours.post(one) for one in prepared])


def _rounds(context: Context) -> tuple[list[float], list[float], list[float]]:
    """Round by round: our batches, hordak on 1 connection, hordak at its best of 1, 4 and 16. Run once for B4 and B5."""
    if _kept:
        return _kept[0]
    seconds = context.size(0.2, 5)
    best: dict[float, float] = {}
    peer = _hordak(context)

    def rate(connections: int) -> float:
        return float(peer.ask("transfers", connections=connections, seconds=seconds)["rate"])

    def theirs(_number: int) -> float:
        alone = rate(1)
        best[alone] = max(alone, rate(4), rate(16))
        return alone

    rate(1)  # The first transfers prepare what the later ones find.
    batches, one = alternate(lambda _n: _batches(context), theirs, rounds=context.size(3, 5))
    peer.end()
    _kept.append((batches, one, [best[alone] for alone in one]))
    return _kept[0]


@measure("B4", "batch of 8,000 against django-hordak 2.0 `transfer_to` on 1 connection, same round", target="≥ 50")
def b4(context: Context) -> Sides:
    batches, one, _best = _rounds(context)
    return Sides(batches, one, "transfers/s")


@measure("B5", "batch of 8,000 against django-hordak 2.0 at its best of 1, 4 and 16 connections", target="≥ 20")
def b5(context: Context) -> Sides:
    batches, _one, best = _rounds(context)
    return Sides(batches, best, "transfers/s")
