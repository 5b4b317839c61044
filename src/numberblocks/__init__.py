"""numberblocks: where the calls of blocks of Australian phone numbers go, changed safely."""

__version__ = "0.1.0"
