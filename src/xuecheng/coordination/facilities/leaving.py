"""What becomes of bookings when whoever made them is erased: they stay, made by the pseudonym."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import STAYS, fate


def declare() -> None:
    fate("facilities.Booking", "booked_by", becomes=STAYS)
    fate("facilities.RoomLoan", "consented_by", becomes=STAYS)
    fate("facilities.LoanRequest", "asked_by", becomes=STAYS)
    fate("facilities.LoanRequest", "answered_by", becomes=STAYS)
    fate("facilities.RoomWait", "booked_by", becomes=STAYS)
    fate("facilities.BookingSeries", "booked_by", becomes=STAYS)
