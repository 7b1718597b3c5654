"""Names of images in the project's own files: read, bounded, never run."""

from __future__ import annotations

from pathlib import Path

from wizard.clients.project_code import MOST_FILES, project_images

SPEC = 'from flytekit import ImageSpec\nimage = ImageSpec(name="{}")\n'


def test_names_near_the_top_come_first_each_once(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "flows" / "deep").mkdir(parents=True)
    (project / "flows" / "deep" / "a.py").write_text(SPEC.format("third"))
    (project / "flows" / "b.py").write_text(SPEC.format("second") + SPEC.format("first"))
    (project / "z.py").write_text(SPEC.format("first"))

    assert project_images(project, home) == ("first", "second", "third")


def test_other_peoples_code_is_passed_over(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for folder in (".venv/lib", "node_modules", "venv", ".git", "build"):
        (project / folder).mkdir(parents=True)
        (project / folder / "a.py").write_text(SPEC.format("theirs"))

    assert project_images(project, home) == ()


def test_a_file_is_never_run_and_a_broken_one_says_nothing(home: Path, tmp_path: Path) -> None:
    project, ran = tmp_path / "project", tmp_path / "ran"
    project.mkdir()
    (project / "a.py").write_text(f"open({str(ran)!r}, 'w')\n" + SPEC.format("app"))
    (project / "b.py").write_text("ImageSpec(name=")
    (project / "c.py").write_bytes(b"\xff\xfe ImageSpec")

    assert project_images(project, home) == ("app",)
    assert not ran.exists()


def test_a_home_directory_is_not_searched(home: Path) -> None:
    (home / "a.py").write_text(SPEC.format("app"))

    assert project_images(home, home) == ()


def test_after_so_many_files_no_more_are_read(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for number in range(MOST_FILES):
        (project / f"a{number:04}.py").touch()
    (project / "z.py").write_text(SPEC.format("late"))

    assert project_images(project, home) == ()


def test_a_link_in_a_circle_ends(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "again").symlink_to(project)
    (project / "a.py").write_text(SPEC.format("app"))

    assert project_images(project, home) == ("app",)
