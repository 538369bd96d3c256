"""Digits that a page holds by chance, so that a search for somebody's does not find those: keys of forms, tokens, rows'
numbers in addresses, and the running numbers of the factories' names.
"""

import re

KEY, TOKEN = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"\b[A-Za-z0-9]{64}\b"
ROW, NAME = r"(?<=/)\d+(?=/)", r"(?<=和苑)\d+|(?<=水电气)\d+|(?<=燃气泄漏)\d+"
BY_CHANCE = re.compile("|".join((KEY, TOKEN, ROW, NAME)))


def without_chance(page):
    return BY_CHANCE.sub("", page)
