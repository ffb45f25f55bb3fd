import io

from scvkit.batch.progress import Progress
from scvkit.locale import load_words


def test_a_pipe_gets_plain_lines_with_step_elapsed_and_remaining() -> None:
    stream = io.StringIO()
    progress = Progress({"01": 10.0, "02": 30.0}, load_words("en"), jobs=2, stream=stream)
    progress.start("01")
    progress.end("01", "done")
    progress.start("02")
    progress.end("02", "failed")
    progress.close()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert "1/2" in lines[0]
    assert "about 0:15 left" in lines[0]
    assert "FAILED" in lines[1]
    assert "about 0:00 left" in lines[1]
    assert "\033" not in stream.getvalue()


def test_durations_are_kept_for_the_next_estimate() -> None:
    progress = Progress({"01": 1.0}, load_words("en"), jobs=1, stream=io.StringIO())
    progress.start("01")
    progress.end("01", "done")
    assert progress.durations()["01"] >= 0
