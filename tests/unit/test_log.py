"""Where the log goes."""

import logging

from crenel.log import RunLog, to_screen

LOG = logging.getLogger("crenel.somewhere")


def test_a_run_s_log_waits_for_its_folder(tmp_path):
    path = tmp_path / "run.log"
    with RunLog() as log:
        LOG.info("before %d", 1)
        assert not path.exists()
        log.open(path)
        LOG.info("after")
        log.open(path)
        LOG.debug("a detail")
    LOG.info("too late")
    lines = path.read_text("utf-8").splitlines()
    # Whole lines: a clock time in them would make two equal runs differ.
    assert lines == ["INFO    crenel.somewhere: before 1", "INFO    crenel.somewhere: after"]


def test_what_stopped_a_run_is_in_its_log_only(tmp_path, capsys):
    to_screen(verbose=True)
    with RunLog() as log:
        log.open(tmp_path / "run.log")
        try:
            raise ZeroDivisionError("why")
        except ZeroDivisionError:
            log.stopped()
    assert "ZeroDivisionError: why" in (tmp_path / "run.log").read_text("utf-8")
    assert capsys.readouterr().err == ""


def test_a_log_that_never_got_a_folder_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with RunLog():
        LOG.warning("refused")
    assert list(tmp_path.iterdir()) == []


def test_a_run_s_log_leaves_the_logger_as_it_was():
    logger = logging.getLogger("crenel")
    before = logger.level, list(logger.handlers)
    with RunLog():
        assert logger.isEnabledFor(logging.INFO)
    assert (logger.level, list(logger.handlers)) == before


def test_a_resumed_run_adds_to_its_log(tmp_path):
    for word in ("first", "second"):
        with RunLog() as log:
            log.open(tmp_path / "run.log")
            LOG.info(word)
    assert [line.split()[-1] for line in (tmp_path / "run.log").read_text("utf-8").splitlines()] == ["first", "second"]


def test_the_screen_shows_what_a_user_should_read_once(capsys):
    to_screen(verbose=False)
    to_screen(verbose=False)
    LOG.info("a detail")
    LOG.warning("compiling")
    assert capsys.readouterr() == ("", "compiling\n")


def test_the_screen_shows_everything_when_asked(capsys):
    to_screen(verbose=True)
    LOG.debug("a detail")
    to_screen(verbose=False)
    assert capsys.readouterr().err.endswith("DEBUG   crenel.somewhere: a detail\n")
