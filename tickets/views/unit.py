from django.http import Http404


def to_claim(request, **kwargs):
    raise Http404


def mine(request, **kwargs):
    raise Http404


def done(request, **kwargs):
    raise Http404
