"""自动排班: a proposal for a station and a period, looked at by the lead, sent as questions, answered by each.

Nobody is put into a seat here: what is sent are questions (volunteers.seating.asking).
"""

from volunteers.proposing.drafting import Draft, Period, draft
from volunteers.proposing.sending import decline, next_for, send, take_back

__all__ = ["Draft", "Period", "decline", "draft", "next_for", "send", "take_back"]
