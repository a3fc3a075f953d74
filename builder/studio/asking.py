"""Send requests to Label Studio, with errors that a person can act on."""

import os
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from builder.errors import BuilderError

if TYPE_CHECKING:
    from ssl import SSLContext

# Seconds before a request is tried again; a server behind a proxy is restarted in less.
PAUSES = (0.5, 1.0, 2.0, 4.0)

T = TypeVar("T")


class UnreachableError(BuilderError):
    """The server does not answer, or refuses the key."""


class UnansweredError(UnreachableError):
    """The server failed while it was asked for something, and may have done it or not."""


def trusted() -> "SSLContext":
    """Return the certificates that servers are known by, to give to a new client.

    A client that reads them itself takes longer to make than many requests take to send.
    """
    return _read_once(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _read_once(*_: str | None) -> "SSLContext":
    import httpx

    return httpx.create_ssl_context()


def persistently(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, begun again a few times where the server fails under it.

    ``work`` has to look what is there already before it sends anything that counts twice.

    Raises:
        UnansweredError: the server failed every time.

    """
    for pause in PAUSES:
        try:
            return work()
        except UnansweredError:
            time.sleep(pause)
    return work()


def ask(url: str, send: Callable[[], T]) -> T:
    """Return what ``send`` got from the server at ``url``.

    Raises:
        BuilderError: what went wrong, in words that a person can act on.

    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        return send()
    except ApiError as error:
        if error.status_code in (401, 403):
            raise UnreachableError(
                f"{url} refuses the key (HTTP {error.status_code}): "
                "make a new token under Account & Settings > Personal Access Token"
            ) from None
        if error.status_code is not None and error.status_code >= 500:
            raise UnansweredError(
                f"{url} failed (HTTP {error.status_code}: {str(error.body)[:500]}): "
                "once it answers again, run the command again"
            ) from None
        if not isinstance(error.body, dict | list):
            raise UnreachableError(
                f"{url} does not answer like a Label Studio server "
                f"(HTTP {error.status_code} and no JSON)"
            ) from None
        raise BuilderError(
            f"{url} answered HTTP {error.status_code}: {str(error.body)[:500]}"
        ) from None
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise UnreachableError(
            f"{url} does not answer like a Label Studio server ({type(error).__name__})"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnansweredError(
            f"{url} cannot be reached ({type(error).__name__}: {error}): "
            "is Label Studio running there? See: builder studio status"
        ) from None
