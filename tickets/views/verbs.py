from django.http import Http404


def amend(request, **kwargs):
    raise Http404


def dispatch(request, **kwargs):
    raise Http404


def claim(request, **kwargs):
    raise Http404


def release(request, **kwargs):
    raise Http404


def hand_back(request, **kwargs):
    raise Http404


def reply(request, **kwargs):
    raise Http404


def resolve(request, **kwargs):
    raise Http404


def review(request, **kwargs):
    raise Http404


def reopen(request, **kwargs):
    raise Http404


def withdraw(request, **kwargs):
    raise Http404


def restore(request, **kwargs):
    raise Http404
