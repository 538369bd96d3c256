"""Who is named in a text: people known from the ticket, and whoever is called by a surname. Knows no numbers."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

SHORTEST_NAME = 2
# Those that begin no other word in front of a title.
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华魏陶姜邹潘范彭鲁韦马苗俞袁柳唐罗薛贺汤郝邵傅康顾孟黄萧尹姚汪戴宋庞项祝董梁杜阮"
    "席贾江郭梅林徐邱高夏蔡田樊胡凌霍虞卢莫丁邓洪左石崔龚裴陆翁侯焦巴秋仲宫宁栾龙叶黎刘谭曾万廖熊邢钟"
    "白武史涂苏温毛段雷易乔赖倪葛游牛喻季兰鲍冉牟桂卓柯聂岳齐骆覃简甘殷艾古常"
)
# Those that end another word now and then: 保安师傅, 语文老师, 对于老师, 其余老师, 五金老板, 对方律师, 担任组长.
AFTER = (
    "(?<![保治公])安",
    "(?<!语)文",
    "(?<![对由关属处位])于",
    "(?<!其)余",
    "(?<!五)金",
    "(?<![感答致多谢])谢",
    "(?<![对双多各甲乙地])方",
    "(?<![担兼现历新前后原责主时])任",
    "(?<![工课流过])程",
)
COMPOUND = (
    "欧阳",
    "上官",
    "诸葛",
    "司马",
    "司徒",
    "司空",
    "东方",
    "南宫",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "端木",
    "长孙",
    "宇文",
    "申屠",
    "呼延",
    "西门",
)
TITLES = (
    "阿姨|大妈|大娘|大爷|大叔|大[姐哥伯嫂]|奶奶|爷爷|婆婆|嬢嬢|叔叔|伯伯|先生|女士|小姐|太太|师傅|老师|医生|同志|老伯"
    "|[姨叔婶嫂哥爷孃]|姐(?!妹)|主任|书记|经理|[站队所组店会校工班厂处部]长|警官|民警|老板|护士|大夫|教授|律师|电工|老(?:爷子|太|先生|汉|爹|人家)"
)
# What stands where a name was asked for, and names nobody.
NOBODY = frozenset(
    "业主 居民 住户 租户 租客 房东 群众 邻居 老人 家长 商户 物业 社区 网格员 志愿者 工作人员 热心居民 热心群众"
    " 匿名 无名 不详 本人 路人 先生 女士 阿姨 大爷 师傅 同志".split()
)
_SURNAME = f"(?:[{SURNAMES}]|{'|'.join((*AFTER, *COMPOUND))})"
_NO_HOME = "[庄坪岗沱坝湾桥坡沟院巷路街镇村店具电庭用政务常长属乡园]"  # 李家沱 and 家具 are nobody's home
# 小张 and 老李 where somebody does something; 小林荫道 and 老石板 are nobody.
_OFTEN = "张王李刘陈赵吴周孙徐朱胡郭何罗郑梁谢宋韩冯邓曹彭曾萧董袁潘蒋蔡杜魏吕丁沈姚卢姜崔谭汪范廖"
_DOES = "(?=说|讲|来|修|换|反映|报|打|找|发|帮|上门|看|查|把|的|和|与|$)"
_LETTER = rf"(?<![a-z0-9])[a-z](?:{TITLES}|某)"
_CALLED = re.compile(
    rf"{_SURNAME}(?:某|xx)|{_SURNAME}{_SURNAME}[两二2]家|[老小][{_OFTEN}]{_DOES}|{_LETTER}|{_SURNAME}(?:{TITLES})|(?<!百)姓{_SURNAME}|{_SURNAME}姓(?!名)|(?<![一两几每大万这那])(?!万|方){_SURNAME}家(?!{_NO_HOME})"
)


def named(text: str, names: Iterable[str]) -> Iterator[str]:
    """The words of the text that name somebody, whatever stands between their characters."""
    plain = bare(unicodedata.normalize("NFKC", text))
    for name in map(bare, names):
        if name and name not in NOBODY:
            yield from _of(plain, name)
    yield from (match[0] for match in _CALLED.finditer(plain))


def bare(text: str) -> str:
    """Letters, digits and characters only, in one case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _of(plain: str, name: str) -> Iterator[str]:
    if len(name) >= SHORTEST_NAME and name in plain:
        yield name
        return
    surname = name[:2] if name.startswith(COMPOUND) else name[0]
    own = re.escape(surname)
    if called := re.search(rf"{own}(?:{TITLES}|某|家(?!{_NO_HOME})|姓)|[老小]{own}", plain):
        yield called[0]
    given = name.removeprefix(surname)
    if len(given) == SHORTEST_NAME and not re.fullmatch(TITLES, given) and given in plain:
        yield given
