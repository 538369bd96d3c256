"""Available times: ticks and words into stretches, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers import times
from volunteers.times import Day, Stretch


def test_parts_that_touch_become_one_stretch():
    assert times.stretches(0, Day(["am", "pm"])) == [Stretch(0, 540, 990)]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (Day(["am"]), "周一上午"),
        (Day(["am", "pm", "eve"], None, True), "周一全天（最想来）"),
        (Day(["am"], (750, 840)), "周一上午、12:30–14:00"),
        (Day([], (480, 1440)), "周一08:00–24:00"),
        (Day(["eve"], (600, 660)), "周一晚上、10:00–11:00"),
    ],
)
def test_day_in_words(day, words):
    assert times.words(times.stretches(0, day)) == [words]


DAY = st.builds(
    Day,
    st.lists(st.sampled_from(list(times.PARTS)), unique=True),
    st.none() | st.tuples(st.integers(0, 700), st.integers(701, 1440)),
    st.booleans(),
)


@given(DAY)
def test_ticks_made_of_stretches_make_the_same_stretches(day):
    """Whatever is ticked, the page shows it so that saving it again changes nothing."""
    made = times.stretches(2, day)
    shown = times.days(made)[2]

    again = times.stretches(2, shown)

    assert again == made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("周一上午、周三14:00-17:00、周六全天", ["周一上午", "周三14:00–17:00", "周六全天"]),
        ("周一至周三", None),
        ("周一至三晚上；星期天下午", ["周一晚上", "周二晚上", "周三晚上", "周日下午"]),
        ("周末上午", ["周六上午", "周日上午"]),
        ("周一上午周一下午", ["周一上午、下午"]),
        ("周三14：00—17：00", ["周三14:00–17:00"]),
        ("周三17:00-14:00", None),
        ("周三14:75-17:00", None),
        ("周三14:00-25:00", None),
        ("周三8:00-9:00，周三21:00-22:00", None),
        ("每天都行", None),
        ("=1+1", None),
    ],
)
def test_typed_times(text, words):
    if words is None:
        with pytest.raises(times.Unreadable):
            times.read(text)
    else:
        assert times.words(times.read(text)) == words
