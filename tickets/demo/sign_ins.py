"""The demo sign-ins: one for each role, one shared password. They exist only where DEMO is set."""

from typing import NamedTuple

PASSWORD = "shequ-demo-2026"  # noqa: S105


class SignIn(NamedTuple):
    """`sees_first` is what the person finds after signing in; the README lists this table."""

    role: str
    phone: str
    name: str
    sees_first: str


VOLUNTEER = SignIn("志愿者", "16000000001", "刘桂芳", "和苑一号站的服务台：接单、本站未办结工单")
STATION_LEAD = SignIn("站长", "16000000002", "陈国平", "和苑一号站的服务台和志愿者名册")
STAFF = SignIn("物业人员", "16000000003", "周建华", "安居物业的手机页：待认领 5 单，我在办 3 单")
UNIT_LEAD = SignIn("物业负责人", "16000000004", "郑洁", "安居物业的手机页，可以指定同事、登记本单位人员")
HOUSING_STAFF = SignIn("房管人员", "16000000005", "孙伟", "房管服务中心的手机页：一单第二轮在办")
DISPATCHER = SignIn("派单员", "16000000006", "何敏", "和苑社区的派单台：8 单待派，超时的在最前")
SECRETARY = SignIn("社区书记", "16000000007", "林书文", "和苑社区的服务报告")
STREET_SECRETARY = SignIn("街道书记", "16000000008", "顾正平", "青禾街道三个社区的服务报告")
ADMIN = SignIn("系统管理员", "16000000009", "方亮", "后台配置，不看工单")

DEMO_SIGN_INS = (
    VOLUNTEER,
    STATION_LEAD,
    STAFF,
    UNIT_LEAD,
    HOUSING_STAFF,
    DISPATCHER,
    SECRETARY,
    STREET_SECRETARY,
    ADMIN,
)
