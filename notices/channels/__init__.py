"""The ways out of the house. Each is a line: a context with a `channel` and `send(address, deliveries)`.

`send` returns when the other side has taken the message, and raises Transient or Permanent with the sentence a
person reads. Any other exception is a fault of the message, not of the line.
"""

from notices.channels.mail import MailLine
from notices.channels.robot import RobotLine
from notices.channels.trouble import Permanent, Transient, Trouble

Line = MailLine | RobotLine

LINES = (RobotLine, MailLine)

__all__ = ["LINES", "Line", "MailLine", "Permanent", "RobotLine", "Transient", "Trouble"]
