from django.http import Http404


def queue(request, **kwargs):
    raise Http404
