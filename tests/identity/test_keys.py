"""What programs may count on: keys, their scopes, origins, ends and rates; and how often anybody may ask."""

from __future__ import annotations

import re
import socket
import time
from datetime import timedelta
from pathlib import Path

import falcon.testing
import msgspec
import pytest

from indexer.site import Site
from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.identity.identity import LastUses
from service.identity.keyring import DOWN_SECONDS, KNOWN_SECONDS, MISS_SECONDS, WAIT_SECONDS, KeyRing
from service.identity.keys import KeyRefused, Keys, Wanted
from service.identity.limiting import Clients, Limiter, WorkerMemory, read_rate
from service.identity.refusals import PER_MINUTE, Refusals
from service.server import open_service
from service.settings import read_settings
from service.store import Database, StoreUnavailable
from tests.identity.conftest import KEY, Clock, Desk, Opener


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **more}


def test_a_key_is_shown_once_and_then_only_its_beginning(desk: Desk) -> None:
    desk.sign_in()
    page = desk.submit("/admin/keys", do="create", name="The script", scopes="index").text
    key = re.search(r"bs_[a-z0-9]{8}_[\w-]{43}", page)[0]  # type: ignore[index]
    listed = desk.get("/admin/keys").text
    assert key[:11] in listed
    assert key[12:] not in listed
    assert desk.get("/api/v1/tasks", headers=bearer(key)).status_code == 200
    me = desk.get("/api/v1/admin/me", headers=bearer(KEY)).json
    assert (me["kind"], "admin" in me["scopes"]) == ("operator", True)


def test_a_revoked_key_is_over_within_a_second_in_every_worker(
    desk: Desk, opening: Opener, store: str
) -> None:
    other = opening(database=store)
    key = desk.key("index")
    for one in (desk, other):
        one.service.identity.ring.drop()
        assert one.get("/api/v1/tasks", headers=bearer(key)).status_code == 200
    assert KNOWN_SECONDS < 1
    kept = desk.get("/api/v1/admin/keys", headers=bearer(KEY)).json["keys"][0]["id"]
    revoked = desk.ask("DELETE", f"/api/v1/admin/keys/{kept}", headers=bearer(KEY))
    assert revoked.status_code == 200
    began = time.monotonic()
    while other.get("/api/v1/tasks", headers=bearer(key)).status_code == 200:
        assert time.monotonic() - began < 1
        time.sleep(0.05)
    assert desk.ask("DELETE", f"/api/v1/admin/keys/{kept}", headers=bearer(KEY)).json["code"] == "no_key"
    assert {"key.create", "key.revoke"} <= set(desk.audited())


def test_a_key_is_over_when_it_has_expired(plain: Desk) -> None:
    key = plain.key("index", expires_at=(plain.clock.now + timedelta(days=1)).isoformat())
    assert plain.get("/api/v1/tasks", headers=bearer(key)).status_code == 200
    plain.clock.forward(days=1)
    assert plain.get("/api/v1/tasks", headers=bearer(key)).status_code == 401


def test_a_key_for_pages_is_refused_to_other_pages(plain: Desk) -> None:
    key = plain.key("search", origins=("https://news.example.org",))
    own, other = "https://news.example.org", "https://evil.example"
    assert plain.get("/api/v1/types", headers=bearer(key, Origin=own)).status_code != 403
    for headers in (bearer(key, Origin=other), bearer(key), bearer(key, Origin="null")):
        answer = plain.get("/api/v1/types", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "origin_not_allowed")
    assert "key.origin_refused" in plain.audited()


SENSELESS = [
    (Wanted("", ("search",)), "name"),
    (Wanted("x\u202ey", ("search",)), "name"),
    (Wanted("x", ()), "scopes"),
    (Wanted("x", ("root",)), "scopes"),
    (Wanted("x", ("search",), ("example.org",)), "origins"),
    (Wanted("x", ("search",), ("https://example.org/path",)), "origins"),
    (Wanted("x", ("search",), (), "often"), "rate"),
    (Wanted("x", ("search",), (), "", "soon"), "expires_at"),
    (Wanted("x", ("search",), (), "", "2020-01-01"), "expires_at"),
    (Wanted("x", ("search",), (), "", "9999-12-31T23:59:59-14:00"), "expires_at"),
    (Wanted("x", ("search",), (), "", "0001-01-01T00:00:00+14:00"), "expires_at"),
]


