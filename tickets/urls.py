"""Addresses of the ticket loop, grouped by who uses them. `home` is wired in servicedesk.urls."""

from django.urls import path

from tickets.views import (
    audit,
    calendar,
    counts,
    desk,
    due,
    loans,
    office,
    pairs,
    photos,
    public,
    reconciliation,
    reveal,
    rules,
    slip,
    supplies,
    telling,
    tickets,
    unit,
    verbs,
    visits,
)

app_name = "tickets"

urlpatterns = [
    # the volunteer's desk
    path("desk/", desk.desk, name="desk"),
    path("desk/receive/", desk.receive, name="receive"),
    path("desk/hints/", desk.hints, name="hints"),
    path("tickets/<str:number>/slip/", slip.slip, name="slip"),
    path("tickets/<str:number>/slip/<int:place>/", slip.slip, name="slip_of"),
    # what else goes on at a station
    path("desk/visits/", visits.tap, name="tap"),
    path("desk/visits/undo/", visits.undo, name="undo_tap"),
    path("desk/loans/", loans.loans, name="loans"),
    path("desk/loans/new/", loans.lend, name="lend"),
    path("desk/loans/<int:pk>/", loans.loan, name="loan"),
    path("desk/loans/<int:pk>/borrower/", loans.borrower, name="loan_borrower"),
    path("desk/loans/<int:pk>/return/", loans.take_back, name="take_back"),
    path("desk/loans/<int:pk>/return/undo/", loans.undo_take_back, name="undo_take_back"),
    path("desk/supplies/", supplies.supplies, name="supplies"),
    path("desk/supplies/new/", supplies.add, name="add_supply"),
    path("desk/supplies/<int:pk>/", supplies.supply, name="supply"),
    path("desk/supplies/<int:pk>/edit/", supplies.edit, name="edit_supply"),
    path("counts/", counts.overview, name="counts"),
    path("counts/<str:code>/", counts.of_station, name="station_counts"),
    # answers that somebody still has to be told
    path("to-tell/", telling.waiting, name="to_tell"),
    path("to-tell/<int:reporter>/", telling.tell, name="tell"),
    path("to-tell/<int:reporter>/undo/", telling.untell, name="untell"),
    # the dispatcher
    path("queue/", office.queue, name="queue"),
    path("queue/duplicates/", pairs.likely, name="duplicates"),
    path("queue/duplicates/<str:number>/apart/", pairs.keep_apart, name="apart"),
    path("queue/duplicates/<str:number>/together/", pairs.propose_again, name="propose_again"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<int:area_id>/<int:category_id>/", rules.rule, name="rule"),
    # what falls due, for dispatchers and units
    path("due/", due.due_today, name="due_today"),
    # the working calendar
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/notice/", calendar.notice, name="calendar_notice"),
    path("calendar/notice/<int:year>/withdraw/", calendar.withdraw_notice, name="calendar_withdraw"),
    path("calendar/<int:area_id>/<str:key>/", calendar.day, name="calendar_day"),
    # unit staff on their phones
    path("unit/", unit.to_claim, name="unit_to_claim"),
    path("unit/mine/", unit.mine, name="unit_mine"),
    path("unit/promises/", unit.my_promises, name="my_promises"),
    path("unit/done/", unit.done, name="unit_done"),
    # lists and one ticket
    path("tickets/", tickets.ticket_list, name="list"),
    path("tickets/search/", tickets.search, name="search"),
    path("tickets/<str:number>/", tickets.detail, name="detail"),
    path("tickets/<str:number>/limits/", tickets.limits, name="limits"),
    path("tickets/<str:number>/reveal/<int:reporter_id>/", reveal.reveal, name="reveal"),
    path("audit/", audit.audit, name="audit"),
    path("reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    # photos: shown, added, removed
    path("photos/<str:name>/", photos.photo, name="photo"),
    path("photos/<str:name>/remove/", photos.remove, name="photo_remove"),
    path("tickets/<str:number>/photos/", photos.add, name="photos"),
    # the verbs, each a page with its form and the action itself
    path("tickets/<str:number>/amend/", verbs.amend, name="amend"),
    path("tickets/<str:number>/dispatch/", verbs.dispatch, name="dispatch"),
    path("tickets/<str:number>/claim/", verbs.claim, name="claim"),
    path("tickets/<str:number>/release/", verbs.release, name="release"),
    path("tickets/<str:number>/hand-back/", verbs.hand_back, name="hand_back"),
    path("tickets/<str:number>/reply/", verbs.reply, name="reply"),
    path("tickets/<str:number>/ask/", verbs.ask_resident, name="ask_resident"),
    path("tickets/<str:number>/resident-answered/", verbs.resident_answered, name="resident_answered"),
    path("tickets/<str:number>/resolve/", verbs.resolve, name="resolve"),
    path("tickets/<str:number>/review/", verbs.review, name="review"),
    path("tickets/<str:number>/reopen/", verbs.reopen, name="reopen"),
    path("tickets/<str:number>/merge/", verbs.merge, name="merge"),
    path("tickets/<str:number>/unmerge/", verbs.unmerge, name="unmerge"),
    path("tickets/<str:number>/withdraw/", verbs.withdraw, name="withdraw"),
    path("tickets/<str:number>/restore/", verbs.restore, name="restore"),
    # residents
    path("t/", public.track_code, name="track_code"),
    path("t/receipt/", public.receipt, name="receipt"),
    path("t/receipt/rate/", public.rate, name="rate"),
    path("t/receipt/seen/", public.acknowledge, name="acknowledge"),
    path("t/receipt/answer/", public.answer, name="answer"),
    path("t/receipt/unlock/", public.unlock, name="unlock"),
    path("t/receipt/leave/", public.leave, name="leave"),
    path("t/receipt/photo/<str:name>/", photos.receipt_photo, name="receipt_photo"),
    path("t/<str:token>/", public.track, name="track"),
]
