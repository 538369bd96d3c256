"""The rows of the list of tickets: fifty on a page, so no template is run for each of them."""

from django import template

from stations.markup import fill, fill_each
from tickets.templatetags.chips import URGENT, due_chip, status_chip

ROW = """
<tr{}>
  <th scope="row"><span><a href="{}">{}</a><br><span class="facts nw">{}</span></span></th>
  <td data-t="地点">{}</td>
  <td data-t="接单"><span class="nw">{}</span></td>
  <td data-t="责任单位">{}{}</td>
  <td data-t="状态">{}</td>
  <td data-t="时限">{}{}</td>
</tr>"""
IS_OVER = fill(' class="{}"', "is-over")
PRESSING = fill('<span class="st st-urgent">{}{}</span>', URGENT, "急事")
register = template.Library()


@register.simple_tag
def list_rows(rows) -> str:
    """tickets.listing.Row; each cell says its column, for phones show a row as a card."""
    return fill_each(ROW, map(_cells, rows))


def _cells(row) -> tuple:
    due = row.due
    return (
        IS_OVER if due and due.kind == "over" else "",
        row.url,
        row.title,
        row.number,
        row.where or "没写地点",
        row.received,
        row.unit,
        fill('<br><span class="facts">{}</span>', row.claimant) if row.claimant else "",
        status_chip(row.status),
        PRESSING if row.is_pressing else "",
        due_chip(due, exact=True) or "—",
    )