def test_a_key_that_makes_no_sense_is_refused_by_its_field(plain: Desk) -> None:
    for wanted, field in SENSELESS:
        with pytest.raises(KeyRefused) as told:
            plain.service.identity.keys.create(OPERATOR, wanted)
        assert told.value.field == field
        headers = bearer(KEY, **{"Content-Type": "application/json"})
        body = msgspec.json.encode(wanted)
        answer = plain.ask("POST", "/api/v1/admin/keys", body=body, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (422, "invalid_body")


def test_keys_are_read_once_in_a_while_however_many_wrong_ones_come(plain: Desk) -> None:
    keys, reads = plain.service.identity.keys, 0
    in_use = keys.in_use

    def counting() -> object:
        nonlocal reads
        reads += 1
        return in_use()

    keys.in_use = counting  # type: ignore[method-assign,assignment]
    began = time.monotonic()
    for number in range(200):
        assert plain.service.identity.ring.find(f"bs_abcdefgh_{number:043}") is None
    assert reads <= 2 + (time.monotonic() - began) / MISS_SECONDS
    plain.get("/api/v1/search", query_string="q=x")
    assert reads <= 3 + (time.monotonic() - began) / MISS_SECONDS


def test_a_public_search_reads_nothing_of_the_store(plain: Desk) -> None:
    plain.service.identity.keys.in_use = None  # type: ignore[method-assign,assignment]
    plain.service.identity.sessions.find = None  # type: ignore[method-assign,assignment]
    for path in ("/", "/api/v1/search", "/api/v1/suggest", "/quotes"):
        assert plain.get(path).status_code in (200, 503)


def test_when_a_key_was_last_used_is_kept_to_the_hour_and_off_the_request(desk: Desk) -> None:
    identity = desk.service.identity
    key = desk.key("index")
    desk.get("/api/v1/tasks", headers=bearer(key))
    assert identity.keys.all()[0].used_at == ""
    LastUses(identity.ring).stop()
    first = identity.keys.all()[0].used_at
    assert first
    desk.clock.forward(minutes=30)
    identity.ring.drop()
    desk.get("/api/v1/tasks", headers=bearer(key))
    LastUses(identity.ring).stop()
    assert identity.keys.all()[0].used_at == first


def test_a_client_that_asks_too_often_is_told_when_to_ask_again(opening: Opener) -> None:
    desk = opening(rate_limit="5/minute")
    answers = [desk.get("/api/v1/suggest", query_string="q=x") for _ in range(7)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 5 + [True] * 2
    assert answers[-1].json["code"] == "too_many_requests"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    for path in ("/health/live", "/metrics", "/robots.txt", "/static/broadsheet.css"):
        assert desk.get(path).status_code != 429
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    assert desk.get("/api/v1/suggest", headers=elsewhere).status_code != 429
    assert desk.get("/api/v1/tasks", headers=bearer(KEY)).status_code == 200  # the operator is not counted


def test_a_rate_of_its_own_goes_before_that_of_all(opening: Opener) -> None:
    desk = opening(rate_limit="3/minute")
    few, many = desk.key("search", rate="1/minute"), desk.key("search", rate="50/minute")
    assert [desk.get("/api/v1/types", headers=bearer(few)).status_code == 429 for _ in range(2)] == [
        False,
        True,
    ]
    assert all(desk.get("/api/v1/types", headers=bearer(many)).status_code != 429 for _ in range(10))


def test_wrong_keys_are_counted_like_no_key(opening: Opener) -> None:
    desk = opening(rate_limit="3/minute")
    wrong = bearer("bs_abcdefgh_" + "x" * 43)
    assert [desk.get("/api/v1/tasks", headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]


def test_signing_in_is_held_closer(opening: Opener) -> None:
    desk = opening(rate_limit="1000/second")
    assert 429 in [desk.sign_in(f"name{number}", "x").status_code for number in range(10)]


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),  # no proxy of ours: what it says is its own invention
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "nonsense\r\nX: y", "unknown"),
        ("", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1:5678, 127.0.0.1:80", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8:1:2::9]:99, [::1]", "2001:db8:1:2::/64"),
        ("", None, "local"),
    ],
)
def test_a_client_is_an_address_and_a_proxy_of_ours_is_none(remote: str, forwarded: str, client: str) -> None:
    assert Clients("127.0.0.1,::1").of(remote, forwarded) == client


