"""Days, however they are said: the wall says the month and nothing closer. Reads text whose digits are 0–9 already."""

import re

from tickets.wall.harmless import COUNTED

_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_MONTH = "(?:1[0-2]|0?[1-9])"
_PART_OF_DAY = "(?:当[天日晚]|那[天晚]|晚上?|上午|下午|早上|中午)"
_FEAST = "(?:元旦|春节|清明|端午|中秋|国庆|重阳|元宵|冬至|圣诞|腊8|(?<![0-9])[5-8]1|(?<![0-9])1?01)节?"
# After which 20号 is a day; in front of a thing it is its number: 3号车棚, 5号电池.
_ON_THAT_DAY = (
    r"(?=$|[^\w]|上午|下午|中午|早上|晚上|当天|那天|前(?!门)|后(?!门)|起(?!重)"
    r"|就|已|又|再|来|到|修|换|完|办|送|约|检|清|恢复|疏通|装好|通水|通电|我|请)"
)
_PATTERNS = (
    r"[0-9十]{1,3}\s*月\s*(?:[0-9]{1,2}|[0-9]?十[0-9]?)\s*(?:日|号)?",
    rf"(?<![0-9./]){_MONTH}\s*[./]\s*{_DAY}(?![0-9./]|\s*(?:{COUNTED}))",
    # 24/11, but not 24/7.
    rf"(?<![0-9./])(?!24\s*/\s*7)(?:1[3-9]|2[0-9]|3[01])\s*/\s*{_MONTH}(?![0-9./]|\s*(?:{COUNTED}))",
    rf"(?<![0-9]){_DAY}\s*(?:号{_ON_THAT_DAY}|日(?!常|光|用|历|照)|那天)",
    r"(?:上|这|本|下)个?(?:周|星期|礼拜)[1-6日天末]|(?<![每逢0-9])(?:周[1-6日]|(?:星期|礼拜)[1-6日天])(?![次遍圈0-9])",
    r"昨(?!非)|今[早晨晚天]|明[早天](?!白)",
    r"(?<![以之目门楼房屋窗店车校])前[天晚](?=$|[^\w]|[报修来晚早夜又就已才刚通换的送]|[上下]午)",
    rf"{_FEAST}{_PART_OF_DAY}|除夕",
    r"(?:大年|正月)初[0-9十]|[正腊冬]月\s*[0-9十]|(?<![最当起年月])初(?:[4-9]|十|1[0-9])(?![0-9]|[个次班级步期处])",
    # 初3 by itself is a class at school.
    rf"(?<![最当起年月])初[1-3]{_PART_OF_DAY}",
)
DATES = tuple((re.compile(pattern), "日期") for pattern in _PATTERNS)
