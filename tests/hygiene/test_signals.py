"""The dashboard on a terminal that is suspended, resized, closed and killed: it ends in order, whoever ends it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aws.alarms.journal import UNKNOWN, Journal
from tests.hygiene.terminal import DEADLINE_S, Terminal
from tests.hygiene.writing_dashboard import JOURNAL


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


@pytest.fixture
def terminal(note: Path) -> Iterator[Terminal]:
    with closing(Terminal("-m", "tests.hygiene.small_dashboard", str(note))) as one:
        one.until(b"checkout")
        yield one


def _left_in_order(note: Path) -> bool:
    return note.read_text(encoding="utf-8") == "left"


def test_suspended_resumed_resized_and_ended_it_leaves_the_terminal_as_it_was(terminal: Terminal, note: Path) -> None:
    assert terminal.modes_on() >= {b"1049", b"1000", b"2004"}
    terminal.press(b"\x1a")
    terminal.wait_for(terminal.stopped)
    while more := terminal.read(0.2):
        terminal.said += more
    assert terminal.as_found(), "the shell has the terminal to itself"
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(b"checkout")
    assert b"1049" in terminal.modes_on()

    for number in range(200):
        terminal.resize(40 + number, 10 + number % 40)
    for columns, rows in ((1, 1), (20, 5), (500, 3), (1, 1), (100, 30)):
        terminal.resize(columns, rows)
        terminal.said += terminal.read(0.3)
    terminal.press(b"\x0c")  # ctrl+l
    terminal.until(b"checkout")

    terminal.process.terminate()
    assert terminal.ended() == 128 + signal.SIGTERM
    assert terminal.as_found()
    assert b"Traceback" not in terminal.said
    assert _left_in_order(note)


def test_it_ends_in_order_with_its_terminal(terminal: Terminal, note: Path) -> None:
    os.close(terminal.master)
    assert terminal.process.wait(timeout=DEADLINE_S) == 128 + signal.SIGHUP
    assert _left_in_order(note)


def test_interrupted_before_there_is_anything_to_see_it_ends_in_order_and_twice_without_a_word(note: Path) -> None:
    with closing(Terminal("-m", "tests.hygiene.small_dashboard", str(note))) as terminal:
        terminal.until(b"\x1b[?1049h")
        terminal.process.send_signal(signal.SIGINT)
        terminal.until(b"\x1b[?1049l")
        terminal.press(b"\x03")  # the user's own, at the shell's line already
        assert terminal.ended() in (128 + signal.SIGINT, -signal.SIGINT)
        assert terminal.as_found()
    assert b"Traceback" not in terminal.said
    assert b"KeyboardInterrupt" not in terminal.said


def test_what_is_on_the_wire_is_written_down_though_the_terminal_goes(tmp_path: Path) -> None:
    journal = Journal(tmp_path / JOURNAL)
    with closing(Terminal("-m", "tests.hygiene.writing_dashboard", str(tmp_path))) as terminal:
        terminal.until(b"checkout")
        for keys, answer in ((b"A", b"all or none"), (b"c", b"go back")):
            terminal.press(keys)
            terminal.until(answer)
        terminal.insist(b"y", (tmp_path / "sent").exists)
        terminal.press(b"\x1a")
        terminal.wait_for(terminal.stopped)
        assert [entry.result for entry in journal.entries()] == [UNKNOWN], "all that is left if it is killed now"

        terminal.process.send_signal(signal.SIGCONT)
        terminal.until(b"checkout")
        os.close(terminal.master)
        (tmp_path / "answer").touch()
        assert terminal.process.wait(timeout=DEADLINE_S) == 128 + signal.SIGHUP
    assert [entry.result for entry in journal.entries()] == ["created"], "it is told of, and the next was not begun"