def test_where_everybody_is_a_proxy_the_last_one_has_written_the_last_address_alone() -> None:
    assert Clients("*").of("192.0.2.1", "10.9.9.9, 198.51.100.1") == "198.51.100.1"


@pytest.mark.parametrize("text", ["often", "600", "-1/minute", "1/fortnight", "600/minute;", "1e9/second"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        read_rate(text)


def test_counting_a_request_takes_less_than_thirty_microseconds() -> None:
    limiter, rate, clients = Limiter(), read_rate("100000/second, 1000000/minute"), Clients("127.0.0.1")
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(1_000):
            limiter.seconds_until(rate, clients.of("192.0.2.1", None))
        best = min(best, (time.perf_counter() - began) / 1_000)
    assert best < 30e-6, f"{best * 1e6:.1f} µs"


def test_memory_forgets_clients_whose_time_has_gone() -> None:
    memory = WorkerMemory()
    for number in range(100):
        memory.acquire_sliding_window_entry(f"LIMITS:LIMITER/{number}/1/1/second", 5, 1)
    assert len(memory._counts) == 100
    memory._sweep(time.time() + 3)
    assert len(memory._counts) == 0


def test_a_counter_that_is_away_refuses_nobody() -> None:
    limiter, rate = Limiter("redis://127.0.0.1:9/0"), read_rate("2/minute")
    assert [limiter.seconds_until(rate, "x") is None for _ in range(3)] == [True, True, False]


def test_a_flood_of_refusals_is_counted_and_neither_fills_the_disk_nor_hides_others(plain: Desk) -> None:
    now = 100.0
    audit = plain.service.identity.audit
    refusals = Refusals(audit, lambda: now)

    def lines() -> int:
        assert refusals.settle()
        return len(audit.newest(1_000))

    before = lines()
    for _ in range(500):
        refusals.note(OPERATOR, "tried", "the same")
    assert lines() == before + 1
    for number in range(500):
        refusals.note(OPERATOR, "tried", f"another {number}")
    assert lines() == before + PER_MINUTE
    refusals.note(OPERATOR, "of another kind", "once")
    assert lines() == before + PER_MINUTE + 1
    assert audit.newest(1)[0].action == "of another kind"
    now += 61
    refusals.note(OPERATOR, "tried", "the same")
    lines()
    assert audit.newest(1)[0].detail == {"more": 499}


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_no_text_of_who_is_refused_makes_lines_of_its_own(plain: Desk) -> None:
    before = plain.audited()
    for number in range(30):
        plain.ask("GET", f"/api/v1/articles/{number}?key={KEY}")
        plain.ask(f"METHOD{number}", f"/api/v1/search?key={KEY}")
    assert plain.audited()[len(before) :] == ["address.refused"]


def test_a_key_is_good_at_once_in_every_worker_and_bad_at_once_where_it_was_revoked(
    desk: Desk, opening: Opener, store: str
) -> None:
    other = opening(database=store)
    for _ in range(2):
        for one in (desk, other):
            one.get("/api/v1/tasks", headers=bearer("bs_abcdefgh_" + "x" * 43))
        time.sleep(MISS_SECONDS)
        key = desk.key("index")
        assert [one.get("/api/v1/tasks", headers=bearer(key)).status_code for one in (desk, other)] == [
            200,
            200,
        ]
        desk.service.identity.keys.revoke(OPERATOR, key[:11])
        assert desk.get("/api/v1/tasks", headers=bearer(key)).status_code == 401


def test_every_key_may_ask_what_it_is(plain: Desk) -> None:
    me = plain.get("/api/v1/admin/me", headers=bearer(plain.key("suggest"))).json
    assert (me["kind"], me["scopes"]) == ("key", ["suggest"])


def test_what_a_proxy_has_asked_for_leaves_who_is_signed_in_alone(plain: Desk) -> None:
    plain.sign_in()
    basic = {"Authorization": "Basic YTpi"}
    assert plain.get("/api/v1/admin/keys", headers=basic).status_code == 200
    plain.cookie = ""
    assert plain.get("/api/v1/admin/keys", headers=basic).status_code == 401


def test_a_store_that_never_answers_stops_no_search(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        given = {"data": str(tmp_path / "data"), "api_key": KEY, "database": address}
        service = open_service(read_settings({}, given), Site(name="The Test"), None)
        client = falcon.testing.TestClient(service.app)

        def seconds(path: str, **headers: str) -> float:
            began = time.monotonic()
            answer = client.simulate_get(path, headers=headers)
            assert answer.status_code in (200, 400, 401, 503)
            return time.monotonic() - began

        unknown = bearer("bs_abcdefgh_" + "x" * 43)
        assert seconds("/api/v1/search?q=x") < 1
        assert seconds("/api/v1/search?q=x", **unknown) < WAIT_SECONDS + 1
        for path in ("/api/v1/search?q=x", "/api/v1/tasks", "/api/v1/suggest?q=x"):
            assert seconds(path, **unknown) < 0.5
        assert seconds(f"/api/v1/search?q=x&key={KEY}") < 0.5  # is refused, which the audit is told of
        assert seconds("/api/v1/search?q=x") < 0.5
    service.close(0)


def test_a_store_that_is_back_is_asked_again_a_moment_later(tmp_path: Path) -> None:
    now = 0.0
    place = tmp_path / "desk.sqlite3"
    place.mkdir()
    database, clock = Database(f"sqlite+pysqlite:///{place}"), Clock()
    keys = Keys(database, Audit(database, clock), clock)
    ring = KeyRing(keys, clock, lambda: now)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            ring.find("bs_abcdefgh_" + "x" * 43)
    place.rmdir()
    key = keys.create(OPERATOR, Wanted("a test", ("search",)))[1]
    with pytest.raises(StoreUnavailable):
        ring.find(key)  # what failed is not tried at once
    now += DOWN_SECONDS
    ring.begin()
    began = time.monotonic()
    while not ring.any():
        assert time.monotonic() - began < 10
        time.sleep(0.01)
    assert ring.find(key)
    database.close()


def test_a_proxy_that_hides_its_clients_is_told_of_once(
    opening: Opener, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = opening(rate_limit="1000/second")
    for _ in range(2):
        desk.get("/api/v1/types", headers={"X-Forwarded-Proto": "https"})
    assert capsys.readouterr().out.count("proxy_hides_clients") == 1


def test_the_audit_is_read_page_by_page(plain: Desk) -> None:
    for number in range(5):
        plain.key("search", rate=f"{number + 1}/minute")
    seen: list[int] = []
    before = ""
    while before is not None:
        page = plain.get(
            "/api/v1/admin/audit", query_string=f"limit=2&before={before}", headers=bearer(KEY)
        ).json
        seen += [entry["number"] for entry in page["entries"]]
        before = page["before"]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(plain.audited())
    for wrong in ("x", "-1", "9999999999"):
        answer = plain.get("/api/v1/admin/audit", query_string=f"before={wrong}", headers=bearer(KEY))
        assert answer.json["code"] == "invalid_parameter"
