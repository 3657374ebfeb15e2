"""What lasts too long is interrupted, and the clock is left as it was."""

import signal
import threading

import pytest

from claims.patience import within


def for_ever():
    while True:
        pass


def test_what_lasts_longer_is_interrupted_and_nothing_afterwards():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeoutError, match="ended after its guard"), within(0.01):
        for_ever()
    assert (signal.getitimer(signal.ITIMER_REAL), signal.getsignal(signal.SIGALRM)) == ((0.0, 0.0), before)


def test_a_clock_that_runs_already_is_left_alone():
    with pytest.raises(TimeoutError, match=r"0\.02 s"), within(0.02), within(600):
        for_ever()


def test_another_thread_is_not_limited():
    seen = []

    def work():
        with within(0.01):
            seen.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(0.0, 0.0)]
