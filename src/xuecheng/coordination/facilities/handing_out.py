"""What places keep of a person: bookings made in office, for groups. Who comes is a group and never a person."""

from __future__ import annotations

from xuecheng.city.mydata.parts import IN_OFFICE, leave_out


def declare() -> None:
    leave_out("facilities.Booking", "booked_by", why=IN_OFFICE)
    leave_out("facilities.RoomLoan", "consented_by", why=IN_OFFICE)
    leave_out("facilities.LoanRequest", "asked_by", why=IN_OFFICE)
    leave_out("facilities.LoanRequest", "answered_by", why=IN_OFFICE)
    leave_out("facilities.RoomWait", "booked_by", why=IN_OFFICE)
    leave_out("facilities.BookingSeries", "booked_by", why=IN_OFFICE)
