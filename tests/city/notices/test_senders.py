"""The real senders: files, mail, and an SMS provider that answers wrongly, slowly or from inside our network."""

from __future__ import annotations

import json
import smtplib
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from django.core import mail

from xuecheng.city.notices import senders
from xuecheng.city.notices.senders import Parcel, Undeliverable, Unreachable
from xuecheng.city.notices.senders.files import FileSender
from xuecheng.city.notices.senders.mail import MailSender
from xuecheng.city.notices.senders.sms_http import MOST_ANSWER_BYTES, HttpSmsSender

PARCEL = Parcel(UUID(int=7), "13912345678", "题目", "【学城】您的验证码是804512", "zh-hans")
MAIL = Parcel(UUID(int=8), "chen@example.cn", "有新的学分", "请看看。\n", "zh-hans")


class TestFiles:
    def test_each_message_is_one_file_that_only_its_owner_reads(self, tmp_path):
        sender = FileSender(tmp_path / "sms")
        sender.send(PARCEL)
        sender.send(PARCEL)
        (file,) = (tmp_path / "sms").iterdir()
        assert file.name == f"{PARCEL.message_id}.txt"
        assert file.stat().st_mode & 0o077 == 0
        assert "804512" in file.read_text()

    def test_the_same_again_changes_nothing(self, tmp_path):
        sender = FileSender(tmp_path)
        sender.send(PARCEL)
        sender.send(Parcel(PARCEL.message_id, "x", "y", "z", "en"))
        assert "804512" in next(tmp_path.iterdir()).read_text()


