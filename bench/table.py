"""The medians of several runs of ../shared/bench as the tables of RESULTS.md.

python3 -m bench.table /tmp/bench/results-*
"""

import json
import pathlib
import statistics
import sys

PEER, LIMIT, OURS = "django-helpdesk", "djmin", "servicedesk"
SHARED_LIST = (("list_shell", "list_data"), "list")
# Our page, the peer's and the limit's, and the musts: at most so many times the peer's CPU, the limit's.
LINES = (
    ("list", *SHARED_LIST, 1 / 10, 3.5),
    ("list_community", *SHARED_LIST, 1 / 10, 3.5),
    ("list_filtered", ("list_filtered_shell", "list_filtered_data"), "list", None, None),
    ("search", ("search_data",), "list", 1 / 20, None),
    ("search_phone", ("search_data",), "list", 1 / 20, None),
    ("detail", ("detail",), "detail", 1 / 2, None),
    ("detail_worker", ("detail",), "detail", 1 / 2, None),
    ("submit", ("submit",), "submit", 1 / 1.5, 4),
    ("submit_journey", ("submit_journey",), "submit_journey", None, None),
    ("report", ("report",), None, None, None),
    ("queue", (), "list", None, None),
    ("desk", (), None, None, None),
    ("unit", (), None, None, None),
    ("search_post", (), None, None, None),
    ("home_public", ("home_public",), None, None, None),
)
HEAD = "| 页 | 本产品 | 同类产品 | 极限 | 比同类 | 比极限 | 必须 | 结论 |\n|---|--:|--:|--:|--:|--:|---|---|"


def main(folders):
    runs = [row for folder in folders for row in _rows(pathlib.Path(folder))]
    foreign = [row["foreign_cores"] for row in runs if "foreign_cores" in row]
    for size in sorted({row["size"] for row in runs}):
        print(f"\n## {size:,} 张工单：每个请求的 CPU 毫秒\n\n{HEAD}")
        for line in LINES:
            print(_line(_medians(runs, size), *line))
    print(
        f"\n别人用掉的核数（foreign_cores）：中位 {statistics.median(foreign):.2f}，最高 {max(foreign):.2f}。"
    )
    print(f"失败的请求：{sum(row.get('errors', 0) for row in runs)}。")


def _rows(folder):
    for path in sorted(folder.glob("*.json")):
        yield from json.loads(path.read_text())


def _medians(runs, size):
    """{(app, page): median CPU ms}."""
    found = {}
    for row in runs:
        if row["size"] == size and row.get("requests"):
            found.setdefault((row["app"], row["name"]), []).append(row["cpu_ms"])
    return {key: statistics.median(values) for key, values in found.items()}


def _line(cpu, name, peers, limit, most_of_peer, most_of_limit):
    ours, least = cpu.get((OURS, name)), cpu.get((LIMIT, limit))
    parts = [cpu.get((PEER, peer)) for peer in peers]
    peer = sum(parts) if parts and None not in parts else None
    wants = ((most_of_peer, peer, "同类"), (most_of_limit, least, "极限"))
    asked = [(most, base, word) for most, base, word in wants if most and base]
    kept = ours is not None and all(ours <= most * base for most, base, _ in asked)
    said = "，".join(f"≤ {most:.3g} × {word}" for most, _, word in asked)
    verdict = ("达到" if kept else "**没达到**") if asked else ""
    cells = (_ms(ours), _ms(peer), _ms(least), _ratio(ours, peer), _ratio(ours, least), said, verdict)
    return f"| {name} | " + " | ".join(cells) + " |"


def _ms(value):
    return f"{value:.1f}" if value is not None else ""


def _ratio(ours, base):
    return f"{ours / base:.3g}" if ours is not None and base else ""


if __name__ == "__main__":
    main(sys.argv[1:])
