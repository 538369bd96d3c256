"""What is drawn around every page without a template for each piece of it."""

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.urls import reverse

from tests.factories import UserFactory


def test_once_knows_nothing_of_the_page_around_it():
    page = Template("{% load frame %}{% once %}[{{ person }}{{ request.path }}]{% endonce %}{{ person }}")
    request = RequestFactory().get("/somewhere/")

    assert page.render(RequestContext(request, {"person": "吴阿姨"})) == "[]吴阿姨"


def test_once_is_drawn_once():
    page = Template("{% load frame %}{% once %}{% cycle 'a' 'b' %}{% endonce %}")

    assert [page.render(Context()), page.render(Context())] == ["a", "a"]


@pytest.mark.parametrize("asked", ["", "page=2", "page=2&sort=due", "q=%E7%94%B5%26&q=b&page=x", "choose="])
def test_here_is_what_querystring_says(asked):
    page = "{% load frame %}{% [] page=3 %} {% [] page=None choose=1 %} {% [] sort='due' %}"
    context = RequestContext(RequestFactory().get(f"/?{asked}"))

    ours, theirs = (Template(page.replace("[]", tag)).render(context) for tag in ("here", "querystring"))

    assert ours == theirs


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, ["?sort=due&amp;page=2"]),
        (2, ["?sort=due&amp;page=1", "?sort=due&amp;page=3"]),
        (3, ["?sort=due&amp;page=2"]),
    ],
)
def test_pager_leads_to_the_pages_beside_and_keeps_the_filter(number, shown):
    html = _pager(range(3), number)

    assert [part.partition('"')[0] for part in html.split('href="')[1:]] == shown
    assert f"第 {number} 页，共 3 页" in html


def test_pager_of_one_page_is_none():
    assert _pager(range(1), 1) == ""


def _pager(rows, number):
    context = RequestContext(
        RequestFactory().get("/?sort=due"), {"page_obj": Paginator(rows, 1).page(number)}
    )
    return Template("{% load frame %}{% pager page_obj %}").render(context)


@pytest.mark.parametrize(
    ("whom", "found", "missing"),
    [
        ("volunteer", ["accounts:me", "volunteers:me"], ["accounts:people", "tickets:audit"]),
        ("lead", ["volunteers:me", "accounts:people", "tickets:audit"], ["volunteers:teams"]),
        ("secretary", ["volunteers:teams", "tickets:wall_desk", "tickets:audit"], ["accounts:people"]),
        (
            "nobody",
            ["accounts:me", "accounts:password"],
            ["volunteers:me", "accounts:people", "tickets:audit"],
        ),
    ],
)
def test_own_menu_holds_what_ones_posts_open(house, client_of, whom, found, missing):
    user = getattr(house, whom, None) or UserFactory()

    page = client_of(user).get(reverse("accounts:me")).content.decode()

    menu = page.partition('<div class="menu-b">')[2].partition("</div>")[0]
    assert {f'href="{reverse(name)}"' in menu for name in found} == {True}
    assert {f'href="{reverse(name)}"' in menu for name in missing} == {False}
