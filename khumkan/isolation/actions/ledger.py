"""How the door of counted supply knows beds: the table of stays, and when a bed may be given."""

from khumkan.capacity.numbered import Ledger

BEDS = Ledger(
    table="isolation_stay",
    source=(
        "isolation_bed thing JOIN isolation_room room ON room.id = thing.room_id "
        "JOIN isolation_facility facility ON facility.site_id = thing.site_id"
    ),
    is_offered=(
        "thing.out_of_order_since IS NULL AND facility.state = 'open' "
        "AND thing.offered_from <= (%(now)s AT TIME ZONE 'Asia/Bangkok')::date "
        "AND (thing.offered_until IS NULL OR thing.offered_until > (%(now)s AT TIME ZONE 'Asia/Bangkok')::date)"
    ),
    # a room is given to one party at a time; whoever closes a site waits for those who are being given a bed in it
    locks="KEY SHARE OF facility FOR NO KEY UPDATE OF thing, room",
    thing="bed_id",
    group="room_id",
    key="care_id",
    # somebody who lies in a bed may be promised another one, but only one
    busy=(
        "(state IN ('held', 'on_the_way') AND upper(blocks) > %(now)s) "
        "OR (NOT %(is_second)s AND state IN ('admitted', 'leaving'))"
    ),
    taken="isolation_stay_bed_not_twice",
    doubled="isolation_stay_person_not_twice",
    mixed="isolation_stay_no_strangers",
)
