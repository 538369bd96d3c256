"""The one written definition of every figure, for the page 每个数怎么算的 and docs/report-definitions.md."""

from dataclasses import dataclass

from tickets.reports.figures import FEWEST


@dataclass(frozen=True)
class Definition:
    """`code` is the anchor on the page."""

    code: str
    title: str
    words: str


DEFINITIONS = (
    Definition(
        "cohort",
        "算哪些工单",
        "除“现在超时”外，每个数都只看所选片区里、接单日期在所选时段之内的工单（首尾两天都算，按北京时间）。"
        "同一批工单的结果会随着办理变化，所以过几天再看，数可能不同。",
    ),
    Definition("received", "收到", "接单日期在时段内的全部工单，包括后来并单、撤单的。"),
    Definition(
        "reply",
        "按时答复率",
        "按时答复的单数 ÷ 已到期或已答复的单数。只看第一轮的答复时限；在时限那一刻答复的算按时，"
        "没有答复就办结的，以办结的时刻为答复。时限已过还没答复的算没按时。还没到期又没答复的不计，写作“另有几单未到期”；"
        "到期之前就并单、撤单的不计，到期之后才并单、撤单的仍算没按时。改派、退单都不能抹掉超时。",
    ),
    Definition(
        "charged",
        "按时答复计入哪个单位",
        "计入答复的那一刻（没按时的，到期的那一刻）工单所在的单位；那时没有派给单位的，计入“派单台”。"
        "收到、办结率、满意率和现在超时按工单现在所在的单位算。",
    ),
    Definition(
        "solve",
        "办结率",
        "办理结果为“已解决”的单数 ÷ 收到的单数。部分解决、未能解决和还在办的都不算已解决；并单、撤单的不计，"
        "单数另列。居民不满意而重办的，要等再次办结且结果为“已解决”才重新算。",
    ),
    Definition(
        "content",
        "满意率",
        "最后一次评价为“满意”或“基本满意”的人数 ÷ 已评价的人数。一张工单有几位反映人就可以有几份评价；"
        "并单的，两张的反映人都算在留下来的那一张里。每位反映人只算最后一轮的评价，改过的以改后为准。旁边另写第一轮评价的满意率，看得出重办前的情况。",
    ),
    Definition(
        "coverage",
        "评价覆盖",
        "已评价的人数 ÷ 可以评价的人数。至少办结过一次的工单，其反映人都可以评价；"
        "没有评价的人不算满意，也不算不满意。",
    ),
    Definition(
        "promise",
        "说到做到",
        "时段内接单的工单里，每一轮答复中答应过的日子算一件，结果有三种。守约：在最后答应的那天结束之前办结，而且没有往后改过日子。"
        "改期：在原来的日子过去之前，答复时往后改了日子，或改说不能解决、办结为未能解决。"
        "过了答应的日子：有一天答应办好，那天过完既没有办结也没有先改期，以后再办好也算。改到更早的日子不算改期。"
        "还没到日子的，和到日子之前就并单、撤单的不计。守约率是守约的件数 ÷ 三种的合计，按工单现在所在的单位算。",
    ),
    Definition("reopened", "重办", "办结后又重新办理过的单数，无论现在办到哪一步。"),
    Definition(
        "median",
        "答复中位、办结中位",
        "从接单到第一次答复（办结）所用的工作时间，从短到长排在正中的那一个。"
        "工时按当地上班时间（一般 09:00–18:00）"
        "和国务院办公厅公布的工作日算，只看第一轮已经答复（办结）的工单。",
    ),
    Definition(
        "overdue",
        "现在超时",
        "此刻还在办、而答复或办结时限已过的单数。不看时段，只看片区；按超时久的在前列出。",
    ),
    Definition(
        "few",
        f"样本少于{FEWEST}",
        f"分母少于{FEWEST}的不计率，只写几分之几：少数几单说明不了好坏。",
    ),
    Definition(
        "change",
        "与上期相比",
        "两期的率相减，单位是百分点。本月与上月比，季度与上季度比，全年与上年比；自选日期的，与紧挨在前、天数相同的一段比。"
        f"两期的分母都不少于{FEWEST}才比。",
    ),
    Definition(
        "links",
        "点开看明细",
        "每个单数、人数都可以点开，列出的正好是数进去的那些工单；看不到别的片区的工单。",
    ),
)


def as_markdown() -> str:
    """The text of docs/report-definitions.md."""
    parts = [
        "# 服务报告：每个数怎么算的",
        "由 `manage.py report_definitions` 写成，请改 `tickets/reports/definitions.py`。",
    ]
    for definition in DEFINITIONS:
        parts += [f"## {definition.title}", definition.words]
    return "\n\n".join(parts) + "\n"
