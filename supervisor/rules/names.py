"""What people are called."""

ARTICLES = {"Te", "Ngā"}


def first_name(name: str) -> str:
    """The given name of a full one; a Māori one may be two words, such as Te Ao."""
    words = name.split()
    return " ".join(words[: 2 if words[0] in ARTICLES else 1])
