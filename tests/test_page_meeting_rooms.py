"""The pages of rooms: the hub keeps them, those who meet read where."""

from supervisor.models import MeetingRoom, Store
from tests.test_openings import at
from tests.test_room_groups import meet, six
from tests.test_room_hours import book, face_to_face, give_away, rooms, taken

__all__ = ["face_to_face", "six"]


def test_the_hub_adds_a_room_and_a_wrong_one_stays_in_the_form(store: Store, cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert "No place has rooms yet" in cleo.get("/rooms").text
    wrong = cleo.post("/rooms", data={"place": "Atlantis", "name": "Kōwhai", "seats": "4"})
    assert wrong.status_code == 422
    assert 'value="Kōwhai"' in wrong.text
    form = {"place": "Oamaru", "name": "Kōwhai", "seats": "4", "notes": "Step-free"}
    assert cleo.post("/rooms", data=form | {"seats": "many"}).status_code == 422
    page = cleo.post("/rooms", data=form, follow_redirects=True).text
    assert "The room is there." in page
    assert "4 seats. Step-free" in page
    assert store.query(MeetingRoom).one().place.name == "Oamaru"


def test_both_read_where_they_meet_and_the_hub_picks_another(
    store: Store,
    face_to_face,
    now,
    sign_in,
) -> None:
    first, _second = rooms(store, face_to_face.cromwell, 2, 4)
    first.notes = "Key at the desk"
    session = book(store, face_to_face, now, at(2, 15))
    address = f"/sessions/{session.ref}"
    ben, cleo = sign_in(face_to_face.ben), sign_in(face_to_face.cleo)
    assert "Cromwell, room 1" in ben.get(address).text
    assert "Key at the desk" in ben.get(address).text
    assert "Choose another room" not in ben.get(address).text
    assert "Cromwell, room 1" in ben.get("/support").text
    assert f"{address}/room" in cleo.get(address).text
    page = cleo.get(f"{address}/room").text
    assert "the room that it has" in page
    done = cleo.post(f"{address}/room", data={"room": "room-2"}, follow_redirects=True)
    assert "Cromwell, room 2" in done.text
    assert "Key at the desk" not in done.text
    file = ben.get(f"{address}/meeting.ics").text
    assert "LOCATION:Cromwell\\, room 2" in file
    refused = cleo.post(f"{address}/room", data={"room": "none"}, follow_redirects=True)
    assert "Choose one of the rooms." in refused.text


def test_a_time_without_a_room_is_said_with_others(
    store: Store,
    face_to_face,
    now,
    sign_in,
) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    give_away(store, room, at(2, 15))
    ben = sign_in(face_to_face.ben)
    form = {"start": f"{at(2, 15).isoformat()}|in_person"}
    page = ben.post("/entitlements/ben-2027/times", data=form)
    assert page.status_code == 409
    assert "No room is free at Cromwell then." in page.text
    assert "One of you has something else" not in page.text
    assert "Meet at the same time on video" in page.text
    video = f"{at(2, 15).isoformat()}|video"
    assert f'value="{video}"' in page.text
    assert ben.post("/entitlements/ben-2027/times", data={"start": video}).status_code == 303


def test_a_series_without_a_room_is_looked_at_by_video(
    store: Store,
    face_to_face,
    now,
    sign_in,
) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    give_away(store, room, at(2, 15))
    ben, series = sign_in(face_to_face.ben), "/entitlements/ben-2027/series"
    start = f"{at(2, 15).isoformat()}|in_person"
    page = ben.get(series, query_string={"start": start}, follow_redirects=True).text
    assert "No room is free at Cromwell then. By video it would be like this:" in page
    video = f"{at(2, 15).isoformat()}|video"
    assert f'value="{video}"' in page
    gone = ben.post(series, data={"start": start, "rhythm": "fortnightly"})
    assert gone.status_code == 409
    assert "Meet at the same time on video" in gone.text
    assert 'name="series"' in gone.text
    form = {"start": video, "series": "1"}
    shown = ben.post("/entitlements/ben-2027/times", data=form, follow_redirects=True)
    assert shown.request.path == series
    assert ben.post(series, data={"start": video, "rhythm": "fortnightly"}).status_code == 303


def test_a_series_that_cannot_be_by_video_either_says_why(
    store: Store, face_to_face, now, sign_in
) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    give_away(store, room, at(2, 15))
    face_to_face.ben.modes = ["in_person"]
    store.commit()
    start = f"{at(2, 15).isoformat()}|in_person"
    ben = sign_in(face_to_face.ben)
    page = ben.get(
        "/entitlements/ben-2027/series", query_string={"start": start}, follow_redirects=True
    )
    assert "No room is free at Cromwell then." in page.text
    assert "By video" not in page.text


def test_a_room_s_week_names_people_and_no_kind(
    store: Store,
    face_to_face,
    now,
    sign_in,
) -> None:
    rooms(store, face_to_face.cromwell, 2)
    book(store, face_to_face, now, at(2, 15))
    cleo = sign_in(face_to_face.cleo)
    page = cleo.get("/rooms/room-1?week=2027-02-18").text
    assert "Ana Rewi, Ben Harris" in page
    assert "supervision" not in page.split("<main")[1].split("</main>")[0].lower()
    assert "Ana Rewi" not in cleo.get("/rooms/room-1?week=nonsense").text


def test_a_room_goes_out_of_use_with_a_warning_and_comes_back(
    store: Store,
    face_to_face,
    now,
    sign_in,
) -> None:
    rooms(store, face_to_face.cromwell, 2)
    book(store, face_to_face, now, at(2, 15))
    cleo = sign_in(face_to_face.cleo)
    form = {"name": "Kōwhai", "seats": "3"}
    assert "Kōwhai" in cleo.post("/rooms/room-1", data=form, follow_redirects=True).text
    assert cleo.post("/rooms/room-1", data=form | {"seats": "0"}).status_code == 422
    asked = cleo.get("/rooms/room-1/retirement").text
    assert "1 meeting is booked in it" in asked
    assert "It is the last room in use at Cromwell." in asked
    assert "listed for you" not in asked
    page = cleo.post("/rooms/room-1/retirement", follow_redirects=True).text
    assert "Kōwhai takes no more meetings. 1 has no room now." in page
    assert taken(store) == []
    page = cleo.post("/rooms/room-1/return", follow_redirects=True).text
    assert "Kōwhai takes meetings again. 1 meeting" in page
    assert taken(store) == [("Kōwhai", at(2, 15))]


def test_who_leads_a_group_picks_its_room(store: Store, cast, now, six, sign_in) -> None:
    _usual, large = rooms(store, cast.dunedin, 9, 12)
    first, second = meet(store, six, now)
    ana = sign_in(cast.ana)
    page = ana.get("/groups/wednesday").text
    assert "Dunedin, room 1" in page
    address = f"/groups/wednesday/meetings/{first.ref}/room"
    assert "This one and the later one" in ana.get(address).text
    give_away(store, large, second.starts_at)
    form = {"room": "room-2", "which": "later"}
    page = ana.post(address, data=form, follow_redirects=True).text
    assert "1 later one keeps its room" in page
    assert "Dunedin, room 2" in page
