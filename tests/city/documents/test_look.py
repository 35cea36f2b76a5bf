"""What a worker does with a new file: the scanner's word, the small picture, and what happens without them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from city.documents.clamd import FakeClamd
from city.documents.nasty import EICAR, SOUND, flood_png, pdf, picture
from city.documents.toy import NOW, Toy, files_under
from xuecheng.city.documents import previews, rules, services, storage
from xuecheng.city.documents.models import DocumentVersion
from xuecheng.city.documents.scanning import Clamd, Finding, ScannerUnreachable, scanner
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job

Daemon = Callable[..., FakeClamd]


@pytest.fixture
def daemon(settings: Any) -> Iterator[Daemon]:
    made: list[FakeClamd] = []

    def start(**wished: Any) -> FakeClamd:
        made.append(FakeClamd(**wished))
        settings.MALWARE_SCANNER = made[-1].address
        return made[-1]

    yield start
    for one in made:
        one.close()


def looked_at(version: DocumentVersion) -> DocumentVersion:
    services.look_at(version_id=version.pk, scanner=scanner(), at=NOW)
    version.refresh_from_db()
    return version


class TestTheScannersPort:
    def scan(self, folder: Path, address: str, content: bytes) -> Any:
        path = folder / "file"
        path.write_bytes(content)
        return Clamd(address, timeout_s=5).scan(path)

    def test_clean_is_clean_and_eicar_is_found(self, tmp_path: Path, daemon: Daemon) -> None:
        address = daemon().address
        assert self.scan(tmp_path, address, b"words").finding is Finding.CLEAN
        found = self.scan(tmp_path, address, EICAR)
        assert (found.finding, found.note) == (Finding.INFECTED, "Eicar-Test-Signature")

    def test_it_speaks_over_a_local_socket_too(self, tmp_path: Path, daemon: Daemon) -> None:
        assert self.scan(tmp_path, daemon(unix=tmp_path / "s").address, EICAR).finding is Finding.INFECTED

    def test_large_files_are_sent_piece_by_piece(self, tmp_path: Path, daemon: Daemon) -> None:
        assert self.scan(tmp_path, daemon().address, b"\0" * 3_000_000 + EICAR).finding is Finding.INFECTED

    def test_what_is_too_large_for_the_daemon_could_not_be_scanned(self, tmp_path: Path, daemon: Daemon) -> None:
        verdict = self.scan(tmp_path, daemon(most_bytes=100_000).address, b"\0" * 5_000_000)
        assert verdict.finding is Finding.FAILED
        assert "size limit" in verdict.note

    @pytest.mark.parametrize("answer", [b"", b"\0", b"stream: what?\0"])
    def test_an_answer_without_sense_is_no_all_clear(self, tmp_path: Path, daemon: Daemon, answer: bytes) -> None:
        with pytest.raises(ScannerUnreachable):
            self.scan(tmp_path, daemon(answer=answer).address, b"words")

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/at/all"])
    def test_nobody_there_is_no_all_clear(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(ScannerUnreachable):
            self.scan(tmp_path, address, b"words")

    def test_an_address_of_another_kind_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="tcp://"):
            Clamd("http://x", timeout_s=1)


class TestScanning:
    def test_without_a_scanner_a_file_is_honestly_called_not_scanned(self, toy: Toy) -> None:
        version = looked_at(toy.add())
        assert version.scan == "none"
        assert version.can_be_handed_on

    def test_with_one_a_file_is_handed_on_once_nothing_was_found(self, toy: Toy, daemon: Daemon) -> None:
        daemon()
        version = toy.add()
        assert not version.can_be_handed_on
        assert (looked_at(version).scan, version.can_be_handed_on) == ("clean", True)
        assert version.scanned_at == NOW

    def test_an_infected_file_goes_into_quarantine_and_is_handed_to_nobody(
        self, toy: Toy, daemon: Daemon, store: Path
    ) -> None:
        first = looked_at(toy.add(b"words " + EICAR))  # before there was a scanner
        assert first.can_be_handed_on
        daemon()
        version = toy.add(b"words " + EICAR)

        looked_at(version)

        assert (version.scan, version.scan_note) == ("infected", "Eicar-Test-Signature")
        assert files_under(store) == [storage.quarantine_of(version.sha256)]
        first.refresh_from_db()
        assert not first.can_be_handed_on, "the same content under another document"
        with pytest.raises(rules.KnownMalware):
            toy.add(b"words " + EICAR)
        services.remove_document(
            actor=toy.registrar, document=version.document, place=toy.place, thing=toy.thing, reason="染毒", at=NOW
        )
        assert files_under(store) == [storage.quarantine_of(version.sha256)], "another document still names it"

    def test_what_could_not_be_scanned_stays_locked(self, toy: Toy, daemon: Daemon) -> None:
        daemon(most_bytes=10)
        assert looked_at(toy.add()).scan == "failed"
        assert not DocumentVersion.objects.get().can_be_handed_on

    def test_while_the_scanner_is_away_the_file_waits_and_is_looked_at_later(
        self, toy: Toy, settings: Any, daemon: Daemon, time_machine: Any
    ) -> None:
        time_machine.move_to(NOW, tick=False)
        settings.MALWARE_SCANNER = "tcp://127.0.0.1:1"
        version = toy.add()
        job = Job.objects.get()
        for _turn in range(4):
            running.run(job.pk)
        job.refresh_from_db()
        assert job.state == "failed"
        assert looked_again() == 0, "it came a moment ago"
        time_machine.shift(3_600)
        assert looked_again() == 1
        assert looked_again() == 0, "a worker has it"

        daemon()
        running.run(Job.objects.get(ended_at=None).pk)

        version.refresh_from_db()
        assert (version.scan, version.look) == ("clean", "made")

    def test_a_scanner_that_was_taken_out_of_the_settings_leaves_no_file_locked(self, toy: Toy, settings: Any) -> None:
        settings.MALWARE_SCANNER = "tcp://127.0.0.1:1"
        version = toy.add()
        settings.MALWARE_SCANNER = ""
        assert looked_at(version).scan == "none"


def looked_again() -> int:
    from xuecheng.city import clock

    return services.look_again(at=clock.now())


class TestPreviews:
    @pytest.mark.parametrize("name", ["jpeg", "png", "webp", "pdf"])
    def test_a_small_picture_is_made_without_the_originals_data(self, toy: Toy, name: str) -> None:
        version = looked_at(toy.add(SOUND[name]))

        assert version.look == "made"
        content = storage.preview_of(version.sha256).read_bytes()
        assert b"GPS-SECRET" not in content
        with Image.open(io.BytesIO(content)) as drawn:
            assert drawn.format == "JPEG"
            assert max(drawn.size) <= previews.LONGEST_PX

    def test_pages_and_pixels_are_counted(self, toy: Toy) -> None:
        assert looked_at(toy.add(pdf(7))).pages == 7
        version = looked_at(toy.add(picture("PNG", (1_500, 900))))
        assert (version.width, version.height) == (1_500, 900)

    def test_a_transparent_picture_stands_on_white(self, toy: Toy) -> None:
        sink = io.BytesIO()
        Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(sink, "PNG")
        version = looked_at(toy.add(sink.getvalue()))
        with Image.open(storage.preview_of(version.sha256)) as drawn:
            assert min(drawn.convert("RGB").getpixel((5, 5))) > 250  # type: ignore[type-var,arg-type]

    @pytest.mark.parametrize(
        "content",
        [
            flood_png(7_000, 7_000),
            b"%PDF-1.4\nnothing of a PDF\n%%EOF\n",
            b"\x89PNG\r\n\x1a\n" + picture("PNG")[8:60] + picture("PNG")[-12:],
        ],
    )
    def test_what_cannot_be_drawn_is_said_to_look_damaged_and_is_kept(self, toy: Toy, content: bytes) -> None:
        version = looked_at(toy.add(content))
        assert version.look == "failed"
        assert version.can_be_handed_on

    def test_a_text_has_none(self, toy: Toy) -> None:
        assert looked_at(toy.add(SOUND["text"])).look == "none"

    def test_a_document_that_was_removed_meanwhile_gets_none(self, toy: Toy, store: Path) -> None:
        version = toy.add()
        services.remove_document(
            actor=toy.registrar, document=version.document, place=toy.place, thing=toy.thing, reason="重复", at=NOW
        )
        looked_at(version)
        assert files_under(store) == []

    def test_the_drawing_process_has_bounds(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(flood_png(7_500, 7_500))
        with pytest.raises(previews.CannotBeShown):
            previews.make(path, "png")
