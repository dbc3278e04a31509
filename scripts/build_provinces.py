"""Turns a GeoJSON of the provinces into SVG paths by province code: `build_provinces.py IN OUT`."""

import json
import math
import sys
from pathlib import Path

import geothai

WIDTH = 400.0
#: The middle of the country: there a degree of longitude is drawn as long as it is.
MIDDLE_LATITUDE = 13.2


def key(name: str) -> str:
    """Return a province's English name without what spellings differ in."""
    return "".join(filter(str.isalpha, name.lower().replace("metropolis", "")))


def rings(geometry: dict) -> list[list[list[float]]]:
    """Return all outlines of a polygon or of many."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def main(source: str, target: str) -> None:
    """Write the paths, all 77, in one frame of 400 units width."""
    codes = {key(province.name_en): province.code for province in geothai.provinces()}
    features = {
        codes.pop(key(f["properties"]["name"])): rings(f["geometry"])
        for f in json.loads(Path(source).read_text())["features"]
    }
    if codes:
        raise SystemExit(f"no outline for {sorted(codes)}")
    points = [point for outlines in features.values() for ring in outlines for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    across = math.cos(math.radians(MIDDLE_LATITUDE))
    scale = WIDTH / ((east - west) * across)

    def drawn(ring: list[list[float]]) -> str:
        places = [f"{(x - west) * across * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring[:-1]]
        return "M" + "L".join(places) + "Z"

    paths = {code: "".join(drawn(ring) for ring in outlines) for code, outlines in sorted(features.items())}
    height = math.ceil((north - south) * scale)
    content = {"source": "Natural Earth 1:10m, public domain", "width": WIDTH, "height": height, "paths": paths}
    Path(target).write_text(json.dumps(content, separators=(",", ":")).replace('","', '",\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
