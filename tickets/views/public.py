from django.http import Http404


def track_code(request, **kwargs):
    raise Http404


def receipt(request, **kwargs):
    raise Http404


def rate(request, **kwargs):
    raise Http404


def unlock(request, **kwargs):
    raise Http404


def leave(request, **kwargs):
    raise Http404


def track(request, **kwargs):
    raise Http404
