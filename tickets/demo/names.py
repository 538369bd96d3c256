"""Invented names and numbers. No mobile operator has the range 160, so that no demo number ever rings."""

from itertools import count

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭鲁"
GIVEN = (
    "秀兰",
    "建平",
    "桂珍",
    "国强",
    "玉梅",
    "德福",
    "淑芬",
    "志远",
    "凤英",
    "长贵",
    "小燕",
    "永康",
    "春梅",
    "学文",
    "丽华",
    "世明",
    "素琴",
    "广林",
    "翠萍",
    "家乐",
    "明珠",
    "向阳",
    "文静",
    "大勇",
    "雪琴",
    "正东",
    "桂香",
    "振华",
    "爱莲",
    "晓峰",
    "佩兰",
    "福生",
    "红霞",
    "立新",
    "月娥",
    "云飞",
    "慧敏",
    "松涛",
    "秋菊",
    "海波",
    "惠英",
    "庆丰",
    "银花",
    "忠良",
    "彩云",
)
TITLES = ("阿姨", "叔叔", "奶奶", "爷爷", "女士", "先生", "大姐", "师傅")
RESIDENTS_FROM = 16010000000


def staff_names():
    """Names without end, each once: surnames turn over faster than given names."""
    for n in count():
        lap, place = divmod(n, len(SURNAMES))
        yield SURNAMES[place] + GIVEN[(place * 7 + lap * 11) % len(GIVEN)]


def caller(rng) -> tuple[str, str]:
    """How a resident is called and reached; one in six leaves no name, one in four no number."""
    name = rng.choice(SURNAMES) + rng.choice(TITLES) if rng.random() < 0.84 else ""
    phone = str(RESIDENTS_FROM + rng.randrange(10_000_000)) if rng.random() < 0.76 else ""
    return name, phone
