"""Signals that end a command, also where Python drops what they raise."""

import os
import signal
import sys
import time

import pytest

from builder.cli.signals import heeded


class _Dying:
    """Sends this process a signal while Python runs a finalizer."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self._number)
        for _ in range(100):
            pass


def _die_and_go_on(number: int) -> None:
    _Dying(number)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_in_a_finalizer_ends_the_command(number: signal.Signals) -> None:
    with pytest.raises(SystemExit) as ended, heeded():
        _die_and_go_on(number)
    assert ended.value.code == 128 + number


def test_ctrl_c_in_a_finalizer_ends_the_command() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), heeded():
            _die_and_go_on(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_finalizer_that_fails_is_still_told() -> None:
    class Failing:
        def __del__(self) -> None:
            raise ValueError("told")

    seen: list[sys.UnraisableHookArgs] = []
    before, sys.unraisablehook = sys.unraisablehook, seen.append
    try:
        with heeded():
            Failing()
    finally:
        sys.unraisablehook = before
    assert [type(dropped.exc_value) for dropped in seen] == [ValueError]


def test_handlers_are_put_back() -> None:
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    with heeded():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in numbers] == before
