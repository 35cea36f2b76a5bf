"""What a file is, told by its bytes: the types that can be taken, and the check that each must pass."""

from .examining import TYPES, ContentType, examine, types_in_words

__all__ = ["TYPES", "ContentType", "examine", "types_in_words"]
