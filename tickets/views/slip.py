from django.http import Http404


def slip(request, **kwargs):
    raise Http404
