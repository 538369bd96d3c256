"""Draws docs/shift-states.md from the transition table, so that the picture cannot lie about the program."""

from collections.abc import Iterator

from volunteers.states import COMING, ENDED, HELD, LABELS, OCCUPYING, TRANSITIONS, Status

HEAD = """# 值班岗位的状态

<!-- 由 manage.py draw_shift_states 依 volunteers/states.py 生成，不要手改。 -->

一个人在一个班的一个岗位上，从请来、定下到值完能怎么走。谁能办见 volunteers/permissions.py，工时和休息的限制见
volunteers/limits.py，都在 volunteers/seating/ 里问。
"""
STATUSES = """
## 状态

“占着”：这个岗位不能再给别人，这个人同一时间不能再有别的班（数据库约束）。“算空着”：别人可以来。

| 状态 | 代码 | 占着 | 算空着 | 还没开始 | 已结束 |
|---|---|---|---|---|---|
"""
VERBS = """
## 动作

| 动作 | 代码 | 从 | 到 |
|---|---|---|---|
"""


def page() -> str:
    """The whole document."""
    statuses = "".join(f"{_status_row(status)}\n" for status in Status)
    verbs = "".join(f"{_verb_row(verb)}\n" for verb in TRANSITIONS)
    return HEAD + _picture() + STATUSES + statuses + VERBS + verbs


def _picture() -> str:
    names = "\n".join(f"    {status.value}: {status.label}" for status in Status)
    return f"\n```mermaid\nstateDiagram-v2\n{names}\n" + "\n".join(_arrows()) + "\n```\n"


def _arrows() -> Iterator[str]:
    """One between two statuses, with all the verbs that lead along it."""
    labels: dict[tuple[str, str], list[str]] = {}
    for verb, (sources, target) in TRANSITIONS.items():
        for source in sources:
            labels.setdefault((source.value if source else "[*]", target.value), []).append(LABELS[verb])
    for (source, target), verbs in labels.items():
        yield f"    {source} --> {target}: {'、'.join(verbs)}"


def _status_row(status: Status) -> str:
    is_open = status in OCCUPYING and status not in HELD
    ticks = (
        "是" if known else "" for known in (status in OCCUPYING, is_open, status in COMING, status in ENDED)
    )
    return f"| {status.label} | `{status.value}` | {' | '.join(ticks)} |"


def _verb_row(verb: str) -> str:
    sources, target = TRANSITIONS[verb]
    names = "、".join(source.label if source else "（新）" for source in sources)
    return f"| {LABELS[verb]} | `{verb}` | {names} | {target.label} |"
