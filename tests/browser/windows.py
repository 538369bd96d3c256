"""Browser windows lent to one test after another, since opening a new one costs more than the page shown in it.

Each stands for one person's browser: its cookies, storage and pages are gone before the next test has it.
"""

from collections import defaultdict

from playwright.sync_api import Error

# Kept open, so that the process that draws this site's pages lives on with it.
ANCHOR = "/static/img/mark.svg"
TIMEOUT = 60_000  # milliseconds, for what takes a few hundred


class Spoilt(Exception):
    """Something of the test stays in the window for good."""


class Windows:
    """The windows of one browser in front of one site."""

    def __init__(self, browser, site):
        self.browser, self.site = browser, site
        self._free, self._lent = defaultdict(list), []

    def page(self, *, cookies, viewport, has_touch, javascript):
        """A page in a window that nobody else has until `give_back`."""
        kind = (has_touch, javascript)
        window = self._free[kind].pop() if self._free[kind] else _Window(self, *kind)
        self._lent.append((kind, window))
        return window.open(cookies, viewport)

    def give_back(self):
        """All that are lent; one that cannot be cleaned is thrown away."""
        while self._lent:
            kind, window = self._lent.pop()
            try:
                window.clean()
            except (Error, Spoilt):
                window.context.close()
            else:
                self._free[kind].append(window)

    def close(self):
        self.give_back()
        for window in (window for free in self._free.values() for window in free):
            window.context.close()


class _Window:
    def __init__(self, windows, has_touch, javascript):
        self.site = windows.site
        self.context = windows.browser.new_context(
            base_url=windows.site,
            has_touch=has_touch,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
        )
        self.context.set_default_timeout(TIMEOUT)
        self.anchor = self.context.new_page()
        self.anchor.goto(ANCHOR)
        self.devtools = self.context.new_cdp_session(self.anchor)

    def open(self, cookies, viewport):
        self.context.add_cookies(cookies)
        page = self.context.new_page()
        page.set_viewport_size(viewport)
        return page

    def clean(self):
        """As new, but for the cache of static files."""
        if self.anchor.evaluate("'__pwClock' in window"):
            raise Spoilt("a clock of the test's own, put into every page to come")
        for page in self.context.pages:
            if page != self.anchor:
                page.close()
        self.context.set_offline(False)
        self.context.clear_cookies()
        self.devtools.send("Storage.clearDataForOrigin", {"origin": self.site, "storageTypes": "all"})
