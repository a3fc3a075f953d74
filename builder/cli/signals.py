"""Turn a signal into an exception that ends the command, wherever Python is when it comes."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_AGAIN_SECONDS = 0.01


@contextmanager
def heeded() -> Iterator[None]:
    """Leave the block with SystemExit on SIGTERM and SIGHUP; no signal is lost, Ctrl-C neither.

    Python drops what is raised in a finalizer or a weak reference's callback, such as those of
    every import: a signal that comes in such a moment would do nothing but print a warning. It is
    raised again a moment later. What is ignored already, as under nohup, stays ignored.
    """
    numbers = [
        number
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]
    lost: list[BaseException] = []
    shown = sys.unraisablehook

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    def end_after_all(_: int, __: FrameType | None) -> None:
        if lost:
            raise lost.pop()

    def keep(dropped: "sys.UnraisableHookArgs") -> None:
        if isinstance(dropped.exc_value, SystemExit | KeyboardInterrupt):
            lost.append(dropped.exc_value)
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            shown(dropped)

    before = {number: signal.signal(number, end) for number in numbers}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, end_after_all)
    sys.unraisablehook = keep
    try:
        yield
    finally:
        sys.unraisablehook = shown
        for number, handler in before.items():
            signal.signal(number, handler)