class TestMail:
    def test_the_id_of_the_message_is_the_same_at_each_try(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        settings.DEFAULT_FROM_EMAIL = "学城 <no-reply@xuecheng.example.cn>"
        for _try in range(2):
            MailSender().send(MAIL)
        names = {one.message()["Message-ID"] for one in mail.outbox}
        assert names == {f"<{MAIL.message_id}@xuecheng.example.cn>"}
        assert mail.outbox[0].to == ["chen@example.cn"]

    def test_a_line_break_in_a_subject_adds_no_heading(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        MailSender().send(Parcel(UUID(int=9), "a@example.cn", "x\r\nBcc: everybody@example.cn", "t", "en"))
        assert mail.outbox[-1].message()["Bcc"] is None

    @pytest.mark.parametrize("address", ["a@example.cn\nBcc: b@example.cn", "a@example.cn\r\nX: y"])
    def test_an_address_with_a_line_break_is_refused(self, settings, address):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with pytest.raises(Unreachable):
            MailSender().send(Parcel(UUID(int=9), address, "s", "t", "en"))

    def test_a_server_that_is_down_is_tried_again(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", _free_port(), False
        with pytest.raises(Unreachable) as refused:
            MailSender().send(MAIL)
        assert not isinstance(refused.value, Undeliverable)

    def test_a_server_that_never_answers_is_left_after_the_time_out(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_TIMEOUT, settings.EMAIL_USE_TLS = 0.3, False
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
            began = time.monotonic()
            with pytest.raises(Unreachable):
                MailSender().send(MAIL)
            assert time.monotonic() - began < 3

    @pytest.mark.parametrize(
        ("error", "kind", "is_address"),
        [
            (smtplib.SMTPRecipientsRefused({"chen@example.cn": (550, b"no such user")}), Undeliverable, True),
            (smtplib.SMTPRecipientsRefused({"chen@example.cn": (451, b"greylisted")}), Unreachable, False),
            (smtplib.SMTPDataError(554, b"spam"), Undeliverable, False),
            (smtplib.SMTPAuthenticationError(535, b"password"), Unreachable, False),
            (smtplib.SMTPServerDisconnected("bye"), Unreachable, False),
        ],
    )
    def test_what_the_server_says_tells_whether_to_come_again(self, settings, monkeypatch, error, kind, is_address):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

        def refuses(_self, _messages):
            raise error

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
        with pytest.raises(Unreachable) as refused:
            MailSender().send(MAIL)
        assert type(refused.value) is kind
        assert getattr(refused.value, "is_address", False) is is_address
        assert "example.cn" not in str(refused.value)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def provider(answer):
    """A provider on loopback; `answer(handler)` says what it does. Yields its address and what it was sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Authorization"], json.loads(body)))
            answer(self)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sms", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(status, body=b"{}", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def sender(url, **more):
    return HttpSmsSender(url, **{"token": "t0ken", "may_be_private": True, "timeout_s": 2} | more)


class TestSmsProvider:
    def test_it_gets_id_number_and_text_and_its_reference_is_kept(self):
        with provider(says(200, b'{"reference": "A-1"}')) as (url, seen):
            assert sender(url).send(PARCEL) == "A-1"
        assert seen == [
            (
                "/sms",
                "Bearer t0ken",
                {"id": str(PARCEL.message_id), "to": "13912345678", "text": PARCEL.text, "language": "zh-hans"},
            )
        ]

    @pytest.mark.parametrize("body", [b"", b"ok", b"[1]", b'{"reference": 5}'])
    def test_whatever_a_yes_looks_like_it_is_a_yes(self, body):
        with provider(says(202, body)) as (url, _seen):
            assert sender(url).send(PARCEL) in ("", "5")

    def test_an_id_that_was_taken_before_is_a_yes(self):
        with provider(says(409)) as (url, _seen):
            sender(url).send(PARCEL)

    @pytest.mark.parametrize(("status", "is_address"), [(400, False), (422, True)])
    def test_a_text_or_number_it_never_takes_is_not_tried_again(self, status, is_address):
        with provider(says(status)) as (url, _seen), pytest.raises(Undeliverable) as refused:
            sender(url).send(PARCEL)
        assert refused.value.is_address is is_address

    @pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503])
    def test_what_is_about_us_or_the_moment_is_tried_again(self, status):
        with provider(says(status)) as (url, _seen), pytest.raises(Unreachable) as refused:
            sender(url).send(PARCEL)
        assert not isinstance(refused.value, Undeliverable)

    def test_a_redirect_is_not_followed(self):
        with provider(says(200)) as (inside, touched), provider(says(307, Location=inside)) as (url, _seen):
            with pytest.raises(Unreachable):
                sender(url).send(PARCEL)
            assert touched == []

    def test_one_that_is_down_is_tried_again(self):
        with pytest.raises(Unreachable):
            sender(f"http://127.0.0.1:{_free_port()}/").send(PARCEL)

    def test_one_that_never_answers_is_left_in_time(self):
        def sleeps(handler):
            time.sleep(1.5)

        with provider(sleeps) as (url, _seen):
            began = time.monotonic()
            with pytest.raises(Unreachable):
                sender(url, timeout_s=0.3).send(PARCEL)
            assert time.monotonic() - began < 1.2

    def test_one_that_drips_is_left_in_time_though_each_drop_comes_soon(self):
        def drips(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            try:
                for _drop in range(40):
                    handler.wfile.write(b" ")
                    handler.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                return

        with provider(drips) as (url, _seen):
            began = time.monotonic()
            with pytest.raises(Unreachable):
                sender(url, timeout_s=0.4).send(PARCEL)
            assert time.monotonic() - began < 1.5

    def test_a_head_that_drips_is_left_in_time_too(self):
        def drips(handler):
            try:
                for _drop in range(40):
                    handler.wfile.write(b"H")
                    handler.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                return

        with provider(drips) as (url, _seen):
            began = time.monotonic()
            with pytest.raises(Unreachable):
                sender(url, timeout_s=0.4).send(PARCEL)
            assert time.monotonic() - began < 1.5

    def test_an_endless_answer_is_cut_off(self):
        sent = []

        def floods(handler):
            handler.send_response(200)
            handler.end_headers()
            try:
                while len(sent) < 1_000:
                    handler.wfile.write(b"x" * 65_536)
                    sent.append(1)
            except OSError:
                return

        with provider(floods) as (url, _seen):
            assert sender(url).send(PARCEL) == ""
        assert MOST_ANSWER_BYTES == 65_536
        assert len(sent) < 1_000


class TestNothingInsideOurNetworkIsReached:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1", "localhost", "10.0.0.5", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
            "[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "224.0.0.1",
        ],
    )  # fmt: skip
    def test_whatever_the_setting_says(self, host):
        with pytest.raises(Unreachable, match=r"private-address|unknown-host"):
            HttpSmsSender(f"https://{host}/", token="t").send(PARCEL)

    def test_a_name_with_one_inner_address_among_outer_ones_is_none(self, monkeypatch):
        found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: found)
        with pytest.raises(Unreachable, match="private-address"):
            HttpSmsSender("https://sms.example.com/", token="t").send(PARCEL)

    @pytest.mark.parametrize("url", ["http://sms.example.com/", "ftp://sms.example.com/", "file:///etc/passwd", ""])
    def test_anything_but_https_is_refused(self, url):
        with pytest.raises(Unreachable, match="not-https"):
            HttpSmsSender(url, token="t").send(PARCEL)

    def test_the_name_is_looked_up_once_so_it_cannot_change_its_mind(self, monkeypatch):
        asked, gone_to = [], []

        def looks_up(host, *_args, **_more):
            asked.append(host)
            return [(2, 1, 6, "", ("93.184.216.34", 443))]

        def connects(place, *_args, **_more):
            gone_to.append(place)
            raise ConnectionRefusedError

        monkeypatch.setattr("socket.getaddrinfo", looks_up)
        monkeypatch.setattr("socket.create_connection", connects)
        with pytest.raises(Unreachable):
            HttpSmsSender("https://sms.example.com/", token="t").send(PARCEL)
        assert (asked, gone_to) == (["sms.example.com"], [("93.184.216.34", 443)])


class TestWhichSender:
    def test_without_settings_messages_become_files(self, settings, tmp_path):
        settings.NOTICE_FOLDER = tmp_path
        for channel in ("email", "sms"):
            assert isinstance(senders.sender_of(channel), FileSender)
            assert not senders.is_for_real(channel)

    def test_with_settings_they_go_out(self, settings):
        settings.NOTICE_SENDERS = {"email": "smtp", "sms": "http"}
        settings.SMS_URL = "https://sms.example.com/"
        assert isinstance(senders.sender_of("email"), MailSender)
        assert isinstance(senders.sender_of("sms"), HttpSmsSender)

    def test_a_parcel_in_a_trace_names_nobody(self):
        assert "139" not in repr(PARCEL)
