"""Who has a place in which class, how it was given, and the money that goes with it."""

from .lotteries import Lottery
from .money import CashDay, Charge, Movement, Provider
from .rolls import Enrolment, How, Roll

__all__ = ["CashDay", "Charge", "Enrolment", "How", "Lottery", "Movement", "Provider", "Roll"]
