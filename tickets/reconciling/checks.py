"""What has to agree with what, each as one question over the tables.

Every check is two statements, however many tickets there are: how many rows it looks at, and what does not agree,
as (ticket id, area id, words); the words of a finding hold numbers and statuses, nothing of residents.
"""

from dataclasses import dataclass
from datetime import datetime

from tickets.models import Ticket
from tickets.ownerless import why
from tickets.reports import tallying


@dataclass(frozen=True)
class Check:
    """`title` and `counted` are read by people: 编号连续, 查了 3 单. `faults` takes the parameter `now`."""

    code: str
    title: str
    counted: str
    rows: str
    faults: str


NUMBERS = Check(
    "numbers",
    "编号连续，不缺不重",
    "单",
    "SELECT count(*) FROM tickets_ticket",
    """
    SELECT NULL::bigint, s.area_id,
           s.code || to_char(d.received_on, ' YYYY-MM-DD ') || '编到' || d.last || '号，只有' || d.tickets || '单，缺'
           || (SELECT string_agg(n::text, '、') FROM (
                 SELECT n FROM generate_series(1, least(d.last, 100000)) n
                 WHERE NOT EXISTS (SELECT FROM tickets_ticket t WHERE t.station_id = d.station_id
                                   AND t.received_on = d.received_on AND t.sequence = n) LIMIT 10) missing) || '号'
    FROM (SELECT station_id, received_on, max(sequence) AS last, count(*) AS tickets
          FROM tickets_ticket GROUP BY station_id, received_on HAVING max(sequence) <> count(*)) d
    JOIN stations_station s ON s.id = d.station_id
    UNION ALL
    SELECT id, area_id, '编号和接单日期、当日序号对不上' FROM tickets_ticket
    WHERE number NOT LIKE '%%-' || to_char(received_on, 'YYYYMMDD') || '-'
          || lpad(sequence::text, greatest(3, length(sequence::text)), '0')
    """,
)
COUNTERS = Check(
    "counters",
    "发号的记到几号，工单就到几号",
    "本号码簿",
    "SELECT count(*) FROM tickets_counter",
    """
    SELECT NULL::bigint, s.area_id,
           s.code || to_char(day, ' YYYY-MM-DD ') || '号码簿记到' || coalesce(given, 0)
           || '号，工单到' || coalesce(used, 0) || '号'
    FROM (SELECT station_id, day, last AS given FROM tickets_counter) c
    FULL JOIN (SELECT station_id, received_on AS day, max(sequence) AS used FROM tickets_ticket
               GROUP BY station_id, received_on) t USING (station_id, day)
    JOIN stations_station s ON s.id = station_id
    WHERE given IS DISTINCT FROM used
    """,
)
RECEIPTS = Check(
    "receipts",
    "每位反映人有一张能用的回执",
    "位反映人",
    "SELECT count(*) FROM tickets_reporter",
    """
    SELECT p.ticket_id, t.area_id, '有一位反映人没有能用的回执'
    FROM tickets_reporter p JOIN tickets_ticket t ON t.id = p.ticket_id
    WHERE NOT EXISTS (SELECT FROM tickets_receipt r WHERE r.reporter_id = p.id AND r.revoked_at IS NULL)
    UNION ALL
    SELECT t.id, t.area_id, '没有反映人' FROM tickets_ticket t
    WHERE NOT EXISTS (SELECT FROM tickets_reporter p WHERE p.ticket_id = t.id)
    """,
)
# Of what did not move the ticket (marked late, told, corrected) the order says nothing.
CHAIN = Check(
    "chain",
    "办理经过一步接一步",
    "单",
    "SELECT count(*) FROM tickets_ticket",
    """
    SELECT t.id, t.area_id,
           CASE WHEN e.ticket_id IS NULL THEN '没有接单的经过'
                WHEN e.is_broken THEN '经过断开：后一步不是从前一步的状态开始的'
                ELSE '经过的最后一步和工单现在的状态不一样' END
    FROM tickets_ticket t LEFT JOIN (
        SELECT ticket_id, bool_or(status_from <> coalesce(before, '')) AS is_broken,
               max(status_to) FILTER (WHERE after IS NULL) AS last
        FROM (SELECT ticket_id, status_from, status_to, lag(status_to) OVER steps AS before,
                     lead(id) OVER steps AS after
              FROM tickets_event WHERE status_from <> status_to
              WINDOW steps AS (PARTITION BY ticket_id ORDER BY id)) step
        GROUP BY ticket_id) e ON e.ticket_id = t.id
    WHERE e.ticket_id IS NULL OR e.is_broken OR e.last <> t.status
    """,
)
CLOCKS = Check(
    "clocks",
    "没结案的每一单都在计时",
    "单",
    "SELECT count(*) FROM tickets_ticket WHERE status IN ('received', 'dispatched', 'claimed', 'waiting', 'resolved')",
    """
    SELECT t.id, t.area_id,
           CASE WHEN t.status = 'resolved' THEN '等评价，却没有评价时限'
                WHEN c.replies <> 1 THEN '没有在走或已答复的答复时限'
                WHEN c.resolves <> 1 THEN '没有在走的办结时限'
                ELSE '等居民补充，却没有补充时限' END
    FROM tickets_ticket t CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE kind = 'reply' AND stopped_at IS NULL) AS replies,
               count(*) FILTER (WHERE kind = 'resolve' AND stopped_at IS NULL AND met_at IS NULL) AS resolves,
               count(*) FILTER (WHERE kind = 'waiting' AND stopped_at IS NULL AND met_at IS NULL) AS waitings,
               count(*) FILTER (WHERE kind = 'rating' AND stopped_at IS NULL AND met_at IS NULL) AS ratings
        FROM tickets_clock WHERE ticket_id = t.id AND round = t.round) c
    WHERE t.status IN ('received', 'dispatched', 'claimed', 'waiting')
          AND (c.replies <> 1 OR c.resolves <> 1 OR (t.status = 'waiting' AND c.waitings <> 1))
       OR t.status = 'resolved' AND c.ratings <> 1
    """,
)
# What fell due in the last minutes may still be waiting for the sweep.
FLAGS = Check(
    "flags",
    "超时标得对：到期的都标了，没到期的没标",
    "个时限",
    "SELECT count(*) FROM tickets_clock WHERE kind IN ('reply', 'resolve')",
    """
    SELECT ticket_id, area_id, '没到期就标了超时' FROM tickets_clock WHERE flagged_at < due_at
    UNION ALL
    SELECT ticket_id, area_id, '到期了还没有标超时' FROM tickets_clock
    WHERE due_at < %(now)s::timestamptz - interval '10 minutes' AND kind IN ('reply', 'resolve') AND flagged_at IS NULL
          AND met_at IS NULL AND stopped_at IS NULL AND paused_at IS NULL
    UNION ALL
    SELECT c.ticket_id, c.area_id, '标了超时，经过里却有' || coalesce(e.times, 0) || '次标记'
    FROM tickets_clock c LEFT JOIN (
        SELECT ticket_id, round, data->>'kind' AS kind, count(*) AS times
        FROM tickets_event WHERE verb = 'flag' GROUP BY 1, 2, 3) e USING (ticket_id, round, kind)
    WHERE c.flagged_at IS NOT NULL AND coalesce(e.times, 0) <> 1
    """,
)
STOCK = Check(
    "stock",
    "物品现有数和变动记录一致",
    "种物品",
    "SELECT count(*) FROM stations_supply",
    """
    SELECT NULL::bigint, st.area_id,
           st.code || '的“' || s.name || '”现有' || s.stock || '，最后一次记的是' || c.stock_after
    FROM stations_supply s JOIN stations_station st ON st.id = s.station_id
    CROSS JOIN LATERAL (SELECT stock_after FROM stations_supplychange WHERE supply_id = s.id
                        ORDER BY id DESC LIMIT 1) c
    WHERE c.stock_after <> s.stock
    """,
)
OWNERS_CODE, OWNERS_TITLE, OWNERS_COUNTED = "owners", "没办完的每一单都有人负责", "单"
TALLIES_CODE, TALLIES_TITLE, TALLIES_COUNTED = "tallies", "服务报告先数好的数和工单一致", "个社区月份"
ASKED = (NUMBERS, COUNTERS, RECEIPTS, CHAIN, CLOCKS, FLAGS, STOCK)
TITLES = {
    OWNERS_CODE: (OWNERS_TITLE, OWNERS_COUNTED),
    TALLIES_CODE: (TALLIES_TITLE, TALLIES_COUNTED),
    **{check.code: (check.title, check.counted) for check in ASKED},
}


def ownerless(most: int) -> tuple[int, int, list[tuple]]:
    """Open tickets; how many of them nobody can act on; the first of these."""
    lost = Ticket.objects.ownerless().order_by("pk")
    columns = ("pk", "area", "owner_lost", "unit__name", "claimant__name")
    found = [
        (pk, area, why(code, unit, claimant))
        for pk, area, code, unit, claimant in lost.values_list(*columns)[:most]
    ]
    return Ticket.objects.open().count(), lost.count() if found else 0, found


def tallies(most: int, now: datetime) -> tuple[int, int, list[tuple]]:
    """Months of communities counted for the reports; how many are not what the tickets say; the first of these."""
    rows, faults = tallying.differing(now=now)
    found = [
        (None, area, f"{month.year}年{month.month}月先数好的数和工单对不上，已经重数")
        for area, month in faults
    ]
    return rows, len(faults), found[:most]
