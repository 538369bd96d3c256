"""What belongs to one ticket, by its id: every ticket's page reads all of it, so each query is composed once."""

from stations.composed import Composed
from tickets.models import Clock, Event, Photo, Rating, Reporter, Ticket

ticket_of = Composed(
    lambda pk: (
        Ticket.objects.with_people().with_lost().select_related("logged_by", "area__parent").filter(pk=pk)
    )
)
clocks_of = Composed(lambda ticket: Clock.objects.filter(ticket=ticket))
events_of = Composed(lambda ticket: Event.objects.filter(ticket=ticket).select_related("by"))
reporters_of = Composed(lambda ticket: Reporter.objects.shown_on(Ticket(pk=ticket)))
photos_of = Composed(lambda ticket: Photo.objects.of(Ticket(pk=ticket)).for_album())
ratings_of = Composed(lambda ticket: Rating.objects.filter(ticket=ticket))
