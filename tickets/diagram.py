"""Draws docs/ticket-states.md from the transition table, so that the picture cannot lie about the program."""

from tickets.states import MOVES, NEW, STAGE_OF, Move, Stage, Status, Verb, Who

NOT_BUILT = "（未建）"
HEAD = """# 工单状态

<!-- 由 manage.py draw_states 依 tickets/states.py 生成，不要手改。 -->

一张表说明工单能怎么走：谁、从哪个状态、到哪个状态。标着“未建”的行已经定下，程序里还没有；
“不变”表示状态留在原处。时限、理由等其他条件见各动作的说明。
"""
TABLE = """
## 动作

| 动作 | 代码 | 从 | 到 | 谁 |
|---|---|---|---|---|
"""
STATUSES = """
## 状态

| 状态 | 代码 | 阶段 |
|---|---|---|
"""


def page() -> str:
    """The whole document."""
    return HEAD + _picture() + STATUSES + _lines(_status_row, Status) + TABLE + _lines(_move_row, MOVES)


def _picture() -> str:
    names = "\n".join(f"    {status.value}: {status.label}" for status in Status)
    arrows = "\n".join(f"    {source} --> {target}: {label}" for (source, target), label in _arrows().items())
    return f"\n```mermaid\nstateDiagram-v2\n{names}\n{arrows}\n```\n"


def _arrows() -> dict[tuple[str, str], str]:
    """One arrow between two statuses, with all the verbs that lead along it."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for move in MOVES:
        for source in move.sources:
            for target in move.targets:
                arrow = ("[*]" if source is NEW else source.value, target.value)
                labels.setdefault(arrow, {})[_verb(move)] = None
    ends = {(status.value, "[*]"): {"": None} for status in Status if STAGE_OF[status] == Stage.ENDED}
    return {arrow: "、".join(verbs) or "结束" for arrow, verbs in {**labels, **ends}.items()}


def _verb(move: Move) -> str:
    return Verb(move.verb).label + ("" if move.built else NOT_BUILT)


def _move_row(move: Move) -> str:
    sources = "、".join("（新）" if source is NEW else source.label for source in move.sources)
    targets = "、".join(target.label for target in move.targets) or "不变"
    who = "、".join(Who(who).label for who in move.who)
    return f"| {_verb(move)} | `{move.verb.value}` | {sources} | {targets} | {who} |"


def _status_row(status: Status) -> str:
    return f"| {status.label} | `{status.value}` | {STAGE_OF[status].label} |"


def _lines(row, rows) -> str:
    return "".join(f"{row(each)}\n" for each in rows)
